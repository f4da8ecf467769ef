// One conditional update of a grant's row. Every move of a grant is such a write, with its audit event in it; who
// loses a race learns so from the condition and writes nothing.

import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Grant, GrantId } from '../../core/model.ts';
import type { AuditEvent } from '../../core/ports.ts';
import { conditionFailed, guarded } from './faults.ts';
import { readGrant, writeEvent } from './grant-item.ts';

const SET_EVENT = '#event = :event';
const COUNT_EVENT = ' ADD eventNumber :one';

/** The DPoP proof is newer than any the grant has seen: a proof counts once. */
export const PROOF_IS_NEWER = '(attribute_not_exists(proofIssuedAt) OR proofIssuedAt < :proofIssuedAt)';

/** Where the grants are. */
export interface GrantRows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** What one update changes, and when it may. */
export interface Change {
  readonly grantId: GrantId;
  readonly set: readonly string[];
  readonly remove?: readonly string[];
  readonly condition: string;
  readonly values: Record<string, unknown>;
}

/** The row, read consistently. @throws Refusal `store_unavailable` or `misconfigured`. */
export async function readRow({ client, table }: GrantRows, grantId: GrantId): Promise<Grant | undefined> {
  const command = new GetCommand({ TableName: table, Key: { grantId }, ConsistentRead: true });
  const { Item } = await guarded('store_unavailable', () => client.send(command));
  return Item && readGrant(Item);
}

/**
 * Writes a change; a move of the state comes with its event.
 * @returns the row after it, or undefined when the condition was false
 */
export async function changeRow(
  { client, table }: GrantRows,
  change: Change,
  event?: AuditEvent,
): Promise<Grant | undefined> {
  const set = event ? [...change.set, SET_EVENT] : change.set;
  // DynamoDB refuses a name that no expression has, and an empty list of them
  const names = {
    ...([change.condition, ...change.set].join().includes('#status') && { '#status': 'status' }),
    ...(event && { '#event': 'event' }),
  };
  const command = new UpdateCommand({
    TableName: table,
    Key: { grantId: change.grantId },
    UpdateExpression: [
      set.length > 0 ? `SET ${set.join(', ')}` : '',
      change.remove ? ` REMOVE ${change.remove.join(', ')}` : '',
      event ? COUNT_EVENT : '',
    ].join(''),
    ConditionExpression: change.condition,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: {
      ...change.values,
      ...(event && { ':event': writeEvent(event), ':one': 1 }),
    },
    ReturnValues: 'ALL_NEW',
  });
  const attributes = await unlessRaced(() => client.send(command));
  return attributes?.Attributes && readGrant(attributes.Attributes);
}

/** The result of a conditional write, or undefined when its condition was false. */
export async function unlessRaced<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await guarded('store_unavailable', call);
  } catch (error) {
    if (conditionFailed(error)) return undefined;
    throw error;
  }
}
