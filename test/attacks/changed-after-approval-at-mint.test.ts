// Values, task, facts or digest of a row are changed after people have approved: what they signed no longer holds.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { renewLease } from '../../src/core/exchange.ts';
import { type ApprovalsUnderTest, startApprovals } from '../support/approvals.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
  approvals = await startApprovals(tables);
});
afterAll(() => tables.close());

test.each<[string, Record<string, unknown>, string]>([
  ['parameters', { parameters: { amount: 999 } }, 'grant_changed'],
  ['parameters that no task takes', { parameters: { amount: '*' } }, 'grant_changed'],
  ['the task', { task: 'wire-money' }, 'grant_changed'],
  ['the agent', { agent: 'sibling-agent' }, 'grant_changed'],
  ['the digest', { requestDigest: `sha256:${'0'.repeat(64)}` }, 'grant_changed'],
  ['the facts', { facts: '{}' }, 'approval_invalid'],
])('[REDEEM-5] %s changed after the approval: nothing is minted', async (_, attributes, code) => {
  const request = await approvals.ask('close-account');
  await approvals.decide(request);
  await approvals.forge(request, attributes);
  const { deps, context } = approvals.exchange;
  const refusal = await refusalOf(renewLease(deps, await approvals.poll(request), context));
  expect(refusal.code).toBe(code);
  expect(approvals.exchange.minted.assumed).toEqual([]);
});

test('[REDEEM-5] digest and facts changed together do not carry the approval along', async () => {
  const agreed = await approvals.ask('close-account', { amount: 60 });
  await approvals.decide(agreed);
  const dearer = await approvals.ask('close-account', { amount: 900 });
  const { facts, requestDigest, parameters } = await approvals.row(dearer);
  await approvals.forge(agreed, { facts, requestDigest, parameters });
  const { deps, context } = approvals.exchange;
  const refusal = await refusalOf(renewLease(deps, await approvals.poll(agreed), context));
  expect(refusal.code).toBe('grant_changed');
  expect(approvals.exchange.minted.assumed).toEqual([]);
});
