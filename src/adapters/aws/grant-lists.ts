// Lists of grants from the indexes: by agent, by task, and the open ones by deadline. Pages, never a Scan.

import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { grantsTable } from '../../config/tables.ts';
import type { GrantPage, GrantStore, PageRequest } from '../../core/ports.ts';
import { isOpen } from '../../core/record/lifetime.ts';
import { Refusal } from '../../core/refusal.ts';
import { guarded } from './faults.ts';
import type { GrantRows } from './grant-change.ts';
import { readSummary } from './grant-item.ts';

type Lists = Pick<GrantStore, 'listDue' | 'listOpen' | 'listByAgent' | 'listByTask'>;

interface Listing {
  readonly index: (typeof grantsTable.indexes)[keyof typeof grantsTable.indexes];
  readonly partition: string;
  readonly page: PageRequest;
  readonly newestFirst: boolean;
}

const START_OF_TIME = '0000';
const END_OF_TIME = '9999';

/** The listing half of the grant store. */
export function createGrantLists({ client, table }: GrantRows): Lists {
  const { byAgent, byTask, open } = grantsTable.indexes;

  async function list(listing: Listing): Promise<GrantPage> {
    const input = queryFor(table, listing);
    const answer = await guarded('store_unavailable', () => client.send(new QueryCommand(input)));
    const grants = (answer.Items ?? []).map(readSummary);
    return answer.LastEvaluatedKey ? { grants, next: encodeCursor(answer.LastEvaluatedKey) } : { grants };
  }

  return {
    async listDue(shard, before, limit) {
      const page = { limit, to: before };
      return (await list({ index: open, partition: `open#${shard}`, page, newestFirst: false })).grants;
    },
    async listOpen(shard, page) {
      const listed = await list({ index: open, partition: `open#${shard}`, page, newestFirst: false });
      // a denied row stays in the index until its workflow was woken
      return { ...listed, grants: listed.grants.filter(isOpen) };
    },
    listByAgent: (agent, page) => list({ index: byAgent, partition: agent, page, newestFirst: true }),
    listByTask: (task, page) => list({ index: byTask, partition: task, page, newestFirst: true }),
  };
}

function queryFor(table: string, { index, partition, page, newestFirst }: Listing): QueryCommandInput {
  return {
    TableName: table,
    IndexName: index.name,
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#partition': index.partitionKey, '#sort': index.sortKey },
    ExpressionAttributeValues: {
      ':partition': partition,
      ':from': page.from?.toISOString() ?? START_OF_TIME,
      ':to': page.to?.toISOString() ?? END_OF_TIME,
    },
    ScanIndexForward: !newestFirst,
    Limit: page.limit,
    ...(page.next !== undefined && { ExclusiveStartKey: decodeCursor(page.next) }),
  };
}

function encodeCursor(key: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(cursor: string): Record<string, unknown> {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof key === 'object' && key !== null) return key as Record<string, unknown>;
  } catch {
    // falls through to the refusal
  }
  throw new Refusal('form_malformed', { detail: 'page cursor' });
}
