// A kill breaks off with grants ended and nothing said of it: its function died, or was frozen once it had answered. Whoever
// goes on must neither call dead what lives nor keep a lease off the kill list.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTask } from '../../src/core/exchange.ts';
import { kill } from '../../src/core/kill/kill.ts';
import type { KillScope } from '../../src/core/kill/ports.ts';
import { settleKills } from '../../src/core/kill/settle.ts';
import { tellKill } from '../../src/core/kill/tell-kill.ts';
import type { Catalog } from '../../src/core/model.ts';
import { startExchange } from '../support/exchange.ts';
import { ORDER, ordersOver } from '../support/orders.ts';
import { askFor } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const breaksOff = async (): Promise<never> => {
  throw new Error('the function is gone');
};

async function begin() {
  const mark = Math.random().toString(36).slice(2, 8);
  const change = (catalog: Catalog): Catalog => ({
    ...catalog,
    agents: catalog.agents.map((agent) => ({ ...agent, id: `${agent.id}-${mark}` })),
    tasks: catalog.tasks.map((task) => ({ ...task, leaseSeconds: 900 })),
  });
  const exchange = await startExchange(tables, { change });
  const { grant } = await startTask(exchange.deps, await askFor(exchange), exchange.context);
  const scope: KillScope = { kind: 'agent', id: grant.agent };
  const orders = ordersOver(tables, exchange);
  const moment = { at: exchange.deps.clock(), requestId: `kill-${mark}` };
  const mine = async () =>
    (await orders.kills.listOpen()).find((record) => 'id' in record.scope && record.scope.id === grant.agent);
  const settle = async () =>
    (await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' })).settled.find(
      (record) => 'id' in record.scope && record.scope.id === grant.agent,
    );
  return { exchange, grant, scope, orders, moment, mine, settle };
}

test('[KILL-14] a kill that breaks off while it waits has said what it ended', async () => {
  const { orders, scope, moment, mine } = await begin();
  const broken = kill({ ...orders, pause: breaksOff }, { scope, order: ORDER }, moment);
  await expect(broken).rejects.toThrow('gone');
  expect(await mine()).toMatchObject({ ended: 1, leases: 1 });
});

test('[KILL-14] nothing is called dead that a broken-off pass has ended and not told, and its lease is listed', async () => {
  const { exchange, grant, orders, scope, moment, mine, settle } = await begin();
  // the row is killed, and then nothing more happens: neither the list nor the record hears of it
  const lists = { ...orders.lists, add: async () => undefined };
  const queue = { send: breaksOff };
  const grants = {
    ...orders.grants,
    end: async (...end: Parameters<typeof orders.grants.end>) => {
      await orders.grants.end(...end);
      return breaksOff();
    },
  };
  const broken = kill({ ...orders, lists, queue, grants }, { scope, order: ORDER }, moment);
  await expect(broken).rejects.toThrow('gone');
  expect(await exchange.deps.grants.get(grant.grantId)).toMatchObject({ status: 'killed' });
  exchange.pass(200);
  expect(await settle()).toBeUndefined();
  const record = await mine();
  expect(record?.deadBy.getTime()).toBeGreaterThanOrEqual(grant.leaseExpiresAt?.getTime() ?? 0);
  expect(record && tellKill(record, exchange.deps.clock())).toMatchObject({ leases: 1 });
  const { entries } = await orders.lists.read(grant.roleArn);
  expect(entries.map(({ grantId }) => grantId)).toContain(grant.grantId);
  exchange.pass(900);
  expect(await settle()).toMatchObject({ leases: 1 });
});

test('[KILL-14] the wider Deny reaches a lease that was renewed after the order, its grant completed before it was found', async () => {
  const { exchange, grant, orders, scope, moment } = await begin();
  exchange.pass(5);
  const at = exchange.deps.clock();
  const completed = {
    grantId: grant.grantId,
    status: 'completed',
    reason: 'done',
    at,
    from: ['active'],
  } as const;
  await orders.grants.end(completed, { type: 'grant.ended', at, requestId: 'agent', facts: {} });
  await kill(orders, { scope, order: ORDER }, moment);
  const { entries } = await orders.lists.read(grant.roleArn);
  const entry = entries.find(({ grantId }) => grantId === grant.grantId);
  expect(entry?.killedAt.getTime()).toBeGreaterThanOrEqual(at.getTime());
});
