// Somebody wants a proof that an agent is gone while it is not: by a row that says it was retired long ago, by a clock
// that runs ahead at the one who asks, by identities that go to another agent, by a lease after the retirement.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerAgent } from '../../src/core/lifecycle/register.ts';
import { startOffboarding } from '../support/offboard.ts';
import { ORDER } from '../support/orders.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const write = (pk: string, name: string, value: unknown) =>
  tables.client.send(
    new UpdateCommand({
      TableName: TABLES.registry,
      Key: { pk },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );

test('[OFF-9] a row that says it was retired a year ago shortens no wait', async () => {
  const { ask, agent, exchange, retire } = await startOffboarding(tables);
  await retire();
  const past = { what: 'retired', by: ORDER.by, reason: 'long ago', at: '2025-01-01T00:00:00.000Z' };
  await write(`AGENT#${agent}`, 'lastChange', past);
  const { until = '' } = await ask();
  expect(Date.parse(until)).toBeGreaterThanOrEqual(exchange.deps.clock().getTime() + 60_000);
  exchange.pass(100);
  // and then it is noticed that the agent was given something after that
  expect(await ask()).toMatchObject({ state: 'failed' });
});

test('[OFF-4] a status that was flipped past Remit is not proven', async () => {
  const { ask, agent, exchange } = await startOffboarding(tables);
  await write(`AGENT#${agent}`, 'status', 'retired');
  await ask();
  exchange.pass(1000);
  const answer = await ask();
  expect(answer.state).toBe('failed');
  expect(answer.checks[0]).toMatchObject({ id: 'retired', state: 'failed' });
});

test('[OFF-9] clocks that differ make it wait longer and never shorter', async () => {
  const { ask, exchange, retire, deps } = await startOffboarding(tables);
  await retire();
  await ask();
  const ahead = new Date(exchange.deps.clock().getTime() - 3_600_000);
  exchange.pass(79);
  expect((await ask()).state).toBe('waiting');
  // an instance whose clock is an hour behind has seen nothing pass
  expect((await ask({ clock: () => ahead })).state).toBe('waiting');
  expect(await deps.proofs.read((await ask()).agent)).not.toHaveProperty('document');
});

test('[OFF-8] its identities cannot be registered again, and if they were taken there is no proof', async () => {
  const { ask, exchange, retire, orders, agent } = await startOffboarding(tables);
  await retire();
  await ask();
  const [binding] = exchange.catalog.agents[0]?.bindings ?? [];
  const { issuer = '', subject = '' } = binding ?? {};
  const registration = {
    id: `heir-of-${agent}`.slice(0, 40),
    owner: { issuer: 'https://login.acme.dev', subject: 'mallory' },
    purpose: 'the same, under another name',
    environment: exchange.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [{ issuer, subject }],
  };
  const moment = { at: exchange.deps.clock(), requestId: 'register' };
  const asked = { registration, order: ORDER, activate: true };
  expect((await refusalOf(registerAgent(orders, asked, moment))).code).toBe('binding_taken');
  await write(`WORKLOAD#${issuer}#${subject}`, 'agent', registration.id);
  exchange.pass(100);
  const answer = await ask();
  expect(answer.state).toBe('failed');
  expect(answer.checks.find(({ state }) => state === 'failed')?.id).toBe('identities-blocked');
});
