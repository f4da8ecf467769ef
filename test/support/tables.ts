// The product's tables in an embedded DynamoDB, for tests of everything that stands on them.

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  budgetsTable,
  evidenceTable,
  findingsTable,
  grantsTable,
  outboxTable,
  peopleTable,
  registryTable,
  replayTable,
  trailTable,
} from '../../src/config/tables.ts';

export const TABLES = {
  grants: 'grants',
  registry: 'registry',
  replay: 'replay',
  budgets: 'budgets',
  people: 'people',
  evidence: 'evidence',
  findings: 'findings',
  outbox: 'outbox',
  trail: 'trail',
} as const;

/** A DynamoDB with the tables of the product. */
export interface Tables {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  close(): Promise<void>;
}

/** Starts an empty in-memory DynamoDB on a free loopback port. */
export async function startTables(): Promise<Tables> {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  const client = connect(endpoint);
  await createTables(client);
  return {
    endpoint,
    client,
    async close() {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A client with test credentials. */
export function connect(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const plain = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials });
  return DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
}

/** Creates the tables as lib/ declares them. */
export async function createTables(client: DynamoDBDocumentClient): Promise<void> {
  await createTable(client, TABLES.grants, {
    key: grantsTable.key,
    indexes: Object.values(grantsTable.indexes).map((index) => ({
      ...index,
      projected: grantsTable.projected[index.name],
    })),
  });
  await createTable(client, TABLES.registry, {
    key: registryTable.key,
    indexes: Object.values(registryTable.indexes).map((index) => ({
      ...index,
      projected: registryTable.projected[index.name],
    })),
  });
  await createTable(client, TABLES.replay, { key: replayTable.key });
  await createTable(client, TABLES.budgets, { key: budgetsTable.key });
  await createTable(client, TABLES.evidence, { key: evidenceTable.key });
  await createTable(client, TABLES.outbox, { key: outboxTable.key });
  await createTable(client, TABLES.trail, { key: trailTable.key });
  const people = Object.values(peopleTable.indexes);
  await createTable(client, TABLES.people, { key: peopleTable.key, indexes: people });
  const findings = Object.values(findingsTable.indexes);
  await createTable(client, TABLES.findings, { key: findingsTable.key, indexes: findings });
}

interface Shape {
  readonly key: string;
  readonly indexes?: readonly {
    readonly name: string;
    readonly partitionKey: string;
    readonly sortKey: string;
    /** Everything, unless told. */
    readonly projected?: readonly string[];
  }[];
}

async function createTable(
  client: DynamoDBDocumentClient,
  TableName: string,
  { key, indexes = [] }: Shape,
): Promise<void> {
  const names = new Set([key, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])]);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: [
            { AttributeName: index.partitionKey, KeyType: 'HASH' as const },
            { AttributeName: index.sortKey, KeyType: 'RANGE' as const },
          ],
          Projection: index.projected
            ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.projected] }
            : { ProjectionType: 'ALL' as const },
        })),
      }),
    }),
  );
}
