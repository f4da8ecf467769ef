// The trail's state and the outbox on an embedded DynamoDB.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditOutbox } from '../../../src/adapters/aws/audit-outbox.ts';
import { createTrailStore } from '../../../src/adapters/aws/trail-table.ts';
import { readRow } from '../../../src/core/audit/from-row.ts';
import { trailStoreContract } from '../../contracts/audit-trail-store.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';
import { TRAIL } from '../../support/trail.ts';

trailStoreContract('dynalite', async () => {
  const { client, close } = await startTables();
  return { store: createTrailStore({ client, table: TABLES.trail }), close };
});

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const event = {
  type: 'request.refused',
  at: new Date('2026-11-24T12:00:30.000Z'),
  requestId: 'r',
  facts: { code: 'agent_unknown' },
};

async function rowOf(pk: string) {
  const command = new GetCommand({ TableName: TABLES.outbox, Key: { pk }, ConsistentRead: true });
  const { Item: image = {} } = await tables.client.send(command);
  return { image, reading: readRow(TRAIL, { source: 'outbox', key: pk, image, raw: JSON.stringify(image) }) };
}

test('[AUDIT-8] refusals of one kind in one minute are one row that counts them', async () => {
  const outbox = createAuditOutbox({ client: tables.client, table: TABLES.outbox });
  await Promise.all(Array.from({ length: 64 }, () => outbox.count('agent_unknown', event)));
  const { image, reading } = await rowOf('COUNT#2026-11-24T12:00#agent_unknown');
  expect(image['eventNumber']).toBe(64);
  expect(reading.entry?.event.data['count']).toBe(64);
  await outbox.count('agent_unknown', event);
  expect((await rowOf('COUNT#2026-11-24T12:00#agent_unknown')).reading).toEqual({});
});
