// What the tasks of a catalog work on, so that they have something to find in local mode: the buckets and tables
// that their permissions name, filled with made-up data for the shipped example catalog.

import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Catalog } from '../../core/model.ts';
import type { OpenPlane } from './plane/open-plane.ts';

/** Partition key of tables that nothing is known about. */
const UNKNOWN_KEY = 'pk';

/** Keys of a table that tasks work on; all of them strings. */
interface SeedTable {
  readonly table: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
}

/** Objects and items to put in. */
export interface SeedData {
  readonly objects: readonly { readonly bucket: string; readonly key: string; readonly body: string }[];
  readonly tables: readonly SeedTable[];
  readonly items: readonly { readonly table: string; readonly item: Readonly<Record<string, string>> }[];
}

/** Makes the buckets and tables that the catalog's tasks name, and puts the data in where they exist. */
export async function seedPlane(aws: OpenPlane, catalog: Catalog, data: SeedData): Promise<void> {
  const { objects, clock } = aws.plane;
  for (const bucket of namedBuckets(catalog)) objects.createBucket(bucket);
  for (const { bucket, key, body } of data.objects)
    if (objects.hasBucket(bucket))
      objects.put(bucket, {
        key,
        body: Buffer.from(body),
        modifiedAt: clock(),
        headers: { 'content-type': 'text/plain' },
      });
  await seedTables(aws, namedTables(catalog), data);
}

async function seedTables(aws: OpenPlane, tables: readonly string[], data: SeedData): Promise<void> {
  const { accessKeyId, secretAccessKey } = aws.operator;
  const client = new DynamoDBClient({
    endpoint: aws.url,
    region: aws.plane.identity.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    for (const table of tables) {
      const known = data.tables.find((seed) => seed.table === table);
      await client.send(newTable(known ?? { table, partitionKey: UNKNOWN_KEY })).catch(unlessExists);
    }
    for (const { table, item } of data.items.filter((seed) => tables.includes(seed.table)))
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }])),
        }),
      );
  } finally {
    client.destroy();
  }
}

function newTable({ table, partitionKey, sortKey }: SeedTable): CreateTableCommand {
  const keys = [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
  ];
  return new CreateTableCommand({
    TableName: table,
    KeySchema: keys,
    AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    BillingMode: 'PAY_PER_REQUEST',
  });
}

/** A table of the stack itself stays as it is. */
function unlessExists(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error;
}

const resourcesOf = (catalog: Catalog): readonly string[] =>
  catalog.tasks.flatMap((task) => task.permissions.flatMap(({ resources }) => resources));

function namedBuckets(catalog: Catalog): readonly string[] {
  return names(catalog, /^arn:[^:]*:s3:::([a-z0-9.-]{3,63})(?:\/|$)/);
}

function namedTables(catalog: Catalog): readonly string[] {
  return names(catalog, /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([A-Za-z0-9_.-]{3,255})(?:\/|$)/);
}

function names(catalog: Catalog, pattern: RegExp): readonly string[] {
  const found = resourcesOf(catalog).flatMap((resource) => pattern.exec(resource)?.[1] ?? []);
  return [...new Set(found)];
}
