// The audit functions on moto: streams, bucket with Object Lock, bus, queue and key over their real protocols.

import { createPublicKey } from 'node:crypto';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { buildAudit } from '../../lambda/audit.ts';
import { buildAuditCheckpoint } from '../../lambda/audit-checkpoint.ts';
import { createDeadLetters } from '../../src/adapters/aws/dead-letters.ts';
import type { LambdaRecord } from '../../src/adapters/aws/drain.ts';
import { readKmsPublicKey } from '../../src/adapters/aws/kms-signer.ts';
import { createTrailBucket, createTrailBucketReader } from '../../src/adapters/aws/trail-bucket.ts';
import { createTrailStore } from '../../src/adapters/aws/trail-table.ts';
import { s3Client } from '../../src/adapters/aws/world.ts';
import { readTrail } from '../../src/core/audit/read-trail.ts';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { archiveContract } from '../contracts/audit-archive.ts';
import { trailStoreContract } from '../contracts/audit-trail-store.ts';
import { eventImage } from '../support/drain.ts';
import { connect, createTables, TABLES } from '../support/tables.ts';
import { TRAIL } from '../support/trail.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';
const place = () => ({ endpoint: inject('moto'), region, credentials });
let buckets = 0;

async function newBucket() {
  buckets += 1;
  const bucket = `trail-${process.pid}-${buckets}`;
  const client = s3Client(place());
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  return { client, bucket };
}

archiveContract('S3 on moto', async () => {
  const { client, bucket } = await newBucket();
  return { archive: createTrailBucket({ client, bucket }), close: async () => client.destroy() };
});

trailStoreContract('moto', async () => {
  await fetch(`${inject('moto')}/moto-api/reset`, { method: 'POST' });
  const client = connect(inject('moto'));
  await createTables(client);
  return { store: createTrailStore({ client, table: TABLES.trail }), close: async () => client.destroy() };
});

interface Deployment {
  readonly audit: ReturnType<typeof buildAudit>;
  readonly checkpoint: ReturnType<typeof buildAuditCheckpoint>;
  readonly bucket: string;
  readonly keyId: string;
  readonly queue: { readonly client: SQSClient; readonly url: string };
  readonly dynamodb: DynamoDBClient;
  readonly streamArn: string;
}
let deployed: Deployment;

async function deploy(): Promise<void> {
  await fetch(`${inject('moto')}/moto-api/reset`, { method: 'POST' });
  const dynamodb = new DynamoDBClient(place());
  for (const [name, key] of [
    ['the-grants', 'grantId'],
    ['the-trail', 'pk'],
  ] as const)
    await dynamodb.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'the-grants' }));
  const { bucket } = await newBucket();
  const sqs = new SQSClient(place());
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const kms = new KMSClient(place());
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  );
  const keyId = String(KeyMetadata?.KeyId);
  const shared = { TRAIL, TRAIL_TABLE: 'the-trail', TRAIL_BUCKET: bucket, EVENT_BUS: 'default' };
  const world = { ...place(), log: () => undefined };
  deployed = {
    audit: buildAudit(
      {
        ...shared,
        GRANTS_TABLE: 'the-grants',
        REGISTRY_TABLE: 'the-registry',
        PEOPLE_TABLE: 'the-people',
        OUTBOX_TABLE: 'the-outbox',
        DEAD_LETTERS_URL: QueueUrl,
      },
      world,
    ),
    checkpoint: buildAuditCheckpoint({ ...shared, TRAIL_KEY_ARN: keyId }, world),
    bucket,
    keyId,
    queue: { client: sqs, url: QueueUrl },
    dynamodb,
    streamArn: String(Table?.LatestStreamArn),
  };
}

async function write(key: string, image: object) {
  const Item = marshall({ grantId: key, secret: 'of the row alone', ...image });
  await deployed.dynamodb.send(new PutItemCommand({ TableName: 'the-grants', Item }));
}

/** What the stream has, as Lambda would bring it, and its shard. */
async function streamed() {
  const client = new DynamoDBStreamsClient(place());
  const { streamArn: StreamArn } = deployed;
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = String(StreamDescription?.Shards?.[0]?.ShardId);
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records: found = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  const records = found.map((each) => ({ ...each, eventSourceARN: StreamArn }) as LambdaRecord);
  return { records, shardId: ShardId };
}

