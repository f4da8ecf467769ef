// An approval of one request is redeemed for another: of the same task, of other values, of another task, by another
// agent, or with the handle of the one that was approved.

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

async function attempt(request: Waiting): Promise<string> {
  const { deps, context } = approvals.exchange;
  return (await refusalOf(renewLease(deps, await approvals.poll(request), context))).code;
}

/** As the row has it. */
const item = (approval: Approval) => ({ ...approval, decidedAt: approval.decidedAt.toISOString() });

test.each([
  ['another request of the same task and values', 'close-account', 70],
  ['other values', 'close-account', 71],
  ['another task', 'wire-money', 70],
])('[REDEEM-5] an approval of one request is worth nothing for %s', async (_, task, amount) => {
  const [agreed, other] = [await approvals.ask('close-account'), await approvals.ask(task, { amount })];
  const { approvals: real } = await approvals.decide(agreed);
  const { requestDigest } = await approvals.row(other);
  for (const digest of [agreed, other].map((each) => each === other && requestDigest)) {
    const copied = real.map((each) => ({ ...item(each), ...(digest && { requestDigest: digest }) }));
    await approvals.forge(other, { status: 'approved', approvals: copied });
    expect(await attempt(other)).toBe('approval_invalid');
  }
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test('[REDEEM-5] handle and id of an approved and of another request, mixed, name no grant', async () => {
  const [agreed, other] = [await approvals.ask(), await approvals.ask()];
  await approvals.decide(agreed);
  expect(await attempt({ ...other, handle: agreed.handle })).toBe('grant_unknown');
  expect(await attempt({ ...agreed, handle: other.handle })).toBe('grant_unknown');
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test.each(['sibling', 'support'])(
  '[REDEEM-5] an approved request, with its handle, is not redeemed by the workload %s',
  async (subject) => {
    const agreed = await approvals.ask();
    await approvals.decide(agreed);
    const { deps, context, assertion } = approvals.exchange;
    const shown = { assertion: await assertion(subject) };
    const refusal = await refusalOf(renewLease(deps, await approvals.poll(agreed, { shown }), context));
    expect(refusal.code).toBe('grant_unknown');
    expect(approvals.exchange.minted.assumed).toEqual([]);
    expect((await approvals.row(agreed)).status).toBe('approved');
  },
);
