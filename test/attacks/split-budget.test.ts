// An agent that wants more than its budget: the sum split over many requests at once, values that overflow or take
// away, the same request over and over, ends and new beginnings, a clock that somebody turned.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTask } from '../../src/core/exchange.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { completeGrant } from '../../src/core/revoke/complete.ts';
import { type Budgets, underBudgets } from '../support/budget-catalog.ts';
import { type ExchangeUnderTest, startExchange } from '../support/exchange.ts';
import { askFor, nextLease, refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const over = (budgets: Budgets) => startExchange(tables, { change: underBudgets(budgets) });
const start = async (exchange: ExchangeUnderTest, parameters: unknown, task = 'refund-customer') =>
  startTask(exchange.deps, await askFor(exchange, { task, parameters }), exchange.context);

/** Codes of the refused, and the sum of what was let through. */
async function atOnce(exchange: ExchangeUnderTest, amounts: readonly number[]) {
  const results = await Promise.allSettled(amounts.map((amount) => start(exchange, { amount })));
  const passed = amounts.filter((_, index) => results[index]?.status === 'fulfilled');
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  return {
    sum: passed.reduce((total, amount) => total + amount, 0),
    codes: new Set(reasons.map((reason) => (reason instanceof Refusal ? reason.code : String(reason)))),
  };
}

describe('a budget that somebody wants more of', () => {
  test('[BUDGET-2] is not exceeded by splitting a sum over requests at once', async () => {
    const exchange = await over({ tasks: { 'refund-customer': { perDay: { amount: 300 } } } });
    const first = await atOnce(
      exchange,
      Array.from({ length: 40 }, () => 50),
    );
    expect(first.sum).toBeLessThanOrEqual(300);
    const later = await atOnce(exchange, [50, 50, 50, 50, 50, 50, 50]);
    expect(first.sum + later.sum).toBe(300);
    for (const code of [...first.codes, ...later.codes])
      expect(['budget_exceeded', 'budget_busy']).toContain(code);
    expect(exchange.minted.assumed).toHaveLength(6);
  });

  test('[BUDGET-2] is not exceeded by two amounts under one Idempotency-Key at once', async () => {
    const exchange = await over({ tasks: { 'refund-customer': { perDay: { amount: 200 } } } });
    const named = async (amount: number, idempotencyKey: string, deps = exchange.deps) => {
      const asked = await askFor(exchange, {
        task: 'refund-customer',
        parameters: { amount },
        idempotencyKey,
      });
      return startTask(deps, asked, exchange.context);
    };
    let sum = 0;
    for (let round = 0; round < 12; round += 1) {
      const passed: number[] = [];
      const attempt = async (amount: number, deps = exchange.deps) => {
        const result = await named(amount, `key-${round}`, deps).catch(() => undefined);
        if (result !== undefined) passed.push(Number(result.grant.parameters['amount']));
      };
      // the small one is counted first, and the large one becomes the grant
      const reserve: typeof exchange.deps.grants.reserve = async (...grant) => {
        await attempt(50);
        return exchange.deps.grants.reserve(...grant);
      };
      await attempt(1, { ...exchange.deps, grants: { ...exchange.deps.grants, reserve } });
      sum += passed.reduce((total, amount) => total + amount, 0);
    }
    expect(sum).toBeGreaterThan(100);
    expect(sum).toBeLessThanOrEqual(200);
  });

  test('[BUDGET-3] is not exceeded by grants at once', async () => {
    const exchange = await over({ tasks: { 'refund-customer': { concurrent: 3 } } });
    await atOnce(
      exchange,
      Array.from({ length: 40 }, () => 1),
    );
    await atOnce(exchange, [1, 1, 1, 1]);
    expect(exchange.minted.assumed).toHaveLength(3);
  });

  test.each([
    ['a negative amount', -50],
    ['an amount that is no integer', 0.5],
    ['a huge amount', Number.MAX_SAFE_INTEGER],
    ['an amount beyond integers', 1e300],
    ['an amount as text', '1'],
  ])('[BUDGET-2] gets no room from %s', async (_, amount) => {
    const exchange = await over({ tasks: { 'refund-customer': { perDay: { amount: 50 } } } });
    await refusalOf(start(exchange, { amount }));
    expect((await atOnce(exchange, [50, 50])).sum).toBe(50);
  });

  test('[BUDGET-2] a task that lets a negative value through all the same gives nothing at all', async () => {
    const change = underBudgets({ tasks: { 'refund-customer': { perDay: { amount: 50 } } } });
    const exchange = await startExchange(tables, {
      change: (catalog) =>
        change({
          ...catalog,
          tasks: catalog.tasks.map((task) => ({
            ...task,
            ...('amount' in task.parameters && {
              parameters: { amount: { type: 'integer' as const, min: -1000, max: 1000 } },
            }),
          })),
        }),
    });
    expect((await refusalOf(start(exchange, { amount: -1000 }))).code).toBe('misconfigured');
    expect(exchange.minted.assumed).toHaveLength(0);
  });

  test('[BUDGET-3] [BUDGET-5] leases cannot be piled up by ending grants: one counts while its lease lives', async () => {
    const exchange = await over({ tasks: { 'export-invoices': { concurrent: 1 } } });
    const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
    await completeGrant(exchange.deps, await nextLease(exchange, started), exchange.context);
    for (let second = 0; second < 60; second += 20) {
      expect((await refusalOf(startTask(exchange.deps, await askFor(exchange), exchange.context))).code).toBe(
        'budget_exceeded',
      );
      exchange.pass(20);
    }
    expect(exchange.minted.assumed).toHaveLength(1);
  });

  test('[BUDGET-1] a clock that goes back gives nothing', async () => {
    const exchange = await over({ tasks: { 'refund-customer': { perHour: 2 } } });
    await atOnce(exchange, [1]);
    await atOnce(exchange, [1]);
    exchange.pass(-3000);
    expect((await atOnce(exchange, [1])).sum).toBe(0);
    exchange.pass(3000);
    expect((await atOnce(exchange, [1])).sum).toBe(0);
  });

  test('a refusal tells nothing of what others did', async () => {
    const exchange = await over({ tasks: { 'refund-customer': { perHour: 1 } } });
    await start(exchange, { amount: 7 });
    const { members } = await refusalOf(start(exchange, { amount: 8 }));
    expect(Object.keys(members).sort()).toEqual(['budget', 'budget_limit', 'budget_window', 'retry_after']);
  });
});
