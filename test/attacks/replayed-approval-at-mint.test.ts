// One approval, used again: twice on one row, or a second time after it was redeemed.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { renewLease } from '../../src/core/exchange.ts';
import type { Approval } from '../../src/core/model.ts';
import { type ApprovalsUnderTest, startApprovals, type Waiting } from '../support/approvals.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  approvals = await startApprovals(tables);
});

async function attempt(request: Waiting, byPoll = true): Promise<string> {
  const { deps, context } = approvals.exchange;
  return (await refusalOf(renewLease(deps, await approvals.poll(request, { byPoll }), context))).code;
}

/** As the row has it. */
const item = (approval: Approval) => ({ ...approval, decidedAt: approval.decidedAt.toISOString() });

test('[REDEEM-5] one person twice is no quorum of two', async () => {
  const request = await approvals.ask('two-people');
  const { approvals: real } = await approvals.decide(request);
  const twice = [...real, ...real].map(item);
  await approvals.forge(request, { status: 'approved', approvals: twice });
  expect(await attempt(request)).toBe('approval_invalid');
  await approvals.forge(request, { approvals: real.map(item) });
  expect(await attempt(request)).toBe('approval_invalid');
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test('[REDEEM-2] an approval that was redeemed is not redeemed again, by poll or after completion', async () => {
  const request = await approvals.ask('wire-money');
  await approvals.decide(request);
  const { deps, context } = approvals.exchange;
  await renewLease(deps, await approvals.poll(request), context);
  approvals.exchange.pass(30);
  expect(await attempt(request)).toBe('approval_redeemed');
  expect(await attempt(request, false)).toBe('leases_used_up');
  approvals.exchange.pass(1800);
  expect(await attempt(request)).toBe('grant_ended');
  expect(approvals.exchange.minted.assumed).toHaveLength(1);
});

test('[REDEEM-5] a row written back to approved later than any grant under it may live mints nothing', async () => {
  const request = await approvals.ask('wire-money');
  await approvals.decide(request);
  const { deps, context, pass } = approvals.exchange;
  await renewLease(deps, await approvals.poll(request), context);
  pass(2600);
  const later = new Date(deps.clock().getTime() + 600_000).toISOString();
  await approvals.forge(request, { status: 'approved', leaseCount: 0, expiresAt: later });
  expect(await attempt(request)).toBe('approval_invalid');
  expect(approvals.exchange.minted.assumed).toHaveLength(1);
});
