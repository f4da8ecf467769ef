// Grants and findings of the fake API, enough for two pages of a table.

import type { FindingRow, GrantRow, GrantRows, GrantStory } from '../../console/api/answers.ts';
import type { GrantStatus } from '../../src/core/model.ts';
import type { FakeWorld } from './fake-people-api.ts';

const START = Date.parse('2026-11-20T08:00:00.000Z');
const MINUTE = 60_000;
const STATUSES: readonly GrantStatus[] = [
  'active',
  'completed',
  'pending',
  'denied',
  'expired',
  'killed',
  'lapsed',
];
const TASKS = ['export-invoices', 'refund-customer', 'close-account', 'read-orders'];
const COUNT = 60;

function grantRow(index: number): GrantRow {
  const requestedAt = START - index * 17 * MINUTE;
  const at = (minutes: number) => new Date(requestedAt + minutes * MINUTE).toISOString();
  const status = STATUSES[index % STATUSES.length] ?? 'active';
  const isOpen = status === 'active' || status === 'pending';
  return {
    grantId: `01KC2Y5T8Q4ZV3N7R6W9XAB${String(index).padStart(3, '0')}`,
    agent: index % 3 === 0 ? 'billing-agent' : 'support-agent',
    task: TASKS[index % TASKS.length] ?? '',
    environment: index % 4 === 3 ? 'test' : 'prod',
    status,
    requestedAt: at(0),
    expiresAt: at(30),
    leaseExpiresAt: at(2),
    leaseCount: 1 + (index % 5),
    ...(!isOpen && { endedAt: at(6), endReason: 'the agent was done' }),
    breakGlassUsed: index === 1,
  };
}

/** A page of 25, filtered. */
export function sampleGrants(world: FakeWorld, query: URLSearchParams): GrantRows {
  if (world.isEmpty) return { grants: [] };
  const matching = Array.from({ length: COUNT }, (_, index) => grantRow(index)).filter(
    (row) =>
      ['status', 'agent', 'task'].every((name) => {
        const wanted = query.get(name);
        return wanted === null || row[name as 'status' | 'agent' | 'task'] === wanted;
      }) && row.requestedAt >= (query.get('from') ?? ''),
  );
  const from = Number(query.get('next') ?? 0);
  const limit = Number(query.get('limit'));
  const rest = matching.length > from + limit;
  return { grants: matching.slice(from, from + limit), ...(rest && { next: String(from + limit) }) };
}

/** One grant with all that can happen to it. */
export function sampleStory(world: FakeWorld, grantId: string): GrantStory {
  const row = grantRow(world.areGrantsOpen ? 0 : 1);
  const person = { issuer: `${world.origin}/people`, subject: '77aa03ef-olga', name: 'Olga (operations)' };
  const at = (minutes: number) => new Date(Date.parse(row.requestedAt) + minutes * MINUTE).toISOString();
  return {
    grant: {
      ...row,
      grantId,
      owner: { issuer: person.issuer, subject: '7f0c2d1e-ada', name: 'Ada (billing)' },
      account: '111122223333',
      purpose: 'The customer was charged twice for order 4711.',
      parameters: { customer: 'cus_9xK2mPq7', amount: 900 },
      ruling: { outcome: 'needs-approval', policies: ['billing.cedar#refunds'] },
      workload: {
        issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/2B0C',
        subject: 'system:serviceaccount:billing:agent',
        assertionId: 'b7d1c9f0',
      },
      requestDigest: `sha256:${'ab'.repeat(32)}`,
      catalogDigest: `sha256:${'cd'.repeat(32)}`,
      roleArn: 'arn:aws:iam::111122223333:role/remit-task-refund-customer',
      leaseSeconds: 60,
      approvals: [],
    },
    timeline: [
      {
        at: at(0),
        what: 'requested',
        by: row.agent,
        detail: 'The customer was charged twice for order 4711.',
      },
      { at: at(0), what: 'ruled', detail: 'needs-approval by billing.cedar#refunds' },
      { at: at(0), what: 'workflow-started' },
      { at: at(3), what: 'break-glass', by: person, detail: 'Incident 42: refunds must go out tonight.' },
      { at: at(4), what: 'redeemed', by: row.agent },
      { at: at(5), what: 'lease-ends', detail: 'the one lease, scoped' },
      { at: at(6), what: 'ended', detail: 'completed: the agent was done' },
    ],
  };
}

/** Newest first. */
export function sampleFindings(world: FakeWorld): readonly FindingRow[] {
  if (world.isEmpty) return [];
  const person = { issuer: `${world.origin}/people`, subject: '77aa03ef-olga', name: 'Olga (operations)' };
  return [
    {
      findingId: 'f1',
      kind: 'break-glass',
      severity: 'high',
      at: new Date(START).toISOString(),
      sentence: 'Olga (operations) approved refund-customer of billing-agent alone.',
      agent: 'billing-agent',
      task: 'refund-customer',
      grantId: grantRow(1).grantId,
      person,
    },
    {
      findingId: 'f2',
      kind: 'approval-rate',
      severity: 'medium',
      at: new Date(START - 90 * MINUTE).toISOString(),
      sentence: `Ben (finance) has approved 24 requests within the hour before ${new Date(START - 90 * MINUTE).toISOString()}.`,
      person,
    },
    {
      findingId: 'f3',
      kind: 'notification-failed',
      severity: 'low',
      at: new Date(START - 300 * MINUTE).toISOString(),
      sentence: 'The channel sns could not be reached; the request still waits.',
    },
  ];
}
