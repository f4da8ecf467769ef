// `remit grants` in local mode: without a word about tables, by a key that may only read.

import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGrantTable } from '../../cli/grant-table.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

test('[LOCAL-27] the local grant table is found by the broker', async () => {
  const store = await openGrantTable({ broker: local.brokerUrl });
  expect(await store.listByAgent('billing-agent', { limit: 5 })).toEqual({ grants: [] });
});

test('[LOCAL-28] the key of the viewer reads grants and does nothing else', async () => {
  const answer = await fetch(`${local.brokerUrl}/dev/viewer`);
  const { table, region, endpoint, ...credentials } = (await answer.json()) as Record<string, string>;
  const client = new DynamoDBClient({
    region: region ?? '',
    endpoint: endpoint ?? '',
    credentials: credentials as never,
  });
  const item = { TableName: table, Item: { grantId: { S: 'x' } } };
  await expect(client.send(new PutItemCommand(item))).rejects.toThrow(/not authorized/);
  await expect(client.send(new ScanCommand({ TableName: table }))).rejects.toThrow(/not authorized/);
  client.destroy();
});

test('a broker that is not on this machine is never asked for it', async () => {
  const open = openGrantTable({ broker: 'https://broker.acme.dev' });
  await expect(open).rejects.toThrow(/no local mode answers/);
});
