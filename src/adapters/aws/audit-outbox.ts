// Rows for refusals, which change no row of their own: each counts one kind in one minute, carries its event into the
// trail, and is purged later.

import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Outbox } from '../../core/audit/ports.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { guarded } from './faults.ts';
import { toEpochSeconds, writeEvent } from './grant-item.ts';

/** Longer than a stream waits, so that a row can be looked at when something went wrong. */
const ROW_KEPT_DAYS = 7;

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createAuditOutbox(options: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): Outbox {
  const { client, table: TableName } = options;
  const purgeAt = (at: Date) => toEpochSeconds(addSeconds(at, ROW_KEPT_DAYS * 86_400));
  return {
    async count(bucket, event) {
      const command = new UpdateCommand({
        TableName,
        Key: { pk: `COUNT#${event.at.toISOString().slice(0, 16)}#${bucket}` },
        UpdateExpression: 'SET #event = :event, isCounter = :yes, purgeAt = :purgeAt ADD eventNumber :one',
        ExpressionAttributeNames: { '#event': 'event' },
        ExpressionAttributeValues: {
          ':event': writeEvent(event),
          ':yes': true,
          ':purgeAt': purgeAt(event.at),
          ':one': 1,
        },
      });
      await guarded('store_unavailable', () => client.send(command));
    },
  };
}
