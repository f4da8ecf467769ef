// Orders given by a clock that is behind the one that grants: what it says of when something was asked for must not keep
// a grant alive. And grants that end by themselves at the very moment of the order.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTask } from '../../../src/core/exchange.ts';
import { type KillDeps, kill } from '../../../src/core/kill/kill.ts';
import type { KillScope } from '../../../src/core/kill/ports.ts';
import { settleKills } from '../../../src/core/kill/settle.ts';
import { tellKill } from '../../../src/core/kill/tell-kill.ts';
import type { Catalog, Grant } from '../../../src/core/model.ts';
import { completeGrant } from '../../../src/core/revoke/complete.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { ORDER, ordersOver } from '../../support/orders.ts';
import { askFor } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const BEHIND_SECONDS = 40;
let tables: Tables;
// what is stopped in one test would be stopped in the next
beforeEach(async () => {
  tables = await startTables();
});
afterEach(() => tables.close());

async function start(leaseSeconds = 60) {
  const mark = Math.random().toString(36).slice(2, 8);
  const change = (catalog: Catalog): Catalog => ({
    ...catalog,
    agents: catalog.agents.map((agent) => ({ ...agent, id: `${agent.id}-${mark}` })),
    tasks: catalog.tasks.map((task) => ({ ...task, leaseSeconds })),
  });
  const exchange = await startExchange(tables, { change });
  const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
  const status = async () => (await exchange.deps.grants.get(started.grant.grantId))?.status;
  return { exchange, started, grant: started.grant, status, orders: ordersOver(tables, exchange) };
}

/** The same orders by a clock that is behind. */
function behind(orders: KillDeps, { deps }: ExchangeUnderTest) {
  const clock = () => new Date(deps.clock().getTime() - BEHIND_SECONDS * 1000);
  return { deps: { ...orders, clock }, moment: () => ({ at: clock(), requestId: 'behind' }) };
}

const SCOPES: readonly [string, (grant: Grant) => KillScope][] = [
  ['a grant', ({ grantId: id }) => ({ kind: 'grant', id })],
  ['an agent', ({ agent: id }) => ({ kind: 'agent', id })],
  ['a task', ({ task: id }) => ({ kind: 'task', id })],
  ['an issuer', ({ workload }) => ({ kind: 'issuer', id: workload.issuer })],
  ['everything', () => ({ kind: 'everything' })],
];

test.each(SCOPES)(
  '[KILL-37] the kill of %s ends what a clock ahead of it calls younger',
  async (_, scopeOf) => {
    const { exchange, grant, status, orders } = await start();
    const { deps, moment } = behind(orders, exchange);
    await kill(deps, { scope: scopeOf(grant), order: ORDER }, moment());
    expect(await status()).toBe('killed');
  },
);

test.each(SCOPES)('[KILL-37] so does the schedule, when the kill of %s broke off', async (_, scopeOf) => {
  const { exchange, grant, status, orders } = await start();
  const { deps, moment } = behind(orders, exchange);
  const dies = { ...deps.grants, end: () => Promise.reject(new Error('the function died')) };
  const broken = kill({ ...deps, grants: dies }, { scope: scopeOf(grant), order: ORDER }, moment());
  await expect(broken).rejects.toThrow('died');
  expect(await status()).toBe('active');
  await settleKills(deps, moment());
  expect(await status()).toBe('killed');
});

test('[KILL-37] a lease that its agent keeps by completing at that moment is told, and put on the kill list', async () => {
  const { exchange, started, grant, orders } = await start(900);
  const { grantId } = grant;
  const end: typeof orders.grants.end = async (...asked) => {
    const shown = { assertion: await exchange.assertion() };
    await completeGrant(
      exchange.deps,
      { shown, named: { grantId, handle: started.handle } },
      exchange.context,
    );
    return orders.grants.end(...asked);
  };
  const at = exchange.deps.clock();
  const asked = { scope: { kind: 'grant', id: grantId }, order: ORDER } as const;
  const record = await kill({ ...orders, grants: { ...orders.grants, end } }, asked, {
    at,
    requestId: 'completed meanwhile',
  });
  expect(record).toMatchObject({ ended: 0, leases: 1, deadBy: started.lease.expiresAt });
  expect(tellKill(record, at).says.join(' ')).toContain('1 lease went on');
  expect((await orders.lists.read(grant.roleArn)).entries.map((each) => each.grantId)).toContain(grantId);
});
