// A deployment whose trail Athena is asked of: the stores on moto's DynamoDB, whose streams the function `audit` drains
// into a bucket of moto, and the named queries and the table of the synthesized template, run by athena.py on its objects.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { buildAudit } from '../../lambda/audit.ts';
import type { LambdaRecord } from '../../src/adapters/aws/drain.ts';
import { createTrailBucketReader } from '../../src/adapters/aws/trail-bucket.ts';
import { s3Client } from '../../src/adapters/aws/world.ts';
import { auditSources } from '../../src/config/tables.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import type { Clock } from '../../src/core/ports.ts';
import { deployedBy, stackOf } from '../support/stack.ts';
import { connect, createTables, TABLES, type Tables } from '../support/tables.ts';
import { TRAIL } from '../support/trail.ts';

const REGION = 'eu-west-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const SOURCES = Object.keys(auditSources) as (keyof typeof auditSources)[];

/** Empty tables with streams on moto. */
export async function startStreamedTables(endpoint: string): Promise<Tables> {
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  const client = connect(endpoint);
  await createTables(client);
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  for (const source of SOURCES)
    await client.send(new UpdateTableCommand({ TableName: TABLES[source], StreamSpecification }));
  return { endpoint, client, close: async () => client.destroy() };
}

export interface Drained {
  readonly reader: TrailReader;
  /** Brings what the streams have had since the last time to the function `audit`. */
  drain(): Promise<void>;
}

/** The function `audit` of these tables, at this clock, with a new bucket. */
export async function startDrain(tables: Tables, clock: Clock): Promise<Drained> {
  const { endpoint } = tables;
  const world = { endpoint, region: REGION, credentials, clock, log: () => undefined };
  const s3 = s3Client(world);
  await s3.send(
    new CreateBucketCommand({
      Bucket: 'the-trail',
      CreateBucketConfiguration: { LocationConstraint: REGION },
      ObjectLockEnabledForBucket: true,
    }),
  );
  const audit = buildAudit(
    {
      TRAIL,
      TRAIL_TABLE: TABLES.trail,
      TRAIL_BUCKET: 'the-trail',
      EVENT_BUS: 'default',
      GRANTS_TABLE: TABLES.grants,
      REGISTRY_TABLE: TABLES.registry,
      PEOPLE_TABLE: TABLES.people,
      OUTBOX_TABLE: TABLES.outbox,
      DEAD_LETTERS_URL: 'no-queue',
    },
    world,
  );
  const taken = new Map<string, number>();
  return {
    reader: createTrailBucketReader({ client: s3, bucket: 'the-trail' }),
    async drain() {
      for (const source of SOURCES) {
        const records = await streamed(tables, TABLES[source]);
        const fresh = records.slice(taken.get(source) ?? 0);
        taken.set(source, records.length);
        const answer = await audit({ Records: fresh });
        if (JSON.stringify(answer) !== '{"batchItemFailures":[]}') throw new Error(JSON.stringify(answer));
      }
    },
  };
}

async function streamed({ endpoint, client }: Tables, TableName: string): Promise<LambdaRecord[]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const StreamArn = String(Table?.LatestStreamArn);
  const streams = new DynamoDBStreamsClient({ endpoint, region: REGION, credentials });
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = String(StreamDescription?.Shards?.[0]?.ShardId);
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records: found = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  streams.destroy();
  return found.map((each) => ({ ...each, eventSourceARN: StreamArn }) as LambdaRecord);
}

/** What one named query answered: a row is its columns by name. */
export type AthenaRows = readonly Readonly<Record<string, unknown>>[];

/** Runs every named query of the template. @throws Error with what athena.py said */
export async function askAthena(
  reader: TrailReader,
  now: Date,
  values: Readonly<Record<string, readonly string[]>>,
): Promise<Readonly<Record<string, AthenaRows>>> {
  const directory = mkdtempSync(join(tmpdir(), 'remit-athena-'));
  try {
    for await (const key of reader.list('')) {
      const file = join(directory, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, (await reader.get(key)) ?? '');
    }
    const { table, queries, address } = declared();
    const asked = Object.entries(queries).map(([name, sql]) => [name, { sql, values: values[name] ?? [] }]);
    const document = {
      table,
      objects: { directory, address },
      now: now.toISOString(),
      queries: Object.fromEntries(asked),
    };
    return JSON.parse(await python(JSON.stringify(document))) as Record<string, AthenaRows>;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The table and the named queries that the stack deploys, by the name of the question. */
export function declared() {
  const deployed = deployedBy(stackOf().stack);
  const [table] = deployed.of('AWS::Glue::Table');
  const queries = deployed
    .of('AWS::Athena::NamedQuery')
    .map(([, { Properties }]): [string, string] => [
      String(Properties['Name']).replace(/^remit-/, ''),
      String(Properties['QueryString']),
    ]);
  return {
    table: resolved(table?.[1].Properties['TableInput']),
    queries: Object.fromEntries(queries),
    address: 's3://bucket/',
  };
}

/** With the name that the bucket has here. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return 'bucket';
  if (join !== undefined) return join[1].map(resolved).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each)]));
}

function python(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('python3', [join(import.meta.dirname, 'athena.py')], (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(input);
  });
}
