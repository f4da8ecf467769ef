// Kills of leases in an account other than the broker's own: on its roles' kill lists like at home, and told as living on
// where that account does not let the writer in.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTask } from '../../../src/core/exchange.ts';
import { accountOfRole } from '../../../src/core/iam/role.ts';
import { kill } from '../../../src/core/kill/kill.ts';
import type { KillRecord, KillScope } from '../../../src/core/kill/ports.ts';
import { settleKills } from '../../../src/core/kill/settle.ts';
import { tellKill } from '../../../src/core/kill/tell-kill.ts';
import { startExchange } from '../../support/exchange.ts';
import { ORDER, ordersOver } from '../../support/orders.ts';
import { askFor } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const LEASE_SECONDS = 900;

/** A lease of a quarter of an hour in an account of its own. */
async function begin() {
  const account = String(Math.floor(Math.random() * 1e12)).padStart(12, '4');
  const exchange = await startExchange(tables, {
    change: (catalog) => ({
      ...catalog,
      agents: catalog.agents.map((agent) => ({ ...agent, id: `${agent.id}-${account}` })),
      tasks: catalog.tasks.map((task) =>
        task.id === 'export-invoices' ? { ...task, account, leaseSeconds: LEASE_SECONDS } : task,
      ),
    }),
  });
  const orders = ordersOver(tables, exchange);
  const { grant } = await startTask(exchange.deps, await askFor(exchange), exchange.context);
  const { roleArn, grantId } = grant;
  expect(accountOfRole(roleArn)).toBe(account);
  const now = () => exchange.deps.clock();
  const settle = () => settleKills(orders, { at: now(), requestId: 'settle' });
  return {
    account,
    orders,
    grant,
    roleArn,
    now,
    settle,
    pass: exchange.pass,
    end: (grant.leaseExpiresAt ?? now()).toISOString(),
    shut: () => orders.lists.noteAccount(account, { at: now(), isOpen: false }),
    kill: (scope: KillScope = { kind: 'grant', id: grantId }) =>
      kill(orders, { scope, order: ORDER }, { at: now(), requestId: `kill-${account}` }),
    async confirm() {
      const { entries } = await orders.lists.read(roleArn);
      await orders.lists.confirm(roleArn, { at: now(), entries, wide: false, over: [] });
    },
    found: async ({ killId }: KillRecord) => orders.kills.find(killId),
  };
}

test('[KILL-34] they are put on the kill list of their role, and are dead once IAM has it', async () => {
  const { orders, grant, roleArn, ...world } = await begin();
  const record = await world.kill();
  expect(orders.sent).toContain(roleArn);
  const { entries } = await orders.lists.read(roleArn);
  expect(entries).toMatchObject([{ grantId: grant.grantId, until: grant.leaseExpiresAt }]);
  expect(tellKill(record, world.now())).toMatchObject({ killLists: [roleArn], beyondReach: [] });
  await world.confirm();
  world.pass(130);
  await world.settle();
  expect((await world.found(record))?.secondsToDead).toBe(120);
});

test('[KILL-34] where the account is shut, the grant ends and the killer is told until when the lease lives', async () => {
  const { orders, grant, roleArn, account, end, ...world } = await begin();
  await world.shut();
  const record = await world.kill({ kind: 'agent', id: grant.agent });
  expect((await orders.grants.get(grant.grantId))?.status).toBe('killed');
  const told = tellKill(record, world.now());
  expect(told).toMatchObject({ ended: 1, leases: 1, wide: false });
  expect(told.beyondReach).toEqual([{ role: roleArn, until: end }]);
  const says = told.says.join(' ');
  expect(says).toContain(`account ${account} does not let its writer in`);
  expect(says).toContain(`the last lease at ${end}`);
  expect(says).not.toContain('denies them sooner');
  // what was asked of the writer is kept: the account may open
  expect((await orders.lists.read(roleArn)).entries).toHaveLength(1);
  world.pass(LEASE_SECONDS - 60);
  await world.settle();
  expect((await world.found(record))?.settledAt).toBeUndefined();
  expect(await world.found(record)).toMatchObject({ beyondReach: [{ role: roleArn, until: new Date(end) }] });
  world.pass(61);
  await world.settle();
  const settled = await world.found(record);
  expect(settled?.secondsToDead).toBe((record.deadBy.getTime() - record.change.at.getTime()) / 1000);
  expect(settled?.listedAt).toBeUndefined();
});

test('[KILL-34] a shut account keeps no other from its list, and is told of alone', async () => {
  const [shut, open] = [await begin(), await begin()];
  await shut.shut();
  const record = await shut.kill();
  expect(tellKill(record, shut.now()).beyondReach.map(({ role }) => role)).toEqual([shut.roleArn]);
  const other = await open.kill();
  expect(tellKill(other, open.now())).toMatchObject({ killLists: [open.roleArn], beyondReach: [] });
  // of one kill over both only the one is told, and the sentence about lists counts the other
  const both = { ...record, roles: [shut.roleArn, open.roleArn], leases: 2 };
  expect(tellKill(both, shut.now()).says.join(' ')).toContain('The kill list of 1 role denies them sooner');
});

test('[KILL-34] once an account has opened and its list is read back, nothing of it is told to live on', async () => {
  const { roleArn, ...world } = await begin();
  await world.shut();
  const record = await world.kill();
  expect(record.beyondReach).toMatchObject([{ role: roleArn }]);
  await world.confirm();
  world.pass(130);
  await world.settle();
  expect(await world.found(record)).toMatchObject({ beyondReach: [], secondsToDead: 120 });
});

test('[KILL-23] the list of a shut account that denies nobody waits an hour, and one that has entries does not', async () => {
  const { orders, roleArn, ...world } = await begin();
  await world.shut();
  await world.kill();
  const isSent = async () => {
    orders.sent.length = 0;
    await world.settle();
    return orders.sent.includes(roleArn);
  };
  const bar = (over: Parameters<typeof orders.lists.barred>[1]['over']) =>
    orders.lists.barred(roleArn, { at: world.now(), over });
  await bar([]);
  expect(await isSent()).toBe(true);
  const { entries } = await orders.lists.read(roleArn);
  world.pass(LEASE_SECONDS + 60);
  await bar(entries);
  // its kill is settled by this run, and sends it no more
  await isSent();
  expect(await isSent()).toBe(false);
  world.pass(3600);
  expect(await isSent()).toBe(true);
});
