// A task, an issuer or everything that is stopped by two: the first order stays on record, and the second one's kill is
// done all the same.

import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSwitches } from '../../../src/adapters/aws/kill-tables.ts';
import { stopKey } from '../../../src/adapters/aws/registry-item.ts';
import { kill, lift } from '../../../src/core/kill/kill.ts';
import type { StopScope } from '../../../src/core/kill/stop.ts';
import { tellKill } from '../../../src/core/kill/tell-kill.ts';
import type { Order } from '../../../src/core/lifecycle/ports.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { sampleEvent, sampleGrant } from '../../support/grant.ts';
import { ORDER, ordersOver } from '../../support/orders.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const SCOPE = { kind: 'task', id: 'export-invoices' } as const satisfies StopScope;
const SECOND: Order = {
  by: { issuer: 'https://login.acme.dev', subject: 'pete', name: 'Pete' },
  reason: 'I saw it too',
};
const THIRD: Order = { ...SECOND, reason: 'it does it again' };

let tables: Tables;
let exchange: ExchangeUnderTest;
let orders: ReturnType<typeof ordersOver>;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  exchange = await startExchange(tables);
  orders = ordersOver(tables, exchange);
});

const stop = (order: Order, scope: StopScope = SCOPE, requestId = order.reason) =>
  kill(orders, { scope, order }, { at: exchange.deps.clock(), requestId });
const lifted = (scope: StopScope = SCOPE) =>
  lift(orders, { scope, order: ORDER }, { at: exchange.deps.clock(), requestId: 'lift' });
const standing = async (scope: StopScope = SCOPE) =>
  (await orders.switches.listOn()).filter(({ scope: { kind } }) => kind === scope.kind);
const rowOf = async (pk: string) =>
  (await tables.client.send(new GetCommand({ TableName: TABLES.registry, Key: { pk } }))).Item;

test.each([
  ['a task', SCOPE],
  ['an issuer', { kind: 'issuer', id: 'name' }],
  ['everything', { kind: 'everything' }],
] as const)(
  '[KILL-25] %s that is stopped keeps who did it and why; the second is told, and both are in the trail',
  async (_, asked) => {
    const scope: StopScope = asked.kind === 'issuer' ? { kind: 'issuer', id: exchange.issuer.issuer } : asked;
    const first = await stop(ORDER, scope);
    try {
      expect(first.stoppedBefore).toBeUndefined();
      exchange.pass(5);
      const second = await stop(SECOND, scope);
      const { at } = first.change;
      expect(second.stoppedBefore).toEqual({ what: 'stopped', ...ORDER, at });
      expect(await standing(scope)).toEqual([
        { scope, change: { what: 'stopped', ...ORDER, at }, orders: 2 },
      ]);
      expect(tellKill(second, exchange.deps.clock()).says[0]).toBe(
        `It was stopped already, by olga since ${at.toISOString()}: ${ORDER.reason}`,
      );
      expect(await orders.kills.find(second.killId)).toMatchObject({
        change: { by: SECOND.by },
        stoppedBefore: { by: ORDER.by, at },
      });
      expect(await rowOf(stopKey(scope))).toMatchObject({
        event: { type: 'stop.ordered', facts: { actorSubject: 'pete', reason: SECOND.reason } },
      });
      expect(await rowOf(`KILL#${second.killId}`)).toMatchObject({
        event: { type: 'kill.ordered', facts: { actorSubject: 'pete' } },
      });
    } finally {
      await lifted(scope);
    }
  },
);

test('[KILL-25] what the first has not ended is ended by the second', async () => {
  await stop(ORDER);
  try {
    const left = sampleGrant({ requestedAt: exchange.deps.clock() });
    await exchange.deps.grants.reserve(left, sampleEvent());
    expect(await stop(SECOND)).toMatchObject({ ended: 1 });
    expect(await exchange.deps.grants.get(left.grantId)).toMatchObject({
      status: 'killed',
      endedBy: SECOND.by,
    });
  } finally {
    await lifted();
  }
});

test('[KILL-25] of two at once one stands, and the other is told of it', async () => {
  const both = await Promise.all([stop(ORDER), stop(SECOND)]);
  try {
    const [told, ...more] = both.filter(({ stoppedBefore }) => stoppedBefore !== undefined);
    expect(more).toEqual([]);
    const winner = both.find((each) => each !== told);
    const [on] = await standing();
    expect(on?.change.by).toEqual(winner?.change.by);
    expect(told?.stoppedBefore?.by).toEqual(winner?.change.by);
    expect(on?.orders).toBe(2);
  } finally {
    await lifted();
  }
});

test('[KILL-25] an order whose answer was lost, and that is sent again, is told of no other', async () => {
  const at = exchange.deps.clock();
  const again = () => kill(orders, { scope: SCOPE, order: ORDER }, { at, requestId: 'same' });
  const told = [await again(), await again()].map(({ stoppedBefore }) => stoppedBefore);
  await lifted();
  expect(told).toEqual([undefined, undefined]);
});

test('[KILL-3] a stop on whose row orders were not counted is lifted as one', async () => {
  await stop(ORDER);
  const uncounted = {
    TableName: TABLES.registry,
    Key: { pk: stopKey(SCOPE) },
    UpdateExpression: 'REMOVE orders',
  };
  await tables.client.send(new UpdateCommand(uncounted));
  expect(await standing()).toMatchObject([{ orders: 1 }]);
  await lifted();
  expect(await standing()).toEqual([]);
});

test('[KILL-25] once it is lifted the next stop is the first again', async () => {
  await stop(ORDER);
  await stop(SECOND);
  await lifted();
  expect(await standing()).toEqual([]);
  exchange.pass(5);
  const third = await stop(THIRD);
  try {
    expect(third.stoppedBefore).toBeUndefined();
    expect(await standing()).toMatchObject([{ change: { reason: THIRD.reason }, orders: 1 }]);
  } finally {
    await lifted();
  }
});

test('[KILL-21] [KILL-25] a lift that has not seen the second order lifts nothing', async () => {
  await stop(ORDER);
  try {
    const seen = await standing();
    await stop(SECOND);
    const [first] = seen;
    if (first === undefined) throw new Error('nothing is stopped');
    expect(await orders.switches.turnOff(first, first.change, sampleEvent())).toBe(false);
    expect(await standing()).toHaveLength(1);
  } finally {
    await lifted();
  }
});

test('[KILL-25] a stop that others lift and order anew all the time is on in the end', async () => {
  const send = async (command: UpdateCommand) => {
    if (command.input.ConditionExpression === undefined) return tables.client.send(command);
    throw Object.assign(new Error('lifted, or stopped'), { name: 'ConditionalCheckFailedException' });
  };
  const contested = { send } as unknown as Tables['client'];
  const switches = createSwitches({ client: contested, table: TABLES.registry });
  const change = { what: 'stopped', ...SECOND, at: exchange.deps.clock() };
  await switches.turnOn({ scope: SCOPE, change }, sampleEvent());
  try {
    expect(await standing()).toEqual([{ scope: SCOPE, change, orders: 1 }]);
  } finally {
    await lifted();
  }
});
