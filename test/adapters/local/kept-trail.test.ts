// The audit trail of local mode: what is written to the tables is in the directory, in order, and goes on after a start.

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTrailDirectoryReader } from '../../../src/adapters/files/trail-directory.ts';
import { type KeptTrail, openKeptTrail, TrailUnusable } from '../../../src/adapters/local/kept-trail.ts';
import { openPlane } from '../../../src/adapters/local/plane/open-plane.ts';
import type { RowChange } from '../../../src/adapters/local/plane/table-changes.ts';
import { readPublicKey } from '../../../src/core/audit/checkpoint.ts';
import { readTrail } from '../../../src/core/audit/read-trail.ts';
import { verifyTrail } from '../../../src/core/audit/verify.ts';
import { change } from '../../support/trail.ts';

let home = '';
let now = new Date('2026-11-24T12:00:00Z');
const logs: unknown[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'remit-kept-'));
  now = new Date('2026-11-24T12:00:00Z');
  logs.length = 0;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const place = () => ({ directory: join(home, 'trail'), keptBy: join(home, 'audit') });
const open = (where = place()) =>
  openKeptTrail({ place: where, clock: () => now, log: (line) => logs.push(line) });
const reader = () => createTrailDirectoryReader(place().directory);
const verify = (publicKey: string) => verifyTrail(reader(), { publicKey: readPublicKey(publicKey) });
async function subjects() {
  const found: string[] = [];
  for await (const { event } of readTrail(reader())) found.push(event.id);
  return found;
}
const takeAll = (trail: KeptTrail, table: string, keys: readonly string[]) => {
  for (const key of keys) trail.take(table, change(key, 1));
};

test('[AUDIT-17] a trail goes on over starts, each with its own rows, and is signed at both ends of each', async () => {
  const first = await open();
  takeAll(first, 'registry', ['AGENT#a', 'AGENT#b']);
  await first.close();
  now = new Date('2026-11-26T12:00:00Z');
  const second = await open();
  expect(second.publicKey).toBe(first.publicKey);
  // two days later, and the tables have begun anew: the same key with the same number is another event
  takeAll(second, 'registry', ['AGENT#a']);
  await second.settle();
  expect(await verify(second.publicKey)).toMatchObject({ ok: true, records: 3, checkpoints: 3 });
  await second.close();
  expect(await verify(second.publicKey)).toMatchObject({ ok: true, records: 3, checkpoints: 4 });
  expect((await subjects()).sort()).toEqual([
    'registry@1/AGENT#a/1',
    'registry@1/AGENT#b/1',
    'registry@3/AGENT#a/1',
  ]);
  expect(logs).toEqual([]);
});

test('[AUDIT-17] a process that ended without a word leaves a trail that goes on', async () => {
  const first = await open();
  takeAll(first, 'grants', ['G1']);
  await first.settle();
  // its lock stays, of a process that is gone
  const lock = join(place().keptBy, 'lock');
  rmSync(lock);
  appendFileSync(lock, '999999999 somebody');
  const second = await open();
  takeAll(second, 'grants', ['G1']);
  await second.close();
  expect(await verify(second.publicKey)).toMatchObject({ ok: true, records: 2 });
});

test('[AUDIT-18] two at once do not keep one trail', async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(TrailUnusable);
  await first.close();
  await (await open()).close();
});

test('[AUDIT-18] a trail of another key, or one that is gone, is not gone on with', async () => {
  await (await open()).close();
  const elsewhere = { ...place(), keptBy: join(home, 'other') };
  await expect(open(elsewhere)).rejects.toThrow('signed with another key');
  rmSync(place().directory, { recursive: true });
  await expect(open()).rejects.toThrow('is gone; 2 checkpoints signed for it');
});

test('[AUDIT-17] key, state and trail are private', async () => {
  const trail = await open();
  takeAll(trail, 'grants', ['G1']);
  await trail.close();
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const { mode } = statSync(join(entry.parentPath, entry.name));
    expect([entry.name, mode & 0o077]).toEqual([entry.name, 0]);
  }
  expect(readFileSync(join(place().keptBy, 'public-key.pem'), 'utf8')).toBe(trail.publicKey);
});

