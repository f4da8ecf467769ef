// Budgets in the exchange: what is counted when, what a refusal leaves, and that one request counts once.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewLease, startTask } from '../../../src/core/exchange.ts';
import type { Issuer } from '../../../src/core/model.ts';
import { completeGrant } from '../../../src/core/revoke/complete.ts';
import { startApprovals } from '../../support/approvals.ts';
import { type Budgets, underBudgets } from '../../support/budget-catalog.ts';
import { Crash, type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { askFor, nextLease, refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function over(budgets: Budgets, replay: Issuer['replay'] = 'single-use') {
  const exchange = await startExchange(tables, { replay, change: underBudgets(budgets) });
  const start = async (changes: Parameters<typeof askFor>[1] = {}) =>
    startTask(exchange.deps, await askFor(exchange, changes), exchange.context);
  return { exchange, start };
}

const refund = (amount: number) => ({ task: 'refund-customer', parameters: { amount } });
const awsCalls = (exchange: ExchangeUnderTest) =>
  exchange.calls.filter((name) => name !== 'assumeRole' && name !== 'scopeDown');

describe('a task under a budget', () => {
  test('[BUDGET-1] [BUDGET-4] is refused from the limit on, and let through when the refusal says', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { perHour: 2 } } });
    await start();
    exchange.pass(60);
    await start();
    const refusal = await refusalOf(start());
    expect(refusal).toMatchObject({
      code: 'budget_exceeded',
      retryAfterSeconds: 3545,
      members: { budget: 'task', budget_window: 'hour', budget_limit: 2, retry_after: 3545 },
    });
    exchange.pass(3544);
    expect((await refusalOf(start())).retryAfterSeconds).toBe(1);
    exchange.pass(1);
    expect((await start()).grant.status).toBe('active');
  });

  test('[BUDGET-2] adds up its parameter over a day', async () => {
    const { exchange, start } = await over({ tasks: { 'refund-customer': { perDay: { amount: 70 } } } });
    await start(refund(50));
    expect(await refusalOf(start(refund(21)))).toMatchObject({
      code: 'budget_exceeded',
      members: { budget_window: 'day', budget_parameter: 'amount', budget_limit: 70 },
    });
    expect((await start(refund(20))).grant.status).toBe('active');
    exchange.pass(86_405);
    expect((await start(refund(50))).grant.status).toBe('active');
  });

  test('[BUDGET-3] [BUDGET-5] has a place again when a grant has ended and its last lease is over', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { concurrent: 1 } } });
    const started = await start();
    expect(await refusalOf(start())).toMatchObject({
      retryAfterSeconds: 1805,
      members: { budget_window: 'concurrent', budget_limit: 1 },
    });
    await completeGrant(exchange.deps, await nextLease(exchange, started), exchange.context);
    expect((await refusalOf(start())).retryAfterSeconds).toBe(65);
    exchange.pass(65);
    expect((await start()).grant.status).toBe('active');
  });

  test('[BUDGET-5] a grant that nobody ends gives its place back at its own end', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { concurrent: 1 } } });
    await start();
    exchange.pass(1805);
    expect((await start()).grant.status).toBe('active');
  });

  test('[BUDGET-5] a mint that fails has used the hour, and its place is free at once', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { concurrent: 1, perHour: 2 } } });
    const sts = { ...exchange.deps.sts, assumeRole: () => Promise.reject(new Error('throttled')) };
    const failing = startTask({ ...exchange.deps, sts }, await askFor(exchange), exchange.context);
    await expect(failing).rejects.toThrow('throttled');
    expect((await start()).grant.status).toBe('active');
    expect((await refusalOf(start())).members).toMatchObject({ budget_window: 'hour' });
  });

  test.each(['readBudget', 'writeBudget', 'reserve'])(
    '[BUDGET-5] a process that dies around %s keeps a place for a minute at most',
    async (name) => {
      for (const when of ['before', 'after'] as const) {
        const { exchange, start } = await over({ tasks: { 'export-invoices': { concurrent: 1 } } });
        const step = [
          'record',
          'findWorkload',
          'readStanding',
          'readBudget',
          'writeBudget',
          'reserve',
        ].indexOf(name);
        exchange.crashAt(step, when);
        await expect(start()).rejects.toThrow(Crash);
        exchange.restart();
        if (name === 'reserve' && when === 'after') continue;
        exchange.pass(65);
        expect((await start()).grant.status).toBe('active');
      }
    },
  );

  test('[BUDGET-9] a request without room leaves no row and mints nothing', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { perHour: 1 } } });
    await start();
    exchange.restart();
    await refusalOf(start());
    expect(exchange.calls).toEqual(['record', 'findWorkload', 'readStanding', 'readBudget']);
    expect(exchange.minted.assumed).toHaveLength(1);
  });

  test('[BUDGET-7] costs two calls more, and a renewal none', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { concurrent: 2, perHour: 9 } } });
    exchange.restart();
    const started = await start();
    expect(awsCalls(exchange)).toHaveLength(7);
    exchange.restart();
    exchange.pass(30);
    await renewLease(exchange.deps, await nextLease(exchange, started), exchange.context);
    expect(awsCalls(exchange)).toHaveLength(5);
  });

  test('[BUDGET-7] a task beside it is not touched', async () => {
    const { exchange, start } = await over({ tasks: { 'refund-customer': { perHour: 1 } } });
    exchange.restart();
    await start();
    expect(awsCalls(exchange)).toHaveLength(5);
  });

  test('[BUDGET-10] each agent has the budget of a task for itself', async () => {
    const { start } = await over({ tasks: { 'export-invoices': { perHour: 1 } } });
    await start();
    await refusalOf(start());
    expect((await start({ subject: 'sibling' })).grant.status).toBe('active');
  });
});

