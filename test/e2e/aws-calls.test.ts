// What one exchange and one renewal cost in AWS requests, counted by the local AWS plane, which sees each of them.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokerFor } from '../../cli/story/stage.ts';
import { askForInvoices } from '../support/invoices.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

const client = () => brokerFor(local, 'billing-agent');
const ask = () => askForInvoices(local);

/** Names of the calls that the token function's own session, or one it assumed, made meanwhile. */
async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = local.trail().length;
  await work();
  return local
    .trail()
    .slice(before)
    .filter(({ userIdentity }) => /-token\/|-task-export-invoices\//.test(String(userIdentity['arn'])))
    .map(({ eventSource, eventName }) => `${eventSource.split('.')[0]}:${eventName}`);
}

function expectCost(calls: readonly string[]): void {
  expect(calls.filter((call) => call.startsWith('dynamodb:'))).toHaveLength(5);
  expect(calls.filter((call) => !call.startsWith('dynamodb:')).sort()).toEqual([
    'sts:AssumeRole',
    'sts:GetScopedCredentials',
  ]);
}

test('[COST-1] a new task takes five DynamoDB requests, one AssumeRole and one GetScopedCredentials', async () => {
  await ask();
  expectCost(await callsOf(ask));
});

test('[COST-4] the scope-down is asked for by the session just assumed, and the lease is a scoped one', async () => {
  const before = local.trail().length;
  await ask();
  const scoped = local
    .trail()
    .slice(before)
    .filter((event) => event.eventName === 'GetScopedCredentials');
  expect(scoped).toHaveLength(1);
  expect(scoped[0]?.errorCode).toBeUndefined();
  expect(String(scoped[0]?.userIdentity['arn'])).toContain('remit-task-export-invoices');
  const issued = local.logs.filter((line) => line['leaseKind'] !== undefined);
  expect(issued.map((line) => line['leaseKind'])).toContain('scoped');
  expect(issued.map((line) => line['leaseKind'])).not.toContain('dated');
});

test('[COST-2] a renewal takes the same', async () => {
  const { grant } = await ask();
  local.clock.forward(8);
  expectCost(await callsOf(() => client().renew(grant)));
});

test('[COST-3] a request for another grant than its own takes at most three and mints nothing', async () => {
  const { grant } = await ask();
  local.clock.forward(8);
  const foreign = { ...grant, handle: grant.handle.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
  const calls = await callsOf(() =>
    client()
      .renew(foreign)
      .catch(() => undefined),
  );
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.length).toBeLessThanOrEqual(3);
  expect(calls.filter((call) => call.startsWith('sts:'))).toEqual([]);
});
