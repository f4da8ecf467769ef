// Whoever may update rows of grants can make one: an active grant of a task that policies allow, which nobody asked for.
// Renewed, it would give what a new request is refused: after the review date, without a key, lease upon lease.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeGrant } from '../../src/adapters/aws/grant-item.ts';
import { renewLease } from '../../src/core/exchange.ts';
import type { Grant, RegisteredAgent, Task } from '../../src/core/model.ts';
import { openGrant } from '../../src/core/record/open-grant.ts';
import { newTicket } from '../../src/core/record/ticket.ts';
import { verifyCaller } from '../../src/core/verify/caller.ts';
import { type ExchangeUnderTest, startExchange } from '../support/exchange.ts';
import { sampleEvent } from '../support/grant.ts';
import { askFor, refusalOf } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const TASK = 'export-invoices';

/** An exchange whose one task and agents are changed so. */
async function startWith(task: Partial<Task>, agent: Partial<RegisteredAgent> = {}) {
  return startExchange(tables, {
    change: (catalog) => ({
      ...catalog,
      tasks: catalog.tasks.map((each) => (each.id === TASK ? { ...each, ...task } : each)),
      agents: catalog.agents.map((each) => ({ ...each, ...agent })),
    }),
  });
}

/** What the row says otherwise, or not at all. */
type Changes = Partial<Record<keyof Grant, unknown>>;

/** Makes the row by an update, complete but for `changes`. */
async function makeUp(exchange: ExchangeUnderTest, changes: Changes = {}, requestedAgo = 0) {
  const { deps, catalog } = exchange;
  const now = deps.clock();
  const { shown, asked } = await askFor(exchange);
  const caller = await verifyCaller(deps, shown, now);
  const ticket = newTicket(deps.random, { workload: caller.workload, idempotencyKey: undefined }, now);
  const task = catalog.tasks.find(({ id }) => id === TASK);
  const standing = { agent: 'billing-agent', task: TASK, issuer: caller.workload.issuer.issuer };
  const { agent } = await deps.registry.readStanding(standing);
  if (task === undefined || agent === undefined) throw new Error('not in the catalog');
  const opened = openGrant(deps, {
    ...ticket,
    caller,
    agent,
    task,
    parameters: asked.parameters as Grant['parameters'],
    purpose: 'made up',
    ruling: { outcome: 'allowed', policies: [] },
    now: new Date(now.getTime() - requestedAgo * 1000),
  });
  const lease = { leaseKind: 'scoped', accessKeyId: 'ASIAMADEUP', sessionPolicyDigest: 'sha256:0' } as const;
  const made = { ...opened, status: 'active', ...lease, leaseExpiresAt: now, ...changes } as Grant;
  const { grantId, ...rest } = writeGrant(made, sampleEvent());
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  await tables.client.send(
    new UpdateCommand({
      TableName: TABLES.grants,
      Key: { grantId },
      UpdateExpression: `SET ${given.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(given.map(([name], index) => [`#n${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(given.map(([, value], index) => [`:v${index}`, value])),
    }),
  );
  const named = { grantId: made.grantId, handle: ticket.handle };
  return renewLease(deps, { shown: { assertion: await exchange.assertion() }, named }, exchange.context);
}

const DAY_SECONDS = 86_400;

test('[RENEW-14] of an agent whose review is overdue', async () => {
  const exchange = await startWith({}, { reviewBy: '2026-11-20' });
  expect(await refusalOf(makeUp(exchange))).toMatchObject({ code: 'review_overdue' });
  expect(exchange.minted.assumed).toEqual([]);
});

test('[RENEW-14] dated back to before the review, with an end to come', async () => {
  const exchange = await startWith({}, { reviewBy: '2026-11-20' });
  const expiresAt = new Date(exchange.deps.clock().getTime() + 600_000);
  const refused = await refusalOf(makeUp(exchange, { expiresAt }, 5 * DAY_SECONDS));
  expect(refused).toMatchObject({ code: 'grant_changed', detail: 'its end' });
  expect(exchange.minted.assumed).toEqual([]);
});

test('[RENEW-14] of a task that wants a key, without one', async () => {
  const exchange = await startWith({ proof: 'required' });
  expect(await refusalOf(makeUp(exchange))).toMatchObject({
    code: 'grant_changed',
    detail: 'its task wants a key',
  });
  expect(exchange.minted.assumed).toEqual([]);
});

test.each<[string, number | undefined]>([
  ['that says nothing of a number', undefined],
  ['that allows more', 100],
])('[RENEW-14] with as many leases as its task gives, on a row %s', async (_, maxLeases) => {
  const exchange = await startWith({ leases: 2 });
  const refused = await refusalOf(makeUp(exchange, { maxLeases, leaseCount: 2 }));
  expect(refused).toMatchObject({ code: 'leases_used_up' });
  expect(exchange.minted.assumed).toEqual([]);
});

test.each<[string, Changes]>([
  ['count', { leaseCount: 0 }],
  ['end', { leaseExpiresAt: undefined }],
  ['kind', { leaseKind: undefined }],
  ['key', { accessKeyId: undefined }],
  ['policy', { sessionPolicyDigest: undefined }],
])('[RENEW-14] active without the %s of a first lease', async (_, changes) => {
  const exchange = await startWith({});
  expect(await refusalOf(makeUp(exchange, changes))).toMatchObject({
    code: 'grant_changed',
    detail: 'active without a lease',
  });
  expect(exchange.minted.assumed).toEqual([]);
});
