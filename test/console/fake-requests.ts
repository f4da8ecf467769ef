// Requests as people's API shows them, made up: real digests over real facts, so that the console accepts them.

import type { RequestView } from '../../console/api/answers.ts';
import { canonicalText } from '../../src/core/record/canonical.ts';
import { digestOf, digestOfText } from '../../src/core/record/digest.ts';
import { shortCodeOf } from './short-code.ts';

/** What makes one request differ from the next. */
export interface RequestSeed {
  readonly grantId: string;
  readonly task?: 'refund-customer' | 'close-account';
  readonly amount?: number;
  readonly quorum?: number;
  readonly approvers?: readonly string[];
  readonly breakGlass?: string;
  readonly unusual?: readonly string[];
  readonly purpose?: string;
  readonly secondsLeft?: number;
  readonly budgets?: RequestView['budgets'];
}

const OWNER = { issuer: 'https://login.acme.example', subject: '7f0c2d1e-ada', name: 'Ada (billing)' };

/** One pending request; `mine` and the decisions are filled in for whoever looks. */
export function fakeRequest(seed: RequestSeed, now = Date.now()): RequestView {
  const { grantId, quorum = 1, approvers = ['finance-leads'], breakGlass, secondsLeft = 1500 } = seed;
  const once = seed.task === 'close-account';
  const parameters = once
    ? { customer: 'cus_9xK2mPq7' }
    : {
        customer: 'cus_9xK2mPq7',
        amount: seed.amount ?? 900,
        refund: '2f1c7a52-6a0e-4a53-9a3e-0d9f2b6f7c11',
      };
  const rule = {
    required: true,
    approvers,
    quorum,
    expiresAfterSeconds: 1800,
    ownerMayApprove: false,
    ...(breakGlass !== undefined && { breakGlass }),
    escalateTo: [],
  };
  const task = once ? 'close-account' : 'refund-customer';
  const permissions = once ? closing(parameters.customer) : refunding(Object.values(parameters).map(String));
  const workload = {
    issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/2B0C',
    subject: 'system:serviceaccount:billing:agent',
  };
  const requestedAt = new Date(now - 300_000).toISOString();
  const facts = canonicalText({
    grantId,
    agent: 'billing-agent',
    workload,
    owner: { issuer: OWNER.issuer, subject: OWNER.subject },
    requestedAt,
    task,
    parameters,
    environment: 'prod',
    account: '111122223333',
    permissions,
    duration: { lease: 60, maxDuration: once ? 60 : 300, leases: once ? 1 : null },
    approval: rule,
  });
  const requestDigest = digestOfText(facts);
  return {
    grantId,
    agent: 'billing-agent',
    task,
    title: once ? 'Close one customer’s account' : 'Order one refund for a customer',
    environment: 'prod',
    purpose: seed.purpose ?? 'The customer was charged twice for order 4711.',
    requestedAt,
    expiresAt: new Date(now + secondsLeft * 1000).toISOString(),
    status: 'pending',
    requestDigest,
    bindingCode: shortCodeOf({ domain: 'remit/binding-code/v1', grantId, requestDigest }),
    quorum,
    approved: 0,
    approvers,
    ...(breakGlass !== undefined && { breakGlass }),
    mine: 'not-an-approver',
    sameAs: digestOf(['billing-agent', task, parameters]),
    same: 1,
    unusual: seed.unusual ?? [],
    breakGlassUsed: false,
    facts,
    owner: OWNER,
    workload: { ...workload, assertionId: 'b7d1c9f0-4c1e-4d6e-8f5a-1f2e3d4c5b6a' },
    policies: once ? [] : ['billing.cedar#refunds'],
    account: '111122223333',
    permissions,
    ...(once && { idempotency: 'Closing an account that is closed writes the same item again' }),
    decisions: [],
    changed: false,
    budgets: seed.budgets ?? [],
  };
}

function refunding([customer, amount, refund]: readonly string[]) {
  return [
    {
      Effect: 'Allow' as const,
      Action: ['s3:PutObject'],
      Resource: [`arn:aws:s3:::acme-refunds/${customer}/${refund}-${amount}.json`],
    },
  ];
}

function closing(customer: string) {
  return [
    {
      Effect: 'Allow' as const,
      Action: ['dynamodb:UpdateItem'],
      Resource: ['arn:aws:dynamodb:eu-west-1:111122223333:table/acme-customers'],
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [customer] },
        Null: { 'dynamodb:LeadingKeys': ['false'] },
      },
    },
  ];
}