describe('an agent with a budget', () => {
  test('[BUDGET-15] has it over all its tasks', async () => {
    const { start } = await over({ agents: { perHour: 2 } });
    await start();
    await start(refund(1));
    expect((await refusalOf(start(refund(1)))).members).toMatchObject({ budget: 'agent', budget_limit: 2 });
  });
});

describe('one request', () => {
  test('[BUDGET-6] counts once when its single-use assertion is shown again', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { perHour: 2 } } });
    const assertion = await exchange.assertion();
    await start({ assertion });
    for (let retry = 0; retry < 3; retry += 1)
      expect((await refusalOf(start({ assertion }))).code).toBe('request_repeated');
    expect((await start()).grant.status).toBe('active');
  });

  test('[BUDGET-6] finds its grant by Idempotency-Key, also when nothing is left', async () => {
    const { start } = await over({ tasks: { 'export-invoices': { perHour: 1 } } });
    const { grant } = await start({ idempotencyKey: 'k' });
    expect(await refusalOf(start({ idempotencyKey: 'k' }))).toMatchObject({
      code: 'request_repeated',
      members: { grant_id: grant.grantId },
    });
  });

  test('[BUDGET-6] counts once when it is sent many times at once with one key', async () => {
    const { start } = await over({ tasks: { 'export-invoices': { perHour: 2 } } });
    const tries = Array.from({ length: 10 }, () => start({ idempotencyKey: 'k' }));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await start()).grant.status).toBe('active');
    expect((await refusalOf(start())).code).toBe('budget_exceeded');
  });

  test.each([undefined, 'k'])(
    '[BUDGET-6] counts once when its bound assertion is shown again (key %s)',
    async (key) => {
      const { exchange, start } = await over({ tasks: { 'export-invoices': { perHour: 2 } } }, 'bound');
      const assertion = await exchange.assertion();
      const named = key === undefined ? {} : { idempotencyKey: key };
      await start({ assertion, ...named });
      for (let retry = 0; retry < 4; retry += 1)
        expect((await refusalOf(start({ assertion, ...named }))).code).toBe('request_repeated');
      const other = { parameters: { customer: 'cus_87654321', month: '2026-10' } };
      expect((await refusalOf(start({ assertion, ...other }))).code).toBe('assertion_bound');
      expect((await start()).grant.status).toBe('active');
    },
  );

  test('[BUDGET-9] that is refused does not use up a bound assertion', async () => {
    const { exchange, start } = await over({ tasks: { 'export-invoices': { perHour: 1 } } }, 'bound');
    await start();
    const iat = Math.floor(exchange.deps.clock().getTime() / 1000);
    const assertion = await exchange.assertion(undefined, { exp: iat + 3600 });
    expect((await refusalOf(start({ assertion }))).code).toBe('budget_exceeded');
    expect((await refusalOf(start({ assertion }))).code).toBe('budget_exceeded');
  });
});

