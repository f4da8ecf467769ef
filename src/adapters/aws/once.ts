// What counts once on DynamoDB. The SDK repeats a write whose answer got lost, and the repeated one finds its condition
// false: a mark of its own on the row tells it from another's.

import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';

/** Of two answers to one challenge one counts, and none once it is too old. */
const IS_UNUSED = 'attribute_exists(pk) AND attribute_not_exists(usedBy) AND expiresAt > :now';

type Row = Record<string, unknown>;
interface Rows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** The row, when it carries this mark. @throws Refusal `store_unavailable` or `misconfigured`. */
export async function ownRow(
  { client, table }: Rows,
  pk: string,
  mark: Readonly<Record<string, string>>,
): Promise<Row | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
  const { Item } = await guarded('store_unavailable', () => client.send(command));
  return Item && Object.entries(mark).every(([name, value]) => Item[name] === value) ? Item : undefined;
}

/**
 * Uses a row up. @returns it; undefined when unknown, used before, or too old
 * @throws Refusal `store_unavailable` or `misconfigured`
 */
export async function useRow(rows: Rows, pk: string, now: Date): Promise<Row | undefined> {
  const usedBy = randomUUID();
  const command = new UpdateCommand({
    TableName: rows.table,
    Key: { pk },
    UpdateExpression: 'SET usedBy = :usedBy, usedAt = :now',
    ConditionExpression: IS_UNUSED,
    ExpressionAttributeValues: { ':usedBy': usedBy, ':now': now.toISOString() },
    ReturnValues: 'ALL_NEW',
  });
  const used = await unlessRaced(() => rows.client.send(command));
  return used?.Attributes ?? ownRow(rows, pk, { usedBy });
}
