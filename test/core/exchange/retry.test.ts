// Retries and replays: one grant, and credentials given once.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewLease, startTask } from '../../../src/core/exchange.ts';
import type { Issuer } from '../../../src/core/model.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { askFor, nextLease, refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function over(replay: Issuer['replay']): Promise<{
  exchange: ExchangeUnderTest;
  start: (changes?: Parameters<typeof askFor>[1]) => ReturnType<typeof startTask>;
}> {
  const exchange = await startExchange(tables, { replay });
  const start = async (changes: Parameters<typeof askFor>[1] = {}) =>
    startTask(exchange.deps, await askFor(exchange, changes), exchange.context);
  return { exchange, start };
}

describe('single-use', () => {
  test('[RETRY-1] the same assertion with the same request finds its grant, never credentials', async () => {
    const { exchange, start } = await over('single-use');
    const assertion = await exchange.assertion();
    const { grant } = await start({ assertion });
    const refusal = await refusalOf(start({ assertion }));
    expect(refusal).toMatchObject({
      code: 'request_repeated',
      members: { grant_id: grant.grantId, grant_status: 'active' },
    });
    expect(exchange.minted.assumed).toHaveLength(1);
  });

  test('[RETRY-2] the same assertion with another request is a replay', async () => {
    const { exchange, start } = await over('single-use');
    const assertion = await exchange.assertion();
    await start({ assertion });
    const other = start({ assertion, parameters: { customer: 'cus_87654321', month: '2026-10' } });
    expect((await refusalOf(other)).code).toBe('assertion_replayed');
    expect(exchange.minted.assumed).toHaveLength(1);
  });

  test('[RETRY-3] of twenty requests with one assertion at once one is granted', async () => {
    const { exchange, start } = await over('single-use');
    const assertion = await exchange.assertion();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => start({ assertion })));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(exchange.minted.assumed).toHaveLength(1);
  });

  test('a replay is refused before anything else is told', async () => {
    const { exchange, start } = await over('single-use');
    const assertion = await exchange.assertion();
    await start({ assertion });
    const refusal = await refusalOf(start({ assertion, task: 'no-such-task' }));
    expect(refusal.code).toBe('assertion_replayed');
  });
});

describe('bound', () => {
  test('[RETRY-4] the assertion that made a grant renews it with its handle', async () => {
    const { exchange, start } = await over('bound');
    const assertion = await exchange.assertion();
    const started = await start({ assertion });
    exchange.pass(30);
    const renewal = { ...(await nextLease(exchange, started)), shown: { assertion } };
    const { grant } = await renewLease(exchange.deps, renewal, exchange.context);
    expect(grant.leaseCount).toBe(2);
  });

  test('[RETRY-5] it starts no second task', async () => {
    const { exchange, start } = await over('bound');
    const assertion = await exchange.assertion();
    await start({ assertion });
    const other = start({ assertion, parameters: { customer: 'cus_87654321', month: '2026-10' } });
    expect((await refusalOf(other)).code).toBe('assertion_bound');
  });

  test('[RETRY-6] a refused request does not use it up', async () => {
    const { exchange, start } = await over('bound');
    const assertion = await exchange.assertion();
    expect((await refusalOf(start({ assertion, task: 'no-such-task' }))).code).toBe('task_unknown');
    expect((await start({ assertion })).grant.status).toBe('active');
  });

  test('with the handle of another grant it is refused', async () => {
    const { exchange, start } = await over('bound');
    const one = await exchange.assertion();
    const first = await start({ assertion: one });
    const second = await start({ assertion: await exchange.assertion() });
    exchange.pass(30);
    const mixed = { ...(await nextLease(exchange, second)), shown: { assertion: one } };
    expect(first.grant.grantId).not.toBe(second.grant.grantId);
    expect((await refusalOf(renewLease(exchange.deps, mixed, exchange.context))).code).toBe(
      'assertion_bound',
    );
  });
});

describe('Idempotency-Key', () => {
  test('[RETRY-7] a retry with a fresh assertion finds its grant', async () => {
    const { exchange, start } = await over('single-use');
    const { grant } = await start({ idempotencyKey: 'k1' });
    const refusal = await refusalOf(start({ idempotencyKey: 'k1' }));
    expect(refusal).toMatchObject({ code: 'request_repeated', members: { grant_id: grant.grantId } });
    expect(exchange.minted.assumed).toHaveLength(1);
  });

  test('[RETRY-8] the key of another request is refused', async () => {
    const { start } = await over('single-use');
    await start({ idempotencyKey: 'k1' });
    const other = start({ idempotencyKey: 'k1', parameters: { customer: 'cus_87654321', month: '2026-10' } });
    expect((await refusalOf(other)).code).toBe('idempotency_key_reused');
  });

  test('the same key of another workload is another key', async () => {
    const { start } = await over('single-use');
    const one = await start({ idempotencyKey: 'k1' });
    const other = await start({ idempotencyKey: 'k1', subject: 'sibling' });
    expect(other.grant.grantId).not.toBe(one.grant.grantId);
  });

  test('ten retries at once make one grant', async () => {
    const { exchange, start } = await over('single-use');
    const tries = Array.from({ length: 10 }, () => start({ idempotencyKey: 'k2' }));
    const results = await Promise.allSettled(tries);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(exchange.minted.assumed).toHaveLength(1);
  });
});