describe('a task that people decide on', () => {
  const under = async (budgets: Budgets['tasks'] = {}) =>
    startApprovals(tables, underBudgets({ tasks: budgets }));

  test('[BUDGET-8] counts when it is redeemed, and once however often that is tried', async () => {
    const approvals = await under({ 'close-account': { concurrent: 1, perDay: { amount: 100 } } });
    const { exchange } = approvals;
    const [first, second] = [await approvals.ask(), await approvals.ask()];
    exchange.pass(10);
    await approvals.decide(first);
    await approvals.decide(second);
    const poll = async (waiting: typeof first, deps = exchange.deps) =>
      renewLease(deps, await approvals.poll(waiting), exchange.context);
    const sts = { ...exchange.deps.sts, assumeRole: () => Promise.reject(new Error('throttled')) };
    await expect(poll(first, { ...exchange.deps, sts })).rejects.toThrow('throttled');
    exchange.pass(25);
    expect((await poll(first)).grant.status).toBe('active');
    const refusal = await refusalOf(poll(second));
    expect(refusal).toMatchObject({ code: 'budget_exceeded', members: { budget_window: 'day' } });
    expect((await approvals.row(second)).status).toBe('approved');
  });

  test('[BUDGET-3] [BUDGET-8] tried again later, it holds its place until the end that it then has', async () => {
    const approvals = await under({ 'close-account': { concurrent: 1 } });
    const { exchange } = approvals;
    const [first, second] = [await approvals.ask(), await approvals.ask()];
    for (const each of [first, second]) await approvals.decide(each);
    const poll = async (waiting: typeof first, deps = exchange.deps) =>
      renewLease(deps, await approvals.poll(waiting), exchange.context);
    const sts = { ...exchange.deps.sts, assumeRole: () => Promise.reject(new Error('throttled')) };
    await expect(poll(first, { ...exchange.deps, sts })).rejects.toThrow('throttled');
    exchange.pass(590);
    const { grant } = await poll(first);
    expect((await refusalOf(poll(second))).retryAfterSeconds).toBe(1805);
    const { state } = await exchange.deps.budgets.readBudget(grant.agent);
    expect(state.held.get(grant.grantId)?.until).toBe(grant.expiresAt.getTime() / 1000);
  });

  test('[BUDGET-6] two polls at once count once', async () => {
    const approvals = await under({ 'close-account': { perHour: 2 } });
    const { exchange } = approvals;
    const [first, second] = [await approvals.ask(), await approvals.ask()];
    for (const each of [first, second]) await approvals.decide(each);
    const poll = async (waiting: typeof first) =>
      renewLease(exchange.deps, await approvals.poll(waiting), exchange.context);
    const polls = await Promise.allSettled([poll(first), poll(first), poll(first)]);
    expect(polls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await poll(second)).grant.status).toBe('active');
  });

  test('[BUDGET-8] is refused before people are asked when it could not be redeemed in time', async () => {
    const approvals = await under({ 'close-account': { perDay: { amount: 100 } } });
    const { exchange } = approvals;
    const first = await approvals.ask();
    exchange.pass(10);
    await approvals.decide(first);
    await renewLease(exchange.deps, await approvals.poll(first), exchange.context);
    await expect(approvals.ask()).rejects.toThrow('budget_exceeded');
    await expect(approvals.ask('close-account', { amount: 101 })).rejects.toThrow('budget_too_small');
    exchange.pass(86_405 - 599);
    expect((await approvals.ask()).members).toMatchObject({ interval: 5 });
  });
});
