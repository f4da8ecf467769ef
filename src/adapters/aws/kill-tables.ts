// Switches, kills and kill lists as rows of the registry. A kill list is a set that entries are added to and taken
// from one by one: two kills at once lose nothing. All reads of them are consistent but the lists of what there is.

import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { registryTable } from '../../config/tables.ts';
import { foldEntry, KEPT_ENTRIES } from '../../core/kill/kill-list.ts';
import type { KillBook, KillEntry, KillLists, KillRecord, Switches } from '../../core/kill/ports.ts';
import type { Stop } from '../../core/kill/stop.ts';
import type { GrantId, RoleArn } from '../../core/model.ts';
import type { AuditEvent } from '../../core/ports.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { writeEvent } from './grant-item.ts';
import { changeAttributes, readChange, readStop, stopKey } from './registry-item.ts';

interface Options {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}
type Item = Record<string, unknown>;

const time = z.iso.datetime().transform((text) => new Date(text));
const text = z.string();
const branded = <Brand extends string>() => z.custom<Brand>((value) => typeof value === 'string');

const killSchema = z.object({
  killId: text,
  scope: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('everything') }),
    z.object({ kind: z.literal('task'), id: text }),
    z.object({ kind: z.literal('issuer'), id: text }),
    z.object({ kind: z.literal('agent'), id: text }),
    z.object({ kind: z.literal('grant'), id: branded<GrantId>() }),
  ]),
  flippedAt: time.exactOptional(),
  ended: z.number(),
  counted: z.boolean().exactOptional(),
  takenUp: z.boolean().exactOptional(),
  deadBy: time,
  shortBy: time,
  roles: z.array(branded<RoleArn>()),
  leases: z.number().exactOptional(),
  wide: z.array(branded<RoleArn>()).exactOptional(),
  beyondReach: z.array(z.object({ role: branded<RoleArn>(), until: time })).exactOptional(),
  listedAt: time.exactOptional(),
  settledAt: time.exactOptional(),
  secondsToDead: z.number().exactOptional(),
});

/** Key of a role's kill list, and of what the writer found of an account. */
export function killListKey(role: string): string {
  return `KILLLIST#${role}`;
}

