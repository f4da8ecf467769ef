// A small catalog for tests of the request path: one task of each kind that the flow treats differently.

import type { Agent, ApprovalRule, Catalog, Issuer, Task } from '../../src/core/model.ts';
import { digestOf } from '../../src/core/record/digest.ts';

const owner = { issuer: 'https://login.acme.dev', subject: 'ada', name: 'Ada' };
const alone: ApprovalRule = {
  required: false,
  approvers: ['finance-leads'],
  quorum: 1,
  expiresAfterSeconds: 600,
  ownerMayApprove: false,
  escalateTo: [],
};

/** A task on S3, changed as the test wants. */
export function sampleTask(changes: Partial<Task> = {}): Task {
  return {
    id: 'export-invoices',
    title: 'Export invoices',
    environment: 'prod',
    account: 'self',
    parameters: {
      customer: { type: 'string', pattern: 'cus_[A-Za-z0-9]{8,24}' },
      month: { type: 'string', pattern: '20[0-9]{2}-(0[1-9]|1[0-2])' },
    },
    permissions: [
      { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::acme-invoices/{customer}/{month}/*'] },
    ],
    leaseSeconds: 60,
    maxDurationSeconds: 1800,
    proof: 'optional',
    approval: alone,
    ...changes,
  };
}

const refund: Partial<Task> = {
  title: 'Refund',
  parameters: { amount: { type: 'integer', min: 1, max: 1000 } },
  permissions: [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:111122223333:refunds'] }],
};

/** The tasks of the test catalog. */
export const TASKS: readonly Task[] = [
  sampleTask(),
  sampleTask({ ...refund, id: 'refund-customer' }),
  sampleTask({ ...refund, id: 'close-account', approval: { ...alone, required: true } }),
  sampleTask({ ...refund, id: 'pay-out', leases: 1 }),
  sampleTask({ ...refund, id: 'sign-off', proof: 'required' }),
  sampleTask({ ...refund, id: 'test-run', environment: 'dev' }),
];

/** An agent bound to the subject of the same name. */
export function sampleAgent(
  issuer: Issuer,
  id = 'billing-agent',
  subject = 'billing',
): Agent & { readonly reviewBy: string } {
  return {
    id,
    owner,
    purpose: 'statements',
    environment: 'prod',
    groups: ['billing'],
    reviewBy: '2027-02-22',
    bindings: [{ issuer: issuer.issuer, subject }],
  };
}

/** A catalog of these issuers, agents and tasks. */
export function sampleCatalog(parts: {
  readonly issuers: readonly Issuer[];
  readonly agents: readonly Agent[];
  readonly tasks?: readonly Task[];
  readonly policies?: Catalog['policies'];
}): Catalog {
  const [issuer] = parts.issuers;
  const content: Omit<Catalog, 'digest'> = {
    issuers: parts.issuers,
    agents: parts.agents,
    tasks: parts.tasks ?? TASKS,
    policies: parts.policies ?? taskPolicies(),
    resourceServers: issuer
      ? [
          {
            name: 'invoice-server',
            bindings: [{ issuer: issuer.issuer, subject: 'invoice-server' }],
            tasks: ['export-invoices'],
          },
        ]
      : [],
    runtimeAssignableGroups: [],
  };
  return { digest: digestOf(content), ...content };
}

/** One policy a task: the amount decides where there is one. */
function taskPolicies(): Catalog['policies'] {
  return TASKS.map((task) => {
    const limit =
      'amount' in task.parameters ? ' when { context.approved || context.parameters.amount <= 50 }' : '';
    return {
      id: `${task.id}.cedar#1`,
      file: `policies/${task.id}.cedar`,
      text: `permit (principal in Remit::Group::"billing", action == Remit::Action::"${task.id}", resource)${limit};`,
    };
  });
}
