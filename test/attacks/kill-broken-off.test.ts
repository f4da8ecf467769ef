// A kill breaks off with grants ended and nothing said of it: its function died, or was frozen once it had answered. Whoever
// goes on must neither call dead what lives nor keep a lease off the kill list.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTask } from '../../src/core/exchange.ts';
import { kill, killEvent } from '../../src/core/kill/kill.ts';
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
  const settled = await settle();
  expect(settled).toMatchObject({ leases: 1 });
  if (settled === undefined) throw new Error('not settled');
  // the grant that it ended was counted by nobody: less is told, and that it may be more
  expect(killEvent('kill.settled', settled, 'settle').facts).toMatchObject({ ended: 0, endedAtLeast: true });
  expect(tellKill(settled, exchange.deps.clock()).says[0]).toBe(
    'At least 0 grants ended; nothing new is given.',
  );
});

test('[KILL-19] a kill that was counted to its end says how many, and no less or more', async () => {
  const { exchange, orders, scope, moment, settle } = await begin();
  const told = await kill(orders, { scope, order: ORDER }, moment);
  expect(tellKill(told, exchange.deps.clock()).says[0]).toBe('1 grant ended; nothing new is given.');
  exchange.pass(1100);
  const settled = await settle();
  if (settled === undefined) throw new Error('not settled');
  const { facts } = killEvent('kill.settled', settled, 'settle');
  expect(facts).toMatchObject({ ended: 1 });
  expect(facts).not.toHaveProperty('endedAtLeast');
});

test('[KILL-19] a count that the schedule and the order wrote over each other is told as the least', async () => {
  const { exchange, grant, orders, scope, moment, mine, settle } = await begin();
  // the schedule comes while the order waits, sees a list confirmed, and writes down what it has read
  const during = async (): Promise<void> => {
    const record = await mine();
    if (record === undefined) throw new Error('no kill');
    exchange.pass(130);
    await orders.lists.confirm(grant.roleArn, {
      at: exchange.deps.clock(),
      entries: (await orders.lists.read(grant.roleArn)).entries,
      wide: false,
      over: [],
    });
    await settle();
  };
  await kill({ ...orders, pause: during }, { scope, order: ORDER }, moment);
  expect(await mine()).toMatchObject({ ended: 1, counted: true, takenUp: true });
  exchange.pass(1100);
  const settled = await settle();
  expect(settled && killEvent('kill.settled', settled, 'settle').facts).toMatchObject({ endedAtLeast: true });
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