async function recorded(): Promise<string[]> {
  const reader = createTrailBucketReader({ client: s3Client(place()), bucket: deployed.bucket });
  const ids: string[] = [];
  for await (const { event } of readTrail(reader)) ids.push(event.id);
  // what orders to the function tell of themselves is tested where they are
  return ids.filter((id) => !id.startsWith('orders/')).sort();
}

describe('the audit functions', () => {
  beforeEach(deploy);

  test('[AUDIT-32] records of a real stream are archived and signed, and the bucket proves them', async () => {
    for (const number of [1, 2]) await write('one', eventImage(number));
    await write('two', eventImage(1));
    const { records } = await streamed();
    expect(await deployed.audit({ Records: records })).toEqual({ batchItemFailures: [] });
    expect(await deployed.audit({ Records: records })).toEqual({ batchItemFailures: [] });
    await deployed.checkpoint({});
    await deployed.checkpoint({});
    expect(await recorded()).toEqual(['grants/one/1', 'grants/one/2', 'grants/two/1']);
    const reader = createTrailBucketReader({ client: s3Client(place()), bucket: deployed.bucket });
    const pem = await readKmsPublicKey({ client: new KMSClient(place()), keyId: deployed.keyId });
    const report = await verifyTrail(reader, { publicKey: createPublicKey(pem), trail: TRAIL });
    expect(report).toMatchObject({ ok: true, records: 3, checkpoints: 2, signaturesChecked: true });
  });

  test('[AUDIT-35] a redrive takes back what Lambda gave up and leaves what cannot be read', async () => {
    for (const number of [1, 2, 3]) await write('one', eventImage(number));
    await write('bad', { eventNumber: 1, event: { type: 'Nonsense' } });
    const { records, shardId } = await streamed();
    const numbers = records.map(({ dynamodb }) => String(dynamodb?.SequenceNumber));
    await deployed.audit({ Records: records.filter((_, index) => index !== 1) });
    const info = {
      shardId,
      startSequenceNumber: numbers[1],
      endSequenceNumber: numbers[1],
      batchSize: 1,
      streamArn: deployed.streamArn,
    };
    const body = { requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: info };
    const { client, url: QueueUrl } = deployed.queue;
    for (const MessageBody of [JSON.stringify(body), 'not of ours'])
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    expect(await deployed.audit({ action: 'redrive', reason: 'mended' })).toEqual({
      taken: 3,
      recorded: 1,
      unreadable: 1,
      forgotten: 0,
      unknown: 1,
    });
    expect(await recorded()).toEqual([
      'grants/bad/1/unreadable',
      'grants/one/1',
      'grants/one/2',
      'grants/one/3',
      'grants/one/3/gap',
    ]);
    expect(await deployed.audit({ action: 'redrive', limit: 5, reason: 'mended' })).toMatchObject({
      taken: 2,
      recorded: 0,
    });
  });

  test('[AUDIT-36] a rescan reads three attributes of a table and goes on where it ended', async () => {
    const reason = 'the stream forgot';
    for (const key of ['a', 'b', 'c']) await write(key, eventImage(1));
    const first = await deployed.audit({ action: 'rescan', source: 'grants', limit: 2, reason });
    expect(first).toMatchObject({ scanned: 2, recorded: 2, next: expect.any(String) });
    const { next: after } = first as { next: string };
    expect(await deployed.audit({ action: 'rescan', source: 'grants', after, reason })).toMatchObject({
      recorded: 1,
    });
    await expect(deployed.audit({ action: 'rescan', source: 'other', reason })).rejects.toThrow();
  });

  test('[AUDIT-35] an image that no message holds waits as something unknown', async () => {
    const letters = createDeadLetters(deployed.queue);
    await letters.put({ source: 'grants', key: 'k', why: 'size', image: 'x'.repeat(300_000) });
    const [held] = await letters.receive(10);
    expect(held?.letter).toEqual({ kind: 'unknown' });
    expect(await letters.receive(10)).toEqual([]);
    await held?.putBack();
    const [again] = await letters.receive(10);
    await again?.remove();
    expect(await letters.receive(10)).toEqual([]);
  });
});
