// DynamoDB of the local AWS plane: IAM is asked about every request (dynamodb-access.ts), then dynalite runs it.

import { AwsFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import { type KeySchema, type KeySchemas, readAccesses } from './dynamodb-access.ts';
import type { DynamoEngine } from './dynamodb-engine.ts';
import type { TableChanges } from './table-changes.ts';
import type { PlaneResponse } from './wire.ts';

/** Answers one DynamoDB call. @throws AwsFailure */
export async function answerDynamo(
  call: Call,
  { engine, changes }: { readonly engine: DynamoEngine; readonly changes: TableChanges },
): Promise<PlaneResponse> {
  const target = /^DynamoDB_20120810\.([A-Za-z]+)$/.exec(call.request.headers['x-amz-target'] ?? '');
  const operation = target?.[1];
  if (operation === undefined || call.request.method !== 'POST')
    throw new AwsFailure('UnknownOperationException', 400, 'The operation is missing or unknown.');
  call.facts.action = operation;
  const input = readInput(call.request.body);
  call.facts.parameters = describe(input);
  const accesses = await readAccesses(operation, input, {
    identity: call.identity,
    keys: keySchemas(engine),
  });
  for (const access of accesses) call.authorize(access);
  // what was authorized is what runs: the parsed input, so that no two parsers can read it differently
  const answer = await changes.run(engine, operation, input);
  if (CHANGES_TABLES.test(operation)) known.delete(engine);
  return {
    status: answer.status,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...answer.headers },
    body: answer.body,
  };
}

function readInput(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch {}
  throw new AwsFailure('SerializationException', 400, 'The body is not a JSON object.');
}

/** What CloudTrail shows of a request: names and keys, no values. */
function describe(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { TableName, IndexName, Key } = input;
  const shown: Record<string, unknown> = {};
  if (TableName !== undefined) shown['tableName'] = TableName;
  if (IndexName !== undefined) shown['indexName'] = IndexName;
  if (Key !== undefined) shown['key'] = Key;
  return shown;
}

interface TableDescription {
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
}
interface IndexDescription extends Pick<TableDescription, 'KeySchema'> {
  readonly IndexName: string;
}

/** Keys of tables that exist, until a call changes tables. */
const known = new WeakMap<DynamoEngine, Map<string, KeySchema>>();
const CHANGES_TABLES = /^(Create|Update|Delete)Table$/;

function keySchemas(engine: DynamoEngine): KeySchemas {
  return async (table) => {
    const schemas = known.get(engine) ?? new Map<string, KeySchema>();
    known.set(engine, schemas);
    const schema = schemas.get(table) ?? (await describeKeys(engine, table));
    if (schema !== undefined) schemas.set(table, schema);
    return schema;
  };
}

async function describeKeys(engine: DynamoEngine, table: string): Promise<KeySchema | undefined> {
  const answer = await engine.run('DescribeTable', JSON.stringify({ TableName: table }));
  if (answer.status !== 200) return undefined;
  return readSchema((JSON.parse(answer.body) as { Table: TableDescription }).Table);
}

function readSchema(table: TableDescription): KeySchema {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  return {
    table: partitionKey(table),
    indexes: Object.fromEntries(indexes.map((index) => [index.IndexName, partitionKey(index)])),
  };
}

function partitionKey({ KeySchema }: Pick<TableDescription, 'KeySchema'>): string {
  return KeySchema.find((key) => key.KeyType === 'HASH')?.AttributeName ?? '';
}
