// Somebody who can write the grants table, and nothing else, writes a row that says approved. Every such row meets the
// evidence, or the policies, before anything is minted.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFindingStore } from '../../src/adapters/aws/findings-table.ts';
import { renewLease } from '../../src/core/exchange.ts';
import { type ApprovalsUnderTest, startApprovals, type Waiting } from '../support/approvals.ts';
import { NOW } from '../support/grant.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
let request: Waiting;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  approvals = await startApprovals(tables);
  request = await approvals.ask('close-account');
});

async function attempt(byPoll = true): Promise<string> {
  const { deps, context } = approvals.exchange;
  return (await refusalOf(renewLease(deps, await approvals.poll(request, { byPoll }), context))).code;
}

const soon = new Date(NOW.getTime() + 1_000_000).toISOString();
const approvedBy = (evidenceId: string) => ({
  approver: { issuer: 'https://login.acme.dev', subject: 'ben' },
  decision: 'approve',
  decidedAt: NOW.toISOString(),
  evidenceId,
});

test.each<[string, Record<string, unknown>, string]>([
  ['a status alone', { status: 'approved' }, 'approval_invalid'],
  ['an active status', { status: 'active', leaseCount: 0, expiresAt: soon }, 'approval_invalid'],
  ['a redemption', { status: 'active', redeemedAt: NOW.toISOString(), expiresAt: soon }, 'approval_invalid'],
  [
    'a ruling without people',
    { status: 'active', ruling: { outcome: 'allowed', policies: [] } },
    'policy_denied',
  ],
  ['a denied ruling', { status: 'active', ruling: { outcome: 'denied', policies: [] } }, 'policy_denied'],
  [
    'an approved ruling without people',
    { status: 'approved', ruling: { outcome: 'allowed', policies: [] } },
    'policy_denied',
  ],
])('[REDEEM-5] %s mints nothing', async (_, attributes, code) => {
  await approvals.forge(request, attributes);
  expect(await attempt(false)).toBe(code);
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test('[REDEEM-5] approvals without evidence mint nothing, and people hear of it', async () => {
  const { requestDigest } = await approvals.row(request);
  const made = Buffer.alloc(32, 7).toString('base64url');
  await approvals.forge(request, {
    status: 'approved',
    approvals: [{ ...approvedBy(made), requestDigest }],
  });
  expect(await attempt()).toBe('approval_invalid');
  expect(approvals.exchange.minted.assumed).toEqual([]);
  const findings = createFindingStore({ client: tables.client, table: TABLES.findings });
  const day = { from: NOW, to: new Date(NOW.getTime() + 86_400_000), limit: 100 };
  const found = (await findings.listFindings(day)).filter(({ grantId }) => grantId === request.grantId);
  expect(found).toMatchObject([{ kind: 'approval-evidence', severity: 'high', task: 'close-account' }]);
});

test('[REDEEM-5] an approval taken for a break-glass, or the other way round, mints nothing', async () => {
  const { approvals: real } = await approvals.decide(request);
  const [one] = real;
  if (one === undefined) throw new Error('no approval');
  const asItem = { ...one, decidedAt: one.decidedAt.toISOString(), decision: 'break-glass', reason: 'now' };
  await approvals.forge(request, { approvals: [asItem] });
  expect(await attempt()).toBe('approval_invalid');
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test('[REDEEM-5] the role or account of another task is not taken from the row', async () => {
  await approvals.decide(request);
  const roleArn = 'arn:aws:iam::111122223333:role/remit/remit-task-export-invoices';
  for (const forged of [{ roleArn }, { account: '999988887777' }]) {
    const before = await approvals.row(request);
    await approvals.forge(request, forged);
    expect(await attempt()).toBe('grant_changed');
    await approvals.forge(request, { roleArn: before.roleArn, account: before.account });
  }
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test('[REDEEM-5] a longer lease is not taken from the row', async () => {
  await approvals.decide(request);
  await approvals.forge(request, { leaseSeconds: 900 });
  const { deps, context } = approvals.exchange;
  const { lease } = await renewLease(deps, await approvals.poll(request), context);
  expect(lease.expiresAt.getTime()).toBe(deps.clock().getTime() + 60_000);
});
