// The budgets of agents on DynamoDB: one row an agent, written whole and only as it was seen; one row an agent and hour
// that counts how often it asked people; and the states of grants from their own table. A row that does not read back refuses everything under budgets until somebody mends it.

import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { BudgetStore, SeenBudget } from '../../core/budget/ports.ts';
import type { SlotRow } from '../../core/budget/slots.ts';
import { type BudgetState, UNUSED } from '../../core/budget/take.ts';
import { GRANT_STATUSES, type GrantId } from '../../core/model.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { Refusal } from '../../core/refusal.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { toEpochSeconds } from './grant-item.ts';

/** Nobody made the row meanwhile. */
const IS_NEW = 'attribute_not_exists(pk)';
/** The row is as it was read: of two requests one goes on, and the other counts what it took. */
const IS_AS_SEEN = 'version = :seen';
/** As many as may be were not counted yet; an hour's first makes the row. */
const HAS_ROOM = 'attribute_not_exists(pk) OR asked < :most';
/** The count of an hour stays this long. */
const ASKED_KEPT_SECONDS = 7200;
/** Keys that DynamoDB reads in one call. */
const BATCH_KEYS = 100;

interface Options {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly grantsTable: string;
}

type Item = Record<string, unknown>;

const count = z.int().nonnegative();
const series = z.array(z.object({ at: count, count: z.number().nonnegative() }));
const heldSchema = z.object({
  task: z.string(),
  at: count,
  until: count,
  amounts: z.record(z.string(), count),
  shared: z.literal(true).exactOptional(),
});
/** As JSON text: names of tasks and parameters are no names of attributes, and may be `constructor`. */
const usedSchema = z.object({
  held: z.record(z.string(), heldSchema),
  begun: z.record(z.string(), series),
  sums: z.record(z.string(), z.record(z.string(), series)),
});
const rowSchema = z.object({ version: count, used: z.string() });
const time = z.iso.datetime().transform((text) => new Date(text));
const slotSchema = z.object({
  grantId: z.custom<GrantId>((value) => typeof value === 'string'),
  status: z.enum(GRANT_STATUSES),
  expiresAt: time,
  leaseExpiresAt: time.exactOptional(),
});

/** For those who only look. @throws Refusal `store_unavailable` or `misconfigured` */
export function createBudgetReader({
  client,
  table: TableName,
}: Pick<Options, 'client' | 'table'>): Pick<BudgetStore, 'readBudget'> {
  return {
    async readBudget(agent) {
      const command = new GetCommand({ TableName, Key: { pk: keyOf(agent) }, ConsistentRead: true });
      const { Item } = await guarded('store_unavailable', () => client.send(command));
      return Item === undefined ? { state: UNUSED, version: undefined } : readRow(Item);
    },
  };
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createBudgetStore({ client, table: TableName, grantsTable }: Options): BudgetStore {
  return {
    ...createBudgetReader({ client, table: TableName }),
    async writeBudget(agent, { version }, { state, keepUntil }) {
      const command = new PutCommand({
        TableName,
        Item: {
          pk: keyOf(agent),
          version: (version ?? 0) + 1,
          used: writeUsed(state),
          purgeAt: toEpochSeconds(keepUntil) + 1,
        },
        ConditionExpression: version === undefined ? IS_NEW : IS_AS_SEEN,
        ...(version !== undefined && { ExpressionAttributeValues: { ':seen': version } }),
      });
      return (await unlessRaced(() => client.send(command))) !== undefined;
    },
    async countAsked(agent, at, most) {
      const hour = at.toISOString().slice(0, 13);
      const command = new UpdateCommand({
        TableName,
        Key: { pk: `ASKED#${agent}#${hour}` },
        UpdateExpression: 'ADD asked :one SET purgeAt = :purgeAt',
        ConditionExpression: HAS_ROOM,
        ExpressionAttributeValues: {
          ':one': 1,
          ':most': most,
          ':purgeAt': toEpochSeconds(addSeconds(at, ASKED_KEPT_SECONDS)),
        },
      });
      return (await unlessRaced(() => client.send(command))) !== undefined;
    },
    async readSlots(grantIds) {
      const rows: SlotRow[] = [];
      for (let start = 0; start < grantIds.length; start += BATCH_KEYS)
        rows.push(...(await readBatch({ client, grantsTable }, grantIds.slice(start, start + BATCH_KEYS))));
      return rows;
    },
  };
}

async function readBatch(
  { client, grantsTable }: Pick<Options, 'client' | 'grantsTable'>,
  grantIds: readonly GrantId[],
): Promise<SlotRow[]> {
  const command = new BatchGetCommand({
    RequestItems: {
      [grantsTable]: {
        Keys: grantIds.map((grantId) => ({ grantId })),
        ConsistentRead: true,
        ProjectionExpression: 'grantId, #status, expiresAt, leaseExpiresAt',
        ExpressionAttributeNames: { '#status': 'status' },
      },
    },
  });
  const { Responses = {}, UnprocessedKeys = {} } = await guarded('store_unavailable', () =>
    client.send(command),
  );
  // a throttled part would read as "there is no such grant", and free its slot
  if (Object.keys(UnprocessedKeys).length > 0)
    throw new Refusal('store_unavailable', { detail: 'throttled' });
  return (Responses[grantsTable] ?? []).map((item) => slotSchema.parse(item));
}

function keyOf(agent: string): string {
  return `BUDGET#${agent}`;
}

/** @throws Refusal `misconfigured` when the row is not one. */
function readRow(item: Item): SeenBudget {
  try {
    const { version, used } = rowSchema.parse(item);
    const { held, begun, sums } = usedSchema.parse(JSON.parse(used));
    const readHeld = ({ amounts, ...each }: z.infer<typeof heldSchema>) => ({
      ...each,
      amounts: mapOf(amounts),
    });
    const state: BudgetState = {
      held: new Map(Object.entries(held).map(([id, each]) => [id as GrantId, readHeld(each)])),
      begun: mapOf(begun),
      sums: new Map(Object.entries(sums).map(([task, each]) => [task, mapOf(each)])),
    };
    return { state, version };
  } catch (cause) {
    throw new Refusal('misconfigured', { detail: 'budget row', cause });
  }
}

function writeUsed({ held, begun, sums }: BudgetState): string {
  return JSON.stringify({
    held: Object.fromEntries(
      [...held].map(([id, { amounts, ...each }]) => [id, { ...each, amounts: Object.fromEntries(amounts) }]),
    ),
    begun: Object.fromEntries(begun),
    sums: Object.fromEntries([...sums].map(([task, each]) => [task, Object.fromEntries(each)])),
  });
}

function mapOf<Value>(record: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(record));
}
