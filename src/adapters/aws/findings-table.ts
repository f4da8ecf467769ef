// Findings on DynamoDB: written once, listed by UTC day from the newest. Pages, never a Scan.

import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { findingsTable } from '../../config/tables.ts';
import type { Finding, FindingStore } from '../../core/approve/ports.ts';
import type { GrantId } from '../../core/model.ts';
import { addSeconds, purgeTime } from '../../core/record/lifetime.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { datesAsText, toEpochSeconds } from './grant-item.ts';
import { personSchema } from './person-item.ts';

/** A finding is told once, however often what found it is repeated. */
const IS_NEW = 'attribute_not_exists(findingId)';
/** Days that a list goes back from its newest: rows are gone after their retention. */
const MOST_PARTITIONS = 92;

const findingSchema = z.object({
  findingId: z.string(),
  kind: z.enum(['break-glass', 'approval-rate', 'approval-evidence', 'notification-failed']),
  severity: z.enum(['low', 'medium', 'high']),
  at: z.iso.datetime().transform((text) => new Date(text)),
  sentence: z.string(),
  agent: z.string().exactOptional(),
  task: z.string().exactOptional(),
  grantId: z.custom<GrantId>((value) => typeof value === 'string').exactOptional(),
  person: personSchema.exactOptional(),
});

interface Rows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createFindingStore(rows: Rows): FindingStore {
  const { client, table } = rows;
  return {
    async putFinding(finding) {
      const Item = {
        ...(datesAsText(finding) as Record<string, unknown>),
        day: dayOf(finding.at),
        purgeAt: toEpochSeconds(purgeTime(finding.at)),
      };
      const command = new PutCommand({ TableName: table, Item, ConditionExpression: IS_NEW });
      await unlessRaced(() => client.send(command));
    },
    async listFindings({ from, to, limit }) {
      const found: Finding[] = [];
      const oldest = dayOf(from);
      for (let back = 0; back < MOST_PARTITIONS && found.length < limit; back += 1) {
        const day = dayOf(addSeconds(to, -back * 86_400));
        if (day < oldest) break;
        const all = await findingsOf(rows, day);
        found.push(...all.filter(({ at }) => at >= from && at <= to).sort(newestFirst));
      }
      return found.slice(0, limit);
    },
  };
}

/** All findings of one UTC day; they are few. */
async function findingsOf({ client, table }: Rows, day: string): Promise<Finding[]> {
  const { name, partitionKey } = findingsTable.indexes.byDay;
  const found: Finding[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      IndexName: name,
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': partitionKey },
      ExpressionAttributeValues: { ':day': day },
      ...(start && { ExclusiveStartKey: start }),
    });
    const answer = await guarded('store_unavailable', () => client.send(command));
    found.push(...(answer.Items ?? []).map((item) => findingSchema.parse(item)));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function newestFirst(one: Finding, other: Finding): number {
  return other.at.getTime() - one.at.getTime();
}
