// The process dies around every step. Whatever it leaves is visible as what it is, ends by the sweeper, and no
// credential outlives what the row says.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewLease, startTask } from '../../../src/core/exchange.ts';
import { sweep } from '../../../src/core/record/sweep.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { completeGrant } from '../../../src/core/revoke/complete.ts';
import { Crash, type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { NO_WORKFLOW } from '../../support/grant.ts';
import { askFor, nextLease, refusalOf } from '../../support/requests.ts';
import { decisionStoreOn } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const STEPS = [
  'record',
  'findWorkload',
  'readStanding',
  'reserve',
  'assumeRole',
  'scopeDown',
  'confirmLease',
];
const RENEWAL_STEPS = [
  'getWithWorkload',
  'record',
  'readStanding',
  'beginLease',
  'assumeRole',
  'scopeDown',
  'confirmLease',
];
const points = (steps: readonly string[]) =>
  steps.flatMap((name, step) => [
    { when: 'before' as const, name, step },
    { when: 'after' as const, name, step },
  ]);

async function grantsOf(exchange: ExchangeUnderTest) {
  const agent = exchange.catalog.agents[0]?.id ?? '';
  const { grants } = await exchange.deps.grants.listByAgent(agent, { limit: 100 });
  return Promise.all(grants.map((grant) => exchange.deps.grants.get(grant.grantId)));
}

/** An exchange whose agent is its own, so that its grants can be told from others. */
async function alone(): Promise<ExchangeUnderTest> {
  const own = `agent-${Math.random().toString(36).slice(2)}`;
  return startExchange(tables, {
    change: (catalog) => ({
      ...catalog,
      agents: catalog.agents.slice(0, 1).map((agent) => ({ ...agent, id: own })),
    }),
  });
}

describe('a new task', () => {
  test('takes the steps this test walks through', async () => {
    const exchange = await alone();
    await startTask(exchange.deps, await askFor(exchange), exchange.context);
    expect(exchange.calls).toEqual(STEPS);
  });

  test.each(points(STEPS))('[CRASH-1] dies $when $name', async ({ when, step }) => {
    const exchange = await alone();
    const request = await askFor(exchange);
    exchange.crashAt(step, when);
    await expect(startTask(exchange.deps, request, exchange.context)).rejects.toThrow(Crash);
    exchange.restart();

    const minted = exchange.minted.assumed.length > 0;
    const [row, ...others] = await grantsOf(exchange);
    expect(others).toEqual([]);
    // no key without a row, and none that outlives what the row says
    if (minted) expect(row?.leaseExpiresAt?.getTime()).toBeGreaterThan(exchange.deps.clock().getTime());
    if (row !== undefined) expect(['reserved', 'active']).toContain(row.status);

    exchange.pass(1801);
    const { decisions } = decisionStoreOn(tables);
    await sweep({ ...exchange.deps, decisions, workflow: NO_WORKFLOW }, 'sweep-1');
    const [swept] = await grantsOf(exchange);
    if (row !== undefined) expect(swept?.status).toBe(row.status === 'reserved' ? 'failed' : 'expired');
  });

  test.each(points(STEPS))(
    '[CRASH-2] dies $when $name: the retry makes at most one grant',
    async ({ when, step }) => {
      const exchange = await alone();
      const key = { idempotencyKey: 'retry' };
      const first = await askFor(exchange, key);
      exchange.crashAt(step, when);
      await expect(startTask(exchange.deps, first, exchange.context)).rejects.toThrow(Crash);
      exchange.restart();

      const retry = startTask(exchange.deps, await askFor(exchange, key), exchange.context);
      const reserved = step > 3 || (step === 3 && when === 'after');
      if (reserved) expect((await refusalOf(retry)).code).toBe('request_repeated');
      else expect((await retry).grant.status).toBe('active');
      expect(await grantsOf(exchange)).toHaveLength(1);
      expect(exchange.minted.assumed.length).toBeLessThanOrEqual(1);
    },
  );

  test.each(STEPS.map((name, step) => ({ name, step })))(
    '[CRASH-7] $name is throttled or times out: a refusal to try again, and no open grant without a handle',
    async ({ step }) => {
      const exchange = await alone();
      const request = await askFor(exchange);
      const code = step === 4 || step === 5 ? 'credentials_unavailable' : 'store_unavailable';
      exchange.failAt(step, new Refusal(code));
      const refusal = await refusalOf(startTask(exchange.deps, request, exchange.context));
      expect(refusal.code).toBe(code);
      exchange.restart();
      const [row] = await grantsOf(exchange);
      if (step <= 3) expect(row).toBeUndefined();
      else expect(row).toMatchObject({ status: 'failed', endReason: code });
      const again = await startTask(exchange.deps, await askFor(exchange), exchange.context);
      expect(again.grant.status).toBe('active');
    },
  );

  test('[CRASH-3] a mint that is refused ends the grant as failed at once', async () => {
    const exchange = await alone();
    const sts = { ...exchange.deps.sts, assumeRole: () => Promise.reject(new Error('throttled')) };
    const attempt = startTask({ ...exchange.deps, sts }, await askFor(exchange), exchange.context);
    await expect(attempt).rejects.toThrow('throttled');
    expect((await grantsOf(exchange))[0]).toMatchObject({ status: 'failed', endReason: 'internal_error' });
  });

  test('[CRASH-4] without GetScopedCredentials the dated session is given, and counted as such', async () => {
    const exchange = await alone();
    const sts = { assumeRole: exchange.deps.sts.assumeRole, scopeDown: async () => undefined };
    const { lease, grant } = await startTask(
      { ...exchange.deps, sts },
      await askFor(exchange),
      exchange.context,
    );
    expect(lease.kind).toBe('dated');
    expect(lease.expiresAt).toEqual(grant.leaseExpiresAt);
    expect(lease.credentials.accessKeyId).toMatch(/PARENT/);
    expect(exchange.minted.assumed[0]?.policy).toContain('DateGreaterThan');
  });
});

describe('a renewal', () => {
  test.each(points(RENEWAL_STEPS))('[CRASH-5] dies $when $name', async ({ when, step }) => {
    const exchange = await alone();
    const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
    exchange.pass(30);
    const renewal = await nextLease(exchange, started);
    exchange.crashAt(step, when);
    await expect(renewLease(exchange.deps, renewal, exchange.context)).rejects.toThrow(Crash);
    exchange.restart();

    const [row] = await grantsOf(exchange);
    expect(row?.status).toBe('active');
    if (exchange.minted.assumed.length === 2) expect(row?.leaseCount).toBe(2);

    // the lease in hand is half over: the grant goes on with the next renewal
    exchange.pass(20);
    const { grant } = await renewLease(exchange.deps, await nextLease(exchange, started), exchange.context);
    expect(grant.status).toBe('active');
  });

  test.each(RENEWAL_STEPS.map((name, step) => ({ name, step })))(
    '[CRASH-8] $name is throttled or times out: the grant goes on',
    async ({ step }) => {
      const exchange = await alone();
      const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
      exchange.pass(30);
      const code = step === 4 || step === 5 ? 'credentials_unavailable' : 'store_unavailable';
      exchange.failAt(step, new Refusal(code));
      const renewal = await nextLease(exchange, started);
      const refusal = await refusalOf(renewLease(exchange.deps, renewal, exchange.context));
      expect(refusal.code).toBe(code);
      exchange.restart();
      expect((await grantsOf(exchange))[0]?.status).toBe('active');
      exchange.pass(20);
      const { lease } = await renewLease(exchange.deps, await nextLease(exchange, started), exchange.context);
      expect(lease.kind).toBe('scoped');
    },
  );

  test.each([3, 4, 5, 6])('[CRASH-6] a completion during step %i of a renewal wins', async (step) => {
    const exchange = await alone();
    const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
    exchange.pass(30);
    const name = RENEWAL_STEPS[step] ?? '';
    const complete = async () => {
      const shown = { assertion: await exchange.assertion() };
      const { named } = await nextLease(exchange, started);
      return completeGrant(exchange.deps, { shown, named }, exchange.context);
    };
    const deps = {
      ...exchange.deps,
      grants: interrupt(exchange.deps.grants, name, complete),
      sts: interrupt(exchange.deps.sts, name, complete),
    };
    const renewal = await nextLease(exchange, started);
    const refusal = await refusalOf(renewLease(deps, renewal, exchange.context));
    expect(['grant_ended', 'renewal_conflict']).toContain(refusal.code);
    const [row] = await grantsOf(exchange);
    expect(row?.status).toBe('completed');
    for (const each of exchange.minted.assumed) {
      const ends = /"aws:CurrentTime":"([^"]+)"/.exec(each.policy)?.[1] ?? '';
      expect(new Date(ends).getTime()).toBeLessThanOrEqual(row?.leaseExpiresAt?.getTime() ?? 0);
    }
  });
});

/** Runs `first` just before the named call. */
function interrupt<Port extends object>(port: Port, name: string, first: () => Promise<unknown>): Port {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key !== name || typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await first();
        return member.apply(target, args);
      };
    },
  });
}
