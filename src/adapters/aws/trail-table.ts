// The sequencer's state on DynamoDB: one row a shard, one a row whose events are recorded, one for the newest
// checkpoint. Every write is one conditional write on one item; every read is consistent.

import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { checkpointSchema } from '../../core/audit/checkpoint.ts';
import type { Position, ShardHead, TrailStore } from '../../core/audit/ports.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { datesAsText, toEpochSeconds } from './grant-item.ts';

/** A shard's first batch. */
const IS_NEW = 'attribute_not_exists(pk)';
/** Nobody was quicker, and nothing that was numbered is lost. */
const IS_AS_SEEN = '#seq = :seq AND #hash = :hash AND attribute_not_exists(pending)';
/** What is cleared is what was finished. */
const IS_STILL = '#seq = :seq AND #hash = :hash';
/** Positions go forward: a late writer does not take one back, not even to what was missing at its time. */
const IS_BEHIND = '(#number < :number OR (#number = :number AND #at <= :at))';
/** The row has never begun anew, and the position is no earlier one. */
const IS_BEHIND_IN_FIRST_ERA = `attribute_not_exists(pk) OR (attribute_not_exists(#era) AND ${IS_BEHIND})`;
/** A row that begins anew counts from one again: what it had come to before does not hold it up. */
const IS_BEHIND_IN_ERA = `attribute_not_exists(pk) OR attribute_not_exists(#era) OR #era < :era OR (#era = :era AND ${IS_BEHIND})`;
/** Checkpoints have one order. */
const IS_NEWEST = '#number = :before';

/** Rows that end are forgotten this long after their last event; those that live on are kept. */
const POSITION_KEPT_DAYS = 400;
const ENDING = /^(grants|outbox|orders)[@/]|\/untold\/[0-9]+$/;
const PAGE = 100;

const time = z.iso.datetime().transform((text) => new Date(text));
const range = z.object({ from: z.number(), to: z.number() });
const positionSchema = z.object({
  row: z.string(),
  number: z.number(),
  digest: z.string(),
  at: time,
  missing: z.array(range).exactOptional(),
  changedAt: time.exactOptional(),
  era: z.number().exactOptional(),
});
const headSchema = z.object({
  shard: z.number(),
  seq: z.number(),
  hash: z.string(),
  at: time,
  pending: z
    .object({ key: z.string(), body: z.string(), positions: z.array(positionSchema) })
    .exactOptional(),
});

interface Rows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}
type Item = Record<string, unknown>;

const headKey = (shard: number) => `HEAD#${shard}`;
const CHECKPOINT = 'CHECKPOINT';

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createTrailStore(rows: Rows): TrailStore {
  const { client, table } = rows;
  return {
    async readHead(shard) {
      const item = await read(rows, headKey(shard));
      return item && headSchema.parse(item);
    },
    advance: (seen, next) =>
      isWritten(rows, { pk: headKey(next.shard), ...(datesAsText(next) as Item) }, conditionOn(seen)),
    async clearPending({ shard, seq, hash }) {
      const command = new UpdateCommand({
        TableName: table,
        Key: { pk: headKey(shard) },
        UpdateExpression: 'REMOVE pending',
        ConditionExpression: IS_STILL,
        ExpressionAttributeNames: { '#seq': 'seq', '#hash': 'hash' },
        ExpressionAttributeValues: { ':seq': seq, ':hash': hash },
      });
      // another one has cleared it and gone on
      await unlessRaced(() => client.send(command));
    },
    readPositions: (wanted) => readPositions(rows, wanted),
    async writePosition(position) {
      await isWritten(rows, positionItem(position), forward(position));
    },
    async readCheckpoint() {
      const item = await read(rows, CHECKPOINT);
      return item && checkpointSchema.parse(item['checkpoint']);
    },
    writeCheckpoint: (before, next) =>
      isWritten(
        rows,
        { pk: CHECKPOINT, number: next.statement.number, checkpoint: next },
        before === undefined
          ? { ConditionExpression: IS_NEW }
          : {
              ConditionExpression: IS_NEWEST,
              ExpressionAttributeNames: { '#number': 'number' },
              ExpressionAttributeValues: { ':before': before.statement.number },
            },
      ),
  };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
}

function conditionOn({ seq, hash }: Pick<ShardHead, 'seq' | 'hash'>): Condition {
  if (seq === 0) return { ConditionExpression: IS_NEW };
  return {
    ConditionExpression: IS_AS_SEEN,
    ExpressionAttributeNames: { '#seq': 'seq', '#hash': 'hash' },
    ExpressionAttributeValues: { ':seq': seq, ':hash': hash },
  };
}

function forward({ number, at, era }: Position): Condition {
  return {
    ConditionExpression: era === undefined ? IS_BEHIND_IN_FIRST_ERA : IS_BEHIND_IN_ERA,
    ExpressionAttributeNames: { '#number': 'number', '#at': 'at', '#era': 'era' },
    ExpressionAttributeValues: {
      ':number': number,
      ':at': at.toISOString(),
      ...(era !== undefined && { ':era': era }),
    },
  };
}

async function isWritten({ client, table }: Rows, Item: Item, condition: Condition): Promise<boolean> {
  const command = new PutCommand({ TableName: table, Item, ...condition });
  return (await unlessRaced(() => client.send(command))) !== undefined;
}

async function read({ client, table }: Rows, pk: string): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
  return (await guarded('store_unavailable', () => client.send(command))).Item;
}

function positionItem(position: Position): Item {
  const purgeAt = toEpochSeconds(addSeconds(position.at, POSITION_KEPT_DAYS * 86_400));
  return {
    pk: `POSITION#${position.row}`,
    ...(datesAsText(position) as Item),
    ...(ENDING.test(position.row) && { purgeAt }),
  };
}

async function readPositions(
  { client, table }: Rows,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, Position>> {
  const found = new Map<string, Position>();
  let left = wanted.map((row) => ({ pk: `POSITION#${row}` }));
  while (left.length > 0) {
    const Keys = left.slice(0, PAGE);
    const command = new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const answer: BatchGetCommandOutput = await guarded('store_unavailable', () => client.send(command));
    for (const item of answer.Responses?.[table] ?? []) {
      const position = positionSchema.parse(item);
      found.set(position.row, position);
    }
    const unprocessed = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as { pk: string }[];
    left = [...left.slice(PAGE), ...unprocessed];
  }
  return found;
}
