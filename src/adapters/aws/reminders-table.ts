// Which reminder of an agent's review was sent last: one row an agent beside the registry's, so that no reminder
// contends with people's changes.

import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { registryTable } from '../../config/tables.ts';
import type { Reminder, ReminderBook } from '../../core/review/remind.ts';
import { conditionFailed, guarded } from './faults.ts';

/** Another reminder is the last one, or this one was begun, not sent, and its time is over. */
const IS_FREE =
  'attribute_not_exists(pk) OR stage <> :stage OR (attribute_not_exists(sentAt) AND claimedUntil <= :now)';
/** Nobody has gone on to the next reminder meanwhile. */
const IS_OURS = 'stage = :stage';

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createReminderBook({
  client,
  table: TableName,
}: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): ReminderBook {
  const update = (
    { agent, stage }: Reminder,
    change: { readonly set: string; readonly condition: string; readonly values: Record<string, string> },
  ) =>
    unlessFalse(() =>
      client.send(
        new UpdateCommand({
          TableName,
          Key: { [registryTable.key]: `REMINDER#${agent}` },
          UpdateExpression: change.set,
          ConditionExpression: change.condition,
          ExpressionAttributeValues: { ':stage': stage, ...change.values },
        }),
      ),
    );
  return {
    claim: (reminder, { now, until }) =>
      update(reminder, {
        set: 'SET stage = :stage, claimedUntil = :until REMOVE sentAt',
        condition: IS_FREE,
        values: { ':now': now.toISOString(), ':until': until.toISOString() },
      }),
    async markSent(reminder, at) {
      const values = { ':at': at.toISOString() };
      await update(reminder, { set: 'SET sentAt = :at', condition: IS_OURS, values });
    },
  };
}

async function unlessFalse(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await guarded('store_unavailable', call);
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}