test('[AUDIT-17] what cannot be written now is written later, in its order', async () => {
  const trail = await open();
  const obstacle = join(place().directory, 'shard=0');
  for (const shard of [0, 1, 2, 3]) appendFileSync(obstacle.replace('0', String(shard)), 'a file in the way');
  takeAll(trail, 'grants', ['G1', 'G2', 'G3', 'G4', 'G5']);
  await trail.settle();
  expect(logs).not.toEqual([]);
  for (const shard of [0, 1, 2, 3]) rmSync(obstacle.replace('0', String(shard)));
  takeAll(trail, 'grants', ['G6']);
  await trail.close();
  expect(await verify(trail.publicKey)).toMatchObject({ ok: true, records: 6 });
});

test('[AUDIT-19] fifty changes of one row at once are told in their order, with the event alone', async () => {
  const { changes, send, close } = await tableOf('rows');
  const told: RowChange[] = [];
  changes.watch('rows', { key: 'pk', attributes: ['event', 'eventNumber'], tell: (each) => told.push(each) });
  const update = (index: number, more: Partial<UpdateItemCommandInput> = {}) =>
    send(
      new UpdateItemCommand({
        TableName: 'rows',
        Key: { pk: { S: 'row' } },
        UpdateExpression: 'SET #event = :event, secret = :secret ADD eventNumber :one',
        ExpressionAttributeNames: { '#event': 'event' },
        ExpressionAttributeValues: {
          ':event': { M: { index: { N: String(index) } } },
          ':secret': { S: 'handle' },
          ':one': { N: '1' },
        },
        ...more,
      }),
    );
  const asked = [undefined, 'NONE', 'ALL_NEW', 'UPDATED_NEW', 'ALL_OLD'] as const;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const ReturnValues = asked[index % asked.length];
      return update(index, ReturnValues === undefined ? {} : { ReturnValues });
    }),
  );
  expect(told.map(({ image }) => image['eventNumber'])).toEqual(
    Array.from({ length: 50 }, (_, at) => at + 1),
  );
  expect(new Set(told.map(({ image }) => JSON.stringify(image['event']))).size).toBe(50);
  expect(JSON.stringify(told)).not.toContain('handle');
  // callers get what they asked for, as if nobody watched
  expect(answers[0]?.Attributes).toBeUndefined();
  expect(answers[1]?.Attributes).toBeUndefined();
  expect(Object.keys(answers[2]?.Attributes ?? {}).sort()).toEqual(['event', 'eventNumber', 'pk', 'secret']);
  expect(Object.keys(answers[3]?.Attributes ?? {}).sort()).toEqual(['event', 'eventNumber', 'secret']);
  // what was not written is not told
  const refused = update(0, { ConditionExpression: 'attribute_not_exists(pk)' });
  await expect(refused).rejects.toThrow('conditional');
  await send(new PutItemCommand({ TableName: 'rows', Item: { pk: { S: 'put' }, eventNumber: { N: '1' } } }));
  expect(told.slice(50)).toEqual([{ key: 'put', image: { eventNumber: 1 } }]);
  await close();
});

async function tableOf(TableName: string) {
  const plane = await openPlane({
    identity: { partition: 'aws', region: 'us-east-1', account: '000000000000' },
    clock: () => new Date(),
    port: 0,
  });
  await plane.load({
    roles: [],
    buckets: [],
    tables: [
      {
        TableName,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    ],
  });
  const client = new DynamoDBClient({
    endpoint: plane.url,
    region: 'us-east-1',
    credentials: plane.operator,
    maxAttempts: 1,
  });
  return {
    changes: plane.plane.changes,
    send: client.send.bind(client),
    close: async () => {
      client.destroy();
      await plane.close();
    },
  };
}
