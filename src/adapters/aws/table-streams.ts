// Reads a part of a table's stream again, as long as the stream still has it: a day.

import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { RowImage } from '../../core/audit/from-row.ts';
import { nameOf } from './faults.ts';
import { rowOf, type SourceTables, sourceOf } from './stream-rows.ts';

/** Records of one shard of a stream, both ends included. */
export interface StreamPlace {
  readonly streamArn: string;
  readonly shardId: string;
  /** Sequence number. */
  readonly from: string;
  readonly to: string;
}

/** What a stream has. */
export interface TableStreams {
  /** The changes there, in order; undefined when the stream has forgotten them. @throws Error for another table's stream */
  read(place: StreamPlace): Promise<readonly RowImage[] | undefined>;
}

/** Pages without the end of a batch, which has no more than a few. */
const MAX_PAGES = 100;
const FORGOTTEN = new Set(['TrimmedDataAccessException', 'ResourceNotFoundException']);

/** @throws Error of the SDK */
export function createTableStreams(options: {
  readonly client: DynamoDBStreamsClient;
  readonly tables: SourceTables;
}): TableStreams {
  const { client, tables } = options;
  return {
    async read(place) {
      const source = sourceOf(tables, place.streamArn);
      try {
        const rows: RowImage[] = [];
        for await (const record of recordsAt(client, place))
          rows.push(...[rowOf(source, record) ?? []].flat());
        return rows;
      } catch (error) {
        if (FORGOTTEN.has(nameOf(error))) return undefined;
        throw error;
      }
    },
  };
}

async function* recordsAt(client: DynamoDBStreamsClient, { streamArn, shardId, from, to }: StreamPlace) {
  const start = new GetShardIteratorCommand({
    StreamArn: streamArn,
    ShardId: shardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: from,
  });
  let { ShardIterator: next } = await client.send(start);
  const last = BigInt(to);
  for (let page = 0; next !== undefined; page += 1) {
    if (page === MAX_PAGES) throw new Error('a stream does not reach the end of a batch');
    const answer: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator: next }));
    for (const { dynamodb, eventName, userIdentity } of answer.Records ?? []) {
      const number = BigInt(dynamodb?.SequenceNumber ?? 0);
      if (number > last) return;
      const by = userIdentity && { type: userIdentity.Type, principalId: userIdentity.PrincipalId };
      yield { dynamodb: dynamodb ?? {}, eventName, userIdentity: by };
      if (number === last) return;
    }
    next = answer.NextShardIterator;
  }
}
