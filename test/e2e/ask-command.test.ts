// `remit ask` in local mode: the catalog in force and the tables are found by the broker.

import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQuestionPorts } from '../../cli/question-ports.ts';
import { type Local, startLocal } from '../support/local.ts';
import { ask } from '../support/questions.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

const open = () =>
  openQuestionPorts({ broker: local.brokerUrl, catalog: 'nowhere', partition: 'aws', prefix: 'remit' });

test('[ASK-12] every question that needs nothing is answered', async () => {
  const ports = await open();
  expect(ports.catalog.digest).toBe(local.catalog.digest);
  for (const name of ['holds', 'approved', 'idle', 'overdue', 'refused'])
    expect(await ask(ports, name)).toMatchObject({ columns: expect.anything(), isCut: false });
});

test('[ASK-9] the demo issuer reaches what its agents do', async () => {
  const { rows } = await ask(await open(), 'blast', { issuer: 'demo' });
  const tasks = new Set(rows.map(([, task]) => task));
  expect(tasks).toEqual(new Set(local.catalog.tasks.map(({ id }) => id)));
});

test('[LOCAL-28] the key that reads agents cannot write or scan them', async () => {
  const answer = await fetch(`${local.brokerUrl}/dev/viewer`);
  const { registryTable, region, endpoint, ...credentials } = (await answer.json()) as Record<string, string>;
  const client = new DynamoDBClient({
    region: region ?? '',
    endpoint: endpoint ?? '',
    credentials: credentials as never,
  });
  const item = { TableName: registryTable, Item: { pk: { S: 'x' } } };
  await expect(client.send(new PutItemCommand(item))).rejects.toThrow(/not authorized/);
  await expect(client.send(new ScanCommand({ TableName: registryTable }))).rejects.toThrow(/not authorized/);
  client.destroy();
});
