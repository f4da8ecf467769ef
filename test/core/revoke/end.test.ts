// complete, revoke, introspect: who may, what is told, and that it can be repeated.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Started, startTask } from '../../../src/core/exchange.ts';
import type { GrantHandle } from '../../../src/core/model.ts';
import { completeGrant } from '../../../src/core/revoke/complete.ts';
import { introspectToken } from '../../../src/core/revoke/introspect.ts';
import { revokeToken } from '../../../src/core/revoke/revoke.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { askFor, refusalOf } from '../../support/requests.ts';
import { setStatus } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let exchange: ExchangeUnderTest;
let started: Started;
beforeAll(async () => {
  tables = await startTables();
  exchange = await startExchange(tables);
});
afterAll(() => tables.close());

async function begin(): Promise<void> {
  started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
}
const shown = async (subject?: string) => ({ assertion: await exchange.assertion(subject) });
const named = (handle: GrantHandle | undefined = started.handle) => ({
  grantId: started.grant.grantId,
  handle,
});
const statusNow = async () => (await exchange.deps.grants.get(started.grant.grantId))?.status;
const complete = async (changes: { subject?: string; handle?: GrantHandle; outcome?: string } = {}) =>
  completeGrant(
    exchange.deps,
    { shown: await shown(changes.subject), named: named(changes.handle), outcome: changes.outcome },
    exchange.context,
  );

describe('complete', () => {
  test('[COMPLETE-1] ends the grant and keeps the outcome', async () => {
    await begin();
    expect(await complete({ outcome: '3 files' })).toMatchObject({ status: 'completed', outcome: '3 files' });
  });

  test('[COMPLETE-2] again finds it ended as it was', async () => {
    await begin();
    const first = await complete({ outcome: 'one' });
    expect(await complete({ outcome: 'two' })).toEqual(first);
  });

  test('[COMPLETE-3] by the same assertion again, as a retry after a lost answer, is the same', async () => {
    await begin();
    const request = { shown: await shown(), named: named() };
    const first = await completeGrant(exchange.deps, request, exchange.context);
    expect(await completeGrant(exchange.deps, request, exchange.context)).toEqual(first);
  });

  test('[COMPLETE-4] by a sibling, or with another handle, ends nothing', async () => {
    await begin();
    expect((await refusalOf(complete({ subject: 'sibling' }))).code).toBe('grant_unknown');
    const other = `${started.grant.grantId}.${'A'.repeat(43)}` as GrantHandle;
    expect((await refusalOf(complete({ handle: other }))).code).toBe('grant_unknown');
    expect(await statusNow()).toBe('active');
  });

  test('a suspended agent may still complete', async () => {
    await begin();
    await setStatus(tables, 'billing-agent', 'suspended');
    expect(await complete()).toMatchObject({ status: 'completed' });
    await setStatus(tables, 'billing-agent', 'active');
  });
});

describe('revoke', () => {
  const revoke = async (token: string, subject?: string) =>
    revokeToken(exchange.deps, { shown: await shown(subject), token }, exchange.context);

  test('[REVOKE-1] ends the grant behind the handle', async () => {
    await begin();
    await revoke(started.handle);
    expect(await statusNow()).toBe('completed');
    await revoke(started.handle);
  });

  test('[REVOKE-2] unknown, malformed and foreign tokens are answered alike, and nothing ends', async () => {
    await begin();
    await revoke('nonsense');
    await revoke(`${started.grant.grantId}.${'A'.repeat(43)}`);
    await revoke(started.handle, 'sibling');
    expect(await statusNow()).toBe('active');
  });

  test('a caller without a good assertion is refused', async () => {
    const request = { shown: { assertion: 'a.b.c' }, token: started.handle };
    expect((await refusalOf(revokeToken(exchange.deps, request, exchange.context))).code).toBe(
      'assertion_rejected',
    );
  });
});

describe('introspect', () => {
  const introspect = async (token: string, subject = 'invoice-server') =>
    introspectToken(exchange.deps, { shown: await shown(subject), token }, exchange.context);

  test('[INTROSPECT-1] tells a resource server of an active grant of its tasks', async () => {
    await begin();
    const active = await introspect(started.handle);
    expect(active).toMatchObject({ server: 'invoice-server', grant: { grantId: started.grant.grantId } });
  });

  test('[INTROSPECT-2] tells nobody else', async () => {
    await begin();
    expect((await refusalOf(introspect(started.handle, 'sibling'))).code).toBe('server_unknown');
  });

  test('[INTROSPECT-3] ended, unknown, forged, and grants of other tasks are inactive', async () => {
    await begin();
    expect(await introspect('nonsense')).toBeUndefined();
    expect(await introspect(`${started.grant.grantId}.${'A'.repeat(43)}`)).toBeUndefined();
    const request = await askFor(exchange, { task: 'pay-out', parameters: { amount: 1 } });
    const other = await startTask(exchange.deps, request, exchange.context);
    expect(await introspect(other.handle)).toBeUndefined();
    await complete();
    expect(await introspect(started.handle)).toBeUndefined();
  });

  test('an expired grant is inactive before anything swept it', async () => {
    await begin();
    exchange.pass(1800);
    expect(await introspect(started.handle)).toBeUndefined();
    exchange.pass(-1800);
  });

  test('[INTROSPECT-4] an assertion shown twice is refused', async () => {
    await begin();
    const request = { shown: await shown('invoice-server'), token: started.handle };
    await introspectToken(exchange.deps, request, exchange.context);
    const again = introspectToken(exchange.deps, request, exchange.context);
    expect((await refusalOf(again)).code).toBe('assertion_replayed');
  });
});