/** Switches. @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createSwitches(options: Options): Switches {
  return {
    async turnOn({ scope, change }, event) {
      const pk = stopKey(scope);
      const set = { scope, on: true, change: changeAttributes(change), orders: 1, ...shelf('stops', pk) };
      for (let attempt = 0; attempt < TURN_ON_TRIES; attempt += 1) {
        if (await update(options, pk, { onlyIf: IS_OFF, set, event })) return undefined;
        const again = { onlyIf: IS_ON, values: { ':true': true }, names: ['on'], add: { orders: 1 } };
        if (await update(options, pk, { ...again, set: {}, event })) return readOn(await read(options, pk));
      }
      // lifted and stopped by others all the time: whatever stands, it is on
      await update(options, pk, { set, event });
      return undefined;
    },
    turnOff: ({ scope, change: seen, orders }, change, event) =>
      update(options, stopKey(scope), {
        onlyIf: orders === 1 ? IS_ON_AS_ORDERED_ONCE : IS_ON_AS_SEEN,
        names: ['at', 'reason', 'orders'],
        values: {
          ':true': true,
          ':at': seen.at.toISOString(),
          ':reason': seen.reason,
          ':orders': orders,
        },
        set: { scope, on: false, change: changeAttributes(change) },
        event,
        remove: SHELVED,
      }),
    async listOn() {
      const keys = await listShelf(options, 'stops');
      const rows = await Promise.all(keys.map((pk) => read(options, pk)));
      return rows.flatMap((row) => readOn(row) ?? []);
    },
  };
}

function readOn(row: Item | undefined): Stop | undefined {
  return row && readStop(row);
}

/** Kills and their progress. @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createKillBook(options: Options): KillBook {
  const key = ({ killId }: Pick<KillRecord, 'killId'>) => `KILL#${killId}`;
  return {
    async order(record, event) {
      await update(options, key(record), {
        set: { ...killAttributes(record), ...shelf('kills', record.killId) },
        event,
      });
    },
    async find(killId) {
      const row = await read(options, key({ killId }));
      return row && readKill(row);
    },
    async listOpen() {
      const keys = await listShelf(options, 'kills');
      const rows = await Promise.all(keys.map((pk) => read(options, pk)));
      return rows.flatMap((row) =>
        row === undefined || row['settledAt'] !== undefined ? [] : [readKill(row)],
      );
    },
    async progress(record) {
      await update(options, key(record), { set: killAttributes(record), onlyIf: IS_OPEN });
    },
    async settle(record, event) {
      const settledAt = record.settledAt?.toISOString() ?? '';
      const set = { ...killAttributes(record), ...shelf(SETTLED, `${settledAt}#${record.killId}`) };
      return update(options, key(record), { set, event, onlyIf: IS_OPEN });
    },
    async listSettled(since, limit) {
      const keys = await listNewest(options, { on: SETTLED, from: since.toISOString(), limit });
      const rows = await Promise.all(keys.map((pk) => read(options, pk)));
      return rows.flatMap((row) => (row === undefined ? [] : [readKill(row)]));
    },
  };
}

/** Kill lists. @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createKillLists(options: Options): KillLists {
  return {
    async add(role, entries) {
      const put = (added: readonly KillEntry[], condition: Pick<Change, 'onlyIf' | 'values'> = {}) =>
        update(options, killListKey(role), {
          ...condition,
          set: shelf('killlists', role),
          add: { entries: new Set(added.map(entryText)) },
        });
      if (await put(entries, { onlyIf: HAS_ROOM, values: { ':kept': KEPT_ENTRIES } })) return;
      await put(entries.map(foldEntry));
    },
    async read(role) {
      const row = (await read(options, killListKey(role))) ?? {};
      const { confirmed = [], wide = false, ...times } = confirmationSchema.parse(row);
      const entries = row['entries'] instanceof Set ? [...row['entries']].map(String).map(readEntry) : [];
      return { entries, confirmed, wide, ...times };
    },
    async confirm(role, { at, entries, wide, over }) {
      const confirmed = [...new Set(entries.map(({ grantId }) => grantId))];
      await update(options, killListKey(role), {
        set: { confirmedAt: at.toISOString(), confirmed, wide },
        ...takenAway(over),
      });
    },
    async barred(role, { at, over }) {
      await update(options, killListKey(role), {
        set: { barredAt: at.toISOString() },
        ...takenAway(over),
      });
    },
    async roles() {
      const keys = await listShelf(options, 'killlists');
      return keys.map((pk) => pk.slice(killListKey('').length) as RoleArn);
    },
    async findAccount(account) {
      const row = await read(options, killListKey(account));
      return row && accountSchema.parse(row);
    },
    async noteAccount(account, { at, isOpen }) {
      await update(options, killListKey(account), { set: { at: at.toISOString(), isOpen } });
    },
  };
}

const accountSchema = z.object({ at: time, isOpen: z.boolean() });

const confirmationSchema = z.object({
  confirmedAt: time.exactOptional(),
  barredAt: time.exactOptional(),
  confirmed: z.array(text).exactOptional(),
  wide: z.boolean().exactOptional(),
});

function takenAway(over: readonly KillEntry[]): Pick<Change, 'take'> {
  return over.length === 0 ? {} : { take: { entries: new Set(over.map(entryText)) } };
}

function entryText({ grantId, until, killedAt }: KillEntry): string {
  return `${grantId}|${until.toISOString()}|${killedAt.toISOString()}`;
}

function readEntry(entry: string): KillEntry {
  const [grantId = '', until, killedAt] = entry.split('|');
  return { grantId: grantId as GrantId, until: time.parse(until), killedAt: time.parse(killedAt) };
}

function killAttributes(record: KillRecord): Item {
  const { change, stoppedBefore, flippedAt, deadBy, shortBy, beyondReach, listedAt, settledAt, ...rest } =
    record;
  return {
    ...rest,
    change: changeAttributes(change),
    ...(stoppedBefore && { stoppedBefore: changeAttributes(stoppedBefore) }),
    deadBy: deadBy.toISOString(),
    shortBy: shortBy.toISOString(),
    ...(flippedAt && { flippedAt: flippedAt.toISOString() }),
    ...(beyondReach && {
      beyondReach: beyondReach.map(({ role, until }) => ({ role, until: until.toISOString() })),
    }),
    ...(listedAt && { listedAt: listedAt.toISOString() }),
    ...(settledAt && { settledAt: settledAt.toISOString() }),
  };
}

function readKill(row: Item): KillRecord {
  const { change, stoppedBefore } = row;
  return {
    ...killSchema.parse(row),
    change: readChange(change),
    ...(stoppedBefore !== undefined && { stoppedBefore: readChange(stoppedBefore) }),
  };
}

const { name: INDEX, partitionKey: SHELF, sortKey: ORDER } = registryTable.indexes.shelf;
const SHELVED = [SHELF, ORDER];
/** Shelf of the kills that are over, by the time they were settled. */
const SETTLED = 'kills-settled';
const shelf = (on: string, order: string): Item => ({ [SHELF]: on, [ORDER]: order });

