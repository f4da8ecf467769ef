// Room of a budget that is taken by requests whose assertion is refused afterwards, and used minutes later: for more
// grants at once than the limit, or for two days' sums within one.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTask } from '../../src/core/exchange.ts';
import { type Budgets, underBudgets } from '../support/budget-catalog.ts';
import { type ExchangeUnderTest, startExchange } from '../support/exchange.ts';
import { askFor, refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

const TASK = 'refund-customer';
const CALLS = 8;
let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const over = (budget: Budgets['tasks']) =>
  startExchange(tables, { replay: 'bound', change: underBudgets({ ...(budget && { tasks: budget }) }) });

/** Starts a task under that key; `assertion` is a fresh one unless told. */
async function start(
  exchange: ExchangeUnderTest,
  idempotencyKey: string,
  options: { readonly assertion?: string; readonly deps?: ExchangeUnderTest['deps'] } = {},
) {
  const { assertion, deps = exchange.deps } = options;
  const asked = await askFor(exchange, {
    task: TASK,
    parameters: { amount: 50 },
    idempotencyKey,
    ...(assertion !== undefined && { assertion }),
  });
  return startTask(deps, asked, exchange.context);
}

/** Takes room under each key that nobody gives back: of calls at once each might be the one that goes on. */
async function saveRoom(exchange: ExchangeUnderTest, keys: readonly string[]): Promise<void> {
  const assertion = await exchange.assertion();
  await startTask(exchange.deps, await askFor(exchange, { assertion }), exchange.context);
  for (const key of keys) {
    const calls = Array.from({ length: CALLS }, () => refusalOf(start(exchange, key, { assertion })));
    for (const { code } of await Promise.all(calls)) expect(code).toBe('assertion_bound');
  }
}

test('[BUDGET-3] a place without a grant is not freed under the request that goes on with it', async () => {
  const exchange = await over({ [TASK]: { concurrent: 1 } });
  await saveRoom(exchange, ['saved']);
  exchange.pass(100);
  const others: string[] = [];
  const reserve: typeof exchange.deps.grants.reserve = async (...grant) => {
    others.push((await refusalOf(start(exchange, 'other'))).code);
    return exchange.deps.grants.reserve(...grant);
  };
  const deps = { ...exchange.deps, grants: { ...exchange.deps.grants, reserve } };
  expect((await start(exchange, 'saved', { deps })).grant.status).toBe('active');
  expect(others).toEqual(['budget_exceeded']);
});

test('[BUDGET-2] room that was taken earlier counts from when it is used', async () => {
  const exchange = await over({ [TASK]: { concurrent: 100, perDay: { amount: 100 } } });
  await saveRoom(exchange, ['one', 'two']);
  exchange.pass(200);
  for (const key of ['one', 'two']) expect((await start(exchange, key)).grant.status).toBe('active');
  exchange.pass(86_405 - 200);
  const early = await refusalOf(start(exchange, 'three'));
  expect(early.code).toBe('budget_exceeded');
  exchange.pass(early.retryAfterSeconds ?? 0);
  expect((await start(exchange, 'three')).grant.status).toBe('active');
});
