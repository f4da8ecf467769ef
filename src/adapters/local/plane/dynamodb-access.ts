// What a DynamoDB request asks IAM for: action, table or index ARN, and `dynamodb:LeadingKeys`, the partition
// keys it names. A request whose partition key cannot be told is refused, never let through without the key.

import { AwsFailure } from './aws-failure.ts';
import type { Access, ConditionContext, PlaneIdentity } from './call.ts';

type Json = Readonly<Record<string, unknown>>;

/** Partition key attribute of a table and of each of its indexes. */
export interface KeySchema {
  readonly table: string;
  readonly indexes: Readonly<Record<string, string>>;
}

/** Looks a table's keys up; undefined when there is no such table. */
export type KeySchemas = (table: string) => Promise<KeySchema | undefined>;

/** Everything a request needs to be allowed; all of it must be. @throws AwsFailure for a malformed request. */
export async function readAccesses(
  operation: string,
  input: Json,
  where: { readonly identity: PlaneIdentity; readonly keys: KeySchemas },
): Promise<readonly Access[]> {
  const action = `dynamodb:${operation}`;
  const arn = (table: string) => tableArn(table, where.identity);
  switch (operation) {
    case 'GetItem':
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem': {
      const table = tableName(input['TableName']);
      const keys = await leadingKeys([input], table, where.keys);
      return [{ action, resource: arn(table), context: { ...keys, ...options(input) } }];
    }
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return batchAccesses(action, record(input['RequestItems']), where);
    case 'Query':
    case 'Scan':
      return [await readSearch(operation, input, where)];
    case 'ListTables':
      return [{ action, resource: '*' }];
    case 'DescribeTable':
    case 'CreateTable':
    case 'DeleteTable':
    case 'UpdateTable':
      return [{ action, resource: arn(tableName(input['TableName'])) }];
    default:
      throw new AwsFailure('UnknownOperationException', 400, `${operation} is not part of the local plane.`);
  }
}

/** ARN of a table of this plane. */
function tableArn(table: string, { partition, region, account }: PlaneIdentity): string {
  return `arn:${partition}:dynamodb:${region}:${account}:table/${table}`;
}

const invalid = (message: string) => new AwsFailure('ValidationException', 400, message);

function tableName(value: unknown): string {
  // names only: an ARN could mean another account's table
  if (typeof value === 'string' && /^[A-Za-z0-9_.-]{3,255}$/.test(value)) return value;
  throw invalid('TableName must be the name of a table.');
}

function record(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw invalid('The request does not have the expected form.');
}

const leading = (values: readonly string[]) => ({ 'dynamodb:LeadingKeys': values });

function options(input: Json): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [member, key] of [
    ['ReturnValues', 'dynamodb:ReturnValues'],
    ['Select', 'dynamodb:Select'],
  ] as const) {
    const value = input[member];
    if (typeof value === 'string') values[key] = value;
  }
  return values;
}

/** None for a table that does not exist: IAM is asked first, then DynamoDB says that it is missing. */
async function leadingKeys(
  inputs: readonly Json[],
  table: string,
  keys: KeySchemas,
): Promise<ConditionContext> {
  const schema = await keys(table);
  if (schema === undefined) return {};
  const values = inputs.map((input) => keyValue(record(input['Item'] ?? input['Key'])[schema.table]));
  return leading([...new Set(values)]);
}

/** The text IAM compares: strings and numbers as they are, bytes in base64. */
function keyValue(attribute: unknown): string {
  const entries = Object.entries(record(attribute));
  const [type, value] = entries[0] ?? [];
  if (entries.length === 1 && typeof value === 'string' && (type === 'S' || type === 'N' || type === 'B'))
    return value;
  throw invalid('The request does not name the partition key.');
}

async function batchAccesses(
  action: string,
  items: Json,
  where: { readonly identity: PlaneIdentity; readonly keys: KeySchemas },
): Promise<readonly Access[]> {
  const accesses: Access[] = [];
  for (const [name, entry] of Object.entries(items)) {
    const table = tableName(name);
    const context = await leadingKeys(batchInputs(entry), table, where.keys);
    accesses.push({ action, resource: tableArn(table, where.identity), context });
  }
  if (accesses.length === 0) throw invalid('RequestItems is empty.');
  return accesses;
}

function batchInputs(entry: unknown): readonly Json[] {
  if (Array.isArray(entry))
    return entry.map((write) => {
      const { PutRequest, DeleteRequest } = record(write);
      if ((PutRequest === undefined) === (DeleteRequest === undefined))
        throw invalid('One request per entry.');
      return record(PutRequest ?? DeleteRequest);
    });
  const keys = record(entry)['Keys'];
  if (!Array.isArray(keys)) throw invalid('Keys must be a list.');
  return keys.map((key) => ({ Key: key }));
}

async function readSearch(
  operation: 'Query' | 'Scan',
  input: Json,
  where: { readonly identity: PlaneIdentity; readonly keys: KeySchemas },
): Promise<Access> {
  const table = tableName(input['TableName']);
  const index = input['IndexName'];
  if (index !== undefined && (typeof index !== 'string' || !/^[A-Za-z0-9_.-]{3,255}$/.test(index)))
    throw invalid('IndexName must be the name of an index.');
  const base = tableArn(table, where.identity);
  const resource = index === undefined ? base : `${base}/index/${index}`;
  const action = `dynamodb:${operation}`;
  // a scan names no key: a policy on LeadingKeys must not match it
  if (operation === 'Scan') return { action, resource, context: options(input) };
  const schema = await where.keys(table);
  if (schema === undefined) return { action, resource };
  const attribute = index === undefined ? schema.table : schema.indexes[index];
  if (attribute === undefined) throw invalid('The table does not have the specified index.');
  return { action, resource, context: { ...leading([queriedKey(input, attribute)]), ...options(input) } };
}

/** The partition key's value in KeyConditionExpression (`#k = :v` joined by AND) or KeyConditions. */
function queriedKey(input: Json, attribute: string): string {
  const expression = input['KeyConditionExpression'];
  if (typeof expression === 'string' && input['KeyConditions'] === undefined)
    return keyValue(
      record(input['ExpressionAttributeValues'])[expressionValue(expression, input, attribute)],
    );
  if (expression !== undefined) throw invalid('Use KeyConditionExpression or KeyConditions, not both.');
  const condition = record(record(input['KeyConditions'])[attribute]);
  const values = condition['AttributeValueList'];
  if (condition['ComparisonOperator'] !== 'EQ' || !Array.isArray(values) || values.length !== 1)
    throw invalid('The partition key needs an EQ condition.');
  return keyValue(values[0]);
}

function expressionValue(expression: string, input: Json, attribute: string): string {
  const names =
    input['ExpressionAttributeNames'] === undefined ? {} : record(input['ExpressionAttributeNames']);
  const isKey = (name: string) => (name.startsWith('#') ? names[name] === attribute : name === attribute);
  const found = new Set<string>();
  for (const [, left = '', right = ''] of expression.matchAll(/([#:]?[\w.-]+)\s*=\s*([#:]?[\w.-]+)/g)) {
    if (isKey(left) && right.startsWith(':')) found.add(right);
    if (isKey(right) && left.startsWith(':')) found.add(left);
  }
  const [only] = found;
  if (found.size !== 1 || only === undefined)
    throw invalid('The partition key needs one equality condition.');
  return only;
}