/** What a call that was held up tells late must not take back what the schedule has settled. */
const IS_OPEN = 'attribute_not_exists(settledAt)';

/** Who stopped it and why stays on record until it is lifted. */
const IS_OFF = 'attribute_not_exists(#on) OR #on <> :on';
const IS_ON = '#on = :true';
/** Others may lift it between the two. */
const TURN_ON_TRIES = 5;

/** Whoever lifts a switch has seen this order, and none that came since. */
const IS_ON_AS_SEEN = '#on = :true AND #change.#at = :at AND #change.#reason = :reason AND #orders = :orders';
/** A row on which orders were not counted has one. */
const IS_ON_AS_ORDERED_ONCE = IS_ON_AS_SEEN.replace(
  '#orders = :orders',
  '(#orders = :orders OR attribute_not_exists(#orders))',
);

/** An item holds 400 KB; a list that no policy could name one by one needs no more of them. */
const HAS_ROOM = 'attribute_not_exists(#entries) OR size(#entries) < :kept';

interface Change {
  /** Otherwise nothing is written. */
  readonly onlyIf?: string;
  /** Of the condition, beside those of what is written. */
  readonly names?: readonly string[];
  readonly values?: Item;
  readonly set: Item;
  readonly remove?: readonly string[];
  readonly add?: Item;
  readonly take?: Item;
  readonly event?: AuditEvent;
}

/** @returns whether it was written. */
async function update({ client, table }: Options, pk: string, change: Change): Promise<boolean> {
  const { onlyIf, remove = [], add = {}, take = {}, event } = change;
  const set = { ...change.set, ...(event && { event: writeEvent(event) }) };
  const adding = { ...add, ...(event && { eventNumber: 1 }) };
  const values = { ...set, ...adding, ...take };
  const names = [...Object.keys(values), ...remove, ...(change.names ?? [])];
  const clause = (word: string, parts: readonly string[]) =>
    parts.length === 0 ? [] : [`${word} ${parts.join(', ')}`];
  const command = new UpdateCommand({
    TableName: table,
    Key: { pk },
    UpdateExpression: [
      ...clause(
        'SET',
        Object.keys(set).map((name) => `#${name} = :${name}`),
      ),
      ...clause(
        'REMOVE',
        remove.map((name) => `#${name}`),
      ),
      ...clause(
        'ADD',
        Object.keys(adding).map((name) => `#${name} :${name}`),
      ),
      ...clause(
        'DELETE',
        Object.keys(take).map((name) => `#${name} :${name}`),
      ),
    ].join(' '),
    ...(onlyIf !== undefined && { ConditionExpression: onlyIf }),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      ...change.values,
    },
  });
  return (await unlessRaced(() => client.send(command))) !== undefined;
}

async function read({ client, table }: Options, pk: string): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
  return (await guarded('store_unavailable', () => client.send(command))).Item;
}

/** Keys of the rows on a shelf, in order. */
async function listShelf({ client, table }: Options, on: string): Promise<string[]> {
  const keys: string[] = [];
  let start: Item | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      IndexName: INDEX,
      KeyConditionExpression: '#shelf = :shelf',
      ExpressionAttributeNames: { '#shelf': SHELF },
      ExpressionAttributeValues: { ':shelf': on },
      ...(start && { ExclusiveStartKey: start }),
    });
    const answer = await guarded('store_unavailable', () => client.send(command));
    keys.push(...(answer.Items ?? []).map((item) => String(item['pk'])));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return keys;
}

/** Keys of the newest rows on a shelf: one query. */
async function listNewest(
  { client, table }: Options,
  { on, from, limit }: { readonly on: string; readonly from: string; readonly limit: number },
): Promise<string[]> {
  const command = new QueryCommand({
    TableName: table,
    IndexName: INDEX,
    KeyConditionExpression: '#shelf = :shelf AND #order >= :from',
    ExpressionAttributeNames: { '#shelf': SHELF, '#order': ORDER },
    ExpressionAttributeValues: { ':shelf': on, ':from': from },
    ScanIndexForward: false,
    Limit: limit,
  });
  const { Items = [] } = await guarded('store_unavailable', () => client.send(command));
  return Items.map((item) => String(item['pk']));
}
