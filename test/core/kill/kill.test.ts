// Kills against running grants: who is stopped, what the rows say, what goes on the kill list.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewLease, type Started, startTask } from '../../../src/core/exchange.ts';
import { kill, lift, standDown } from '../../../src/core/kill/kill.ts';
import type { KillScope } from '../../../src/core/kill/ports.ts';
import { settleKills } from '../../../src/core/kill/settle.ts';
import { tellKill } from '../../../src/core/kill/tell-kill.ts';
import type { Catalog } from '../../../src/core/model.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { freshGrantId, NOW, sampleEvent } from '../../support/grant.ts';
import { OLGA, ORDER, ordersOver } from '../../support/orders.ts';
import { askFor, nextLease, refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

/** Agents and tasks of its own, so that no kill of one test reaches another. */
async function begin(leaseSeconds = 60) {
  const mark = Math.random().toString(36).slice(2, 8);
  const rename = (catalog: Catalog): Catalog => ({
    ...catalog,
    agents: catalog.agents.map((agent) => ({ ...agent, id: `${agent.id}-${mark}` })),
    tasks: catalog.tasks.map((task) => (task.id === 'export-invoices' ? { ...task, leaseSeconds } : task)),
  });
  const exchange = await startExchange(tables, { change: rename });
  const orders = ordersOver(tables, exchange);
  const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
  return { exchange, orders, started, moment: { at: exchange.deps.clock(), requestId: `kill-${mark}` } };
}

const renew = async (exchange: ExchangeUnderTest, started: Started, subject?: string) => {
  exchange.pass(30);
  return renewLease(exchange.deps, await nextLease(exchange, started, subject), exchange.context);
};
const ask = async (exchange: ExchangeUnderTest, subject = 'billing') =>
  startTask(exchange.deps, await askFor(exchange, { subject }), exchange.context);

describe('a kill', () => {
  test('[KILL-1] of a grant ends that grant, and no other', async () => {
    const { exchange, orders, started, moment } = await begin();
    const sibling = await ask(exchange);
    const scope: KillScope = { kind: 'grant', id: started.grant.grantId };
    expect(await kill(orders, { scope, order: ORDER }, moment)).toMatchObject({ ended: 1, roles: [] });
    expect(await exchange.deps.grants.get(started.grant.grantId)).toMatchObject({
      status: 'killed',
      endReason: `killed: ${ORDER.reason}`,
      endedBy: OLGA,
    });
    expect((await refusalOf(renew(exchange, started))).code).toBe('grant_ended');
    expect((await renew(exchange, sibling)).grant.status).toBe('active');
  });

  test('[KILL-1] [LIFE-12] of an agent suspends it and ends what it holds', async () => {
    const { exchange, orders, started, moment } = await begin();
    const sibling = await ask(exchange, 'sibling');
    const scope: KillScope = { kind: 'agent', id: started.grant.agent };
    expect(await kill(orders, { scope, order: ORDER }, moment)).toMatchObject({ ended: 1 });
    expect((await refusalOf(ask(exchange))).code).toBe('agent_inactive');
    expect((await refusalOf(renew(exchange, started))).code).toBe('agent_inactive');
    expect((await renew(exchange, sibling, 'sibling')).grant.status).toBe('active');
  });

  test.each([
    ['a task', 'task'],
    ['an issuer', 'issuer'],
    ['everything', 'everything'],
  ] as const)(
    '[KILL-1] [KILL-2] [KILL-3] of %s stops it until it is lifted, with as many calls',
    async (_, kind) => {
      const { exchange, orders, started, moment } = await begin();
      const id = kind === 'task' ? started.grant.task : exchange.issuer.issuer;
      const scope = kind === 'everything' ? { kind } : { kind, id };
      const record = await kill(orders, { scope, order: ORDER }, moment);
      try {
        expect(record.ended).toBeGreaterThanOrEqual(1);
        expect((await exchange.deps.grants.get(started.grant.grantId))?.status).toBe('killed');
        expect((await refusalOf(ask(exchange))).code).toBe('stopped');
        expect((await orders.switches.listOn()).map((stop) => stop.scope)).toContainEqual(scope);
      } finally {
        await lift(orders, { scope, order: ORDER }, moment);
      }
      const again = lift(orders, { scope, order: ORDER }, moment);
      expect((await refusalOf(again)).code).toBe('stop_not_on');
      exchange.restart();
      await ask(exchange);
      expect(exchange.calls.filter((name) => name !== 'assumeRole' && name !== 'scopeDown')).toHaveLength(5);
      expect((await refusalOf(renew(exchange, started))).code).toBe('grant_ended');
    },
  );

  test('[KILL-21] a stop ordered while another one is lifted stays', async () => {
    const { exchange, orders, moment } = await begin();
    const scope = { kind: 'task', id: 'export-invoices' } as const;
    await kill(orders, { scope, order: ORDER }, moment);
    const anew = { ...moment, requestId: 'anew' };
    const switches = {
      ...orders.switches,
      async listOn() {
        const seen = await orders.switches.listOn();
        await kill(orders, { scope, order: { by: OLGA, reason: 'it does it again' } }, anew);
        return seen;
      },
    };
    try {
      const lifted = lift({ ...orders, switches }, { scope, order: ORDER }, moment);
      expect((await refusalOf(lifted)).code).toBe('stop_not_on');
      expect((await refusalOf(ask(exchange))).code).toBe('stopped');
    } finally {
      await lift(orders, { scope, order: ORDER }, moment);
    }
  });

  test('[KILL-22] a grant that cannot be ended keeps no other, and is told once the others have ended', async () => {
    const { exchange, orders, started, moment } = await begin(900);
    const others = await Promise.all(Array.from({ length: 4 }, () => ask(exchange)));
    const bad = others[0]?.grant.grantId;
    const grants: typeof orders.grants = {
      ...orders.grants,
      get: async (id) => {
        if (id === bad) throw new Error('no such row can be');
        return orders.grants.get(id);
      },
    };
    const scope: KillScope = { kind: 'agent', id: started.grant.agent };
    await expect(kill({ ...orders, grants }, { scope, order: ORDER }, moment)).rejects.toThrow('no such row');
    expect(orders.sent).toContain(started.grant.roleArn);
    for (const { grant } of [started, ...others]) {
      const status = (await orders.grants.get(grant.grantId))?.status;
      expect(status).toBe(grant.grantId === bad ? 'active' : 'killed');
    }
    const { failures } = await settleKills({ ...orders, grants }, { at: moment.at, requestId: 'settle' });
    expect(failures).toBeGreaterThanOrEqual(1);
  });

  test('[KILL-16] of an issuer by its name in the catalog stops its address, and lifts it again', async () => {
    const { exchange, orders, moment } = await begin();
    const { issuer, name } = exchange.issuer;
    const scope: KillScope = { kind: 'issuer', id: name };
    const record = await kill(orders, { scope, order: ORDER }, moment);
    try {
      expect(record.scope).toEqual({ kind: 'issuer', id: issuer });
      expect((await refusalOf(ask(exchange))).code).toBe('stopped');
    } finally {
      await lift(orders, { scope, order: ORDER }, moment);
    }
    exchange.restart();
    await ask(exchange);
  });

  test.each([
    ['grant', '01K9Z3Q4M5N6P7R8S9T0V1W2X3'],
    ['agent', 'nobody'],
    ['task', 'nothing'],
    ['issuer', 'https://unknown.dev'],
  ])('[KILL-11] of an unknown %s is refused', async (kind, id) => {
    const { orders, moment } = await begin();
    const scope = { kind, id } as KillScope;
    expect((await refusalOf(kill(orders, { scope, order: ORDER }, moment))).code).toBe('kill_target_unknown');
    const silent = kill(orders, { scope: { kind: 'everything' }, order: { by: OLGA, reason: '' } }, moment);
    expect((await refusalOf(silent)).code).toBe('reason_missing');
  });
});

describe('the kill list', () => {
  test('[KILL-4] holds a lease that outlives the propagation, and not a short one', async () => {
    const short = await begin(60);
    const long = await begin(900);
    for (const { orders, started, moment } of [short, long]) {
      const scope: KillScope = { kind: 'agent', id: started.grant.agent };
      await kill(orders, { scope, order: ORDER }, moment);
    }
    expect(short.orders.sent).toEqual([]);
    expect(new Set(long.orders.sent)).toEqual(new Set([long.started.grant.roleArn]));
    const { entries } = await long.orders.lists.read(long.started.grant.roleArn);
    const ids = entries.map(({ grantId }) => grantId);
    expect(ids).toContain(long.started.grant.grantId);
    expect(ids).not.toContain(short.started.grant.grantId);
  });

  test('[KILL-7] of one role loses no entry of thirty kills at once', async () => {
    const { exchange, orders, moment } = await begin(900);
    const grants = await Promise.all(Array.from({ length: 30 }, () => ask(exchange)));
    await Promise.all(
      grants.map(({ grant }, index) =>
        kill(
          orders,
          { scope: { kind: 'grant', id: grant.grantId }, order: ORDER },
          { ...moment, requestId: `kill-${index}` },
        ),
      ),
    );
    const role = grants[0]?.grant.roleArn;
    const { entries } = role ? await orders.lists.read(role) : { entries: [] };
    const ids = new Set(entries.map(({ grantId }) => grantId));
    expect(grants.filter(({ grant }) => !ids.has(grant.grantId))).toEqual([]);
  });
});

describe('a lease whose grant has ended', () => {
  test.each(['agent', 'task', 'everything'] as const)(
    '[KILL-13] is put on the kill list with a kill of %s, once, and counted',
    async (kind) => {
      const { exchange, orders, started, moment } = await begin(900);
      const { grantId, agent, task, roleArn } = started.grant;
      const at = exchange.deps.clock();
      const end = { grantId, status: 'completed', reason: 'done', at, from: ['active'] } as const;
      await orders.grants.end(end, sampleEvent());
      const id = kind === 'agent' ? agent : task;
      const scope: KillScope = kind === 'everything' ? { kind } : { kind, id };
      const record = await kill(orders, { scope, order: ORDER }, moment);
      try {
        const mine = async () =>
          (await orders.lists.read(roleArn)).entries.filter((entry) => entry.grantId === grantId);
        expect(await mine()).toHaveLength(1);
        expect(record.roles).toContain(roleArn);
        expect(record.leases).toBeGreaterThanOrEqual(1);
        expect(record.deadBy.getTime()).toBeGreaterThanOrEqual(started.grant.leaseExpiresAt?.getTime() ?? 0);
        await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' });
        expect(await mine()).toHaveLength(1);
      } finally {
        if (kind !== 'agent') {
          const stop = kind === 'task' ? { kind, id } : { kind };
          await lift(orders, { scope: stop, order: ORDER }, moment);
        }
      }
    },
  );
});

describe('the answer to a kill', () => {
  test('[KILL-12] tells how many leases go on, until when, and that a full list denies others too', async () => {
    const { exchange, orders, started, moment } = await begin(900);
    const { grantId, roleArn } = started.grant;
    const scope: KillScope = { kind: 'grant', id: grantId };
    const record = await kill(orders, { scope, order: ORDER }, moment);
    const told = tellKill(record, exchange.deps.clock());
    expect(told).toMatchObject({ ended: 1, leases: 1, wide: false, killLists: [roleArn] });
    expect(told.says.join(' ')).toContain(`ends by itself at ${record.deadBy.toISOString()}`);
    expect(tellKill(record, record.deadBy).says).toContain('No lease of it is known to be alive.');
    const until = record.deadBy;
    const others = Array.from({ length: 120 }, () => ({ grantId: freshGrantId(), until, killedAt: NOW }));
    await orders.lists.add(roleArn, others);
    const sibling = await ask(exchange);
    const full: KillScope = { kind: 'grant', id: sibling.grant.grantId };
    const wide = await kill(orders, { scope: full, order: ORDER }, { ...moment, requestId: 'wide' });
    expect(tellKill(wide, exchange.deps.clock())).toMatchObject({
      wide: true,
      says: expect.arrayContaining([expect.stringContaining('also those of other grants')]),
    });
  });

  test('[KILL-10] a list confirmed without the killed lease, as it was read too early, does not count', async () => {
    const { exchange, orders, started, moment } = await begin(900);
    const { roleArn, agent } = started.grant;
    await kill(orders, { scope: { kind: 'agent', id: agent }, order: ORDER }, moment);
    await orders.lists.confirm(roleArn, { at: exchange.deps.clock(), entries: [], wide: false, over: [] });
    exchange.pass(200);
    await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' });
    const open = (await orders.kills.listOpen()).find(({ scope }) => 'id' in scope && scope.id === agent);
    expect(open).toMatchObject({ ended: 1, leases: 1 });
    expect(open?.listedAt).toBeUndefined();
  });
});

describe('the end of a kill', () => {
  test('[KILL-10] is settled once the last lease is over, with the time that took', async () => {
    const { exchange, orders, started, moment } = await begin();
    const { killId } = await kill(
      orders,
      { scope: { kind: 'agent', id: started.grant.agent }, order: ORDER },
      moment,
    );
    const settle = async () =>
      (await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' })).settled.find(
        (record) => record.killId === killId,
      );
    expect(await settle()).toBeUndefined();
    exchange.pass(121);
    expect(await settle()).toMatchObject({ ended: 1, secondsToDead: 60 });
    expect(await settle()).toBeUndefined();
    const over = await orders.kills.listSettled(moment.at, 10);
    const told = over.find((record) => record.killId === killId);
    expect(told).toMatchObject({ secondsToDead: 60 });
    // a call that was frozen meanwhile tells what it knew
    if (told) await orders.kills.progress({ ...told, ended: 0 });
    expect(await orders.kills.find(killId)).toEqual(told);
  });

  test('[KILL-21] two runs at once settle a kill once, and count its time once', async () => {
    const { exchange, orders, started, moment } = await begin();
    const scope: KillScope = { kind: 'agent', id: started.grant.agent };
    const { killId } = await kill(orders, { scope, order: ORDER }, moment);
    exchange.pass(121);
    const at = exchange.deps.clock();
    const runs = await Promise.all(
      ['one', 'other'].map((requestId) => settleKills(orders, { at, requestId })),
    );
    const mine = runs.flatMap(({ settled }) => settled).filter((record) => record.killId === killId);
    expect(mine).toHaveLength(1);
  });

  test('[KILL-10] a kill list in force makes it dead sooner than the lease would', async () => {
    const { exchange, orders, started, moment } = await begin(900);
    const { roleArn, agent } = started.grant;
    const { killId } = await kill(orders, { scope: { kind: 'agent', id: agent }, order: ORDER }, moment);
    const { entries } = await orders.lists.read(roleArn);
    await orders.lists.confirm(roleArn, { at: exchange.deps.clock(), entries, wide: false, over: [] });
    exchange.pass(200);
    const { settled } = await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' });
    const mine = settled.find((record) => record.killId === killId);
    expect(mine?.secondsToDead).toBeLessThanOrEqual(140);
  });

  test('what the first pass could not see is ended by a later one', async () => {
    const { exchange, orders, started, moment } = await begin();
    const blind = { ...orders.grants, listByAgent: async () => ({ grants: [] }) };
    const scope: KillScope = { kind: 'agent', id: started.grant.agent };
    expect(await kill({ ...orders, grants: blind }, { scope, order: ORDER }, moment)).toMatchObject({
      ended: 0,
    });
    await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' });
    expect((await exchange.deps.grants.get(started.grant.grantId))?.status).toBe('killed');
  });

  test('[LIFE-12] a retirement ends pending, reserved and active grants alike', async () => {
    const { exchange, orders, started, moment } = await begin();
    const pending = await refusalOf(
      startTask(
        exchange.deps,
        await askFor(exchange, { task: 'close-account', parameters: { amount: 5 } }),
        exchange.context,
      ),
    );
    expect(pending.code).toBe('grant_pending');
    const record = await standDown(orders, { id: started.grant.agent, act: 'retire', order: ORDER }, moment);
    expect(record.ended).toBe(2);
    const { grants } = await exchange.deps.grants.listByAgent(started.grant.agent, { limit: 10 });
    expect(grants.map(({ status }) => status)).toEqual(['killed', 'killed']);
  });
});
