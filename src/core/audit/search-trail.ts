// Searches the trail, the newest records first, page by page and to a bound. A page can be empty and still have a next
// one. Nothing is proved here: verify.ts does that.

import { namesOne } from '../record/resource-hashes.ts';
import { AUDIT_SHARDS } from './from-row.ts';
import { dayOf } from './plan.ts';
import type { TrailReader } from './ports.ts';
import { firstDay } from './read-trail.ts';
import { type CloudEvent, readRecord, type TrailRecord } from './record.ts';

/** What is looked for; all that is named must hold. */
export interface TrailSearch {
  /** Happened or recorded then or later. */
  readonly from: Date;
  /** Happened or recorded then or earlier. */
  readonly to: Date;
  readonly agent?: string;
  readonly task?: string;
  readonly grant?: string;
  /** Subject of a person who acted, decided or was named. */
  readonly person?: string;
  /** `grant.ended`, or its first parts: `grant`. */
  readonly type?: string;
  /** That could be touched under the grant that the record begins: every hash that names it (resource-hashes.ts). */
  readonly resource?: ReadonlySet<string>;
  /** What must hold beside. */
  readonly isWanted?: (record: TrailRecord) => boolean;
  readonly limit: number;
  /** Where an earlier page ended. */
  readonly next?: TrailCursor;
}

/** Of the next page: the day it begins on, and in each shard the number that its records are below. */
export interface TrailCursor {
  readonly day: string;
  readonly below: readonly number[];
}

export interface TrailPage {
  readonly records: readonly TrailRecord[];
  readonly next?: TrailCursor;
}

const BEGINS_GRANT = new Set(['remit.grant.reserved', 'remit.grant.pending']);
const DAY_MS = 86_400_000;
const CURSOR = /^([0-9]{4}-[0-9]{2}-[0-9]{2})((?:\.(?:[0-9]{1,16}|-))+)$/;
/** Days after it have no text that sorts. */
const LAST_DAY_MS = Date.UTC(9999, 11, 31);
const FIRST_SEQ = /\/([0-9]{16})\.ndjson$/;

/** The cursor as text, as it stands in a URL. */
export function writeCursor({ day, below }: TrailCursor): string {
  return [day, ...below.map((seq) => (seq === Number.POSITIVE_INFINITY ? '-' : String(seq)))].join('.');
}

/** @returns undefined when the text is none of {@link writeCursor} */
export function readCursor(text: string): TrailCursor | undefined {
  const [, day = '', rest = ''] = CURSOR.exec(text) ?? [];
  const below = rest
    .split('.')
    .slice(1)
    .map((seq) => (seq === '-' ? Number.POSITIVE_INFINITY : Number(seq)));
  const isDay = !Number.isNaN(Date.parse(day)) && dayOf(new Date(day)) === day;
  return isDay && below.length === AUDIT_SHARDS ? { day, below } : undefined;
}

/** One page. `isOver` ends it early: what was found until then, and where to go on. */
export async function searchTrail(
  reader: TrailReader,
  search: TrailSearch,
  isOver: () => boolean,
): Promise<TrailPage> {
  const records: TrailRecord[] = [];
  // whoever asks for a thousand years before the archive has none of them looked through
  const begins = await firstDay(reader);
  if (begins === undefined) return { records };
  for (let cursor: TrailCursor | undefined = firstCursor(search); cursor !== undefined; ) {
    const below = [...cursor.below];
    for await (const record of newestFirst(reader, cursor)) {
      // a record at a time is no search: whatever the bound, a page goes on by at least one
      below[record.shard] = record.seq;
      if (matches(record, search)) records.push(record);
      if (records.length >= search.limit || isOver()) return { records, next: { day: cursor.day, below } };
    }
    cursor = cursor.day <= dayOf(begins) ? undefined : dayBefore(cursor, search);
    if (cursor !== undefined && isOver()) return { records, next: cursor };
  }
  return { records };
}

/** What happened just before midnight is recorded on the day after. */
function firstCursor({ from, to, next }: TrailSearch): TrailCursor | undefined {
  const dayAfter = (days: number) => dayOf(new Date(Math.min(to.getTime() + days * DAY_MS, LAST_DAY_MS)));
  // one that was made up begins in no year to come; clocks differ, and around midnight by a day
  if (next !== undefined && next.day <= dayAfter(2)) return next.day < dayOf(from) ? undefined : next;
  if (from > to) return undefined;
  return { day: dayAfter(1), below: everything() };
}

function dayBefore({ day }: TrailCursor, { from }: TrailSearch): TrailCursor | undefined {
  const before = dayOf(new Date(Date.parse(day) - DAY_MS));
  return before < dayOf(from) ? undefined : { day: before, below: everything() };
}

function everything(): number[] {
  return Array.from({ length: AUDIT_SHARDS }, () => Number.POSITIVE_INFINITY);
}

/** The records of a day, of all shards in one order: by when they were recorded. */
async function* newestFirst(reader: TrailReader, { day, below }: TrailCursor): AsyncGenerator<TrailRecord> {
  const shards = below.map((seq, shard) => backwards(reader, { day, shard, below: seq }));
  const heads = await Promise.all(shards.map((each) => each.next()));
  for (;;) {
    const [first] = heads
      .flatMap(({ value, done }, shard) => (done === true ? [] : [{ record: value, shard }]))
      .sort((one, other) => (one.record.at > other.record.at ? -1 : 1));
    if (first === undefined) return;
    yield first.record;
    const next = await shards[first.shard]?.next();
    if (next !== undefined) heads[first.shard] = next;
  }
}

interface Stretch {
  readonly day: string;
  readonly shard: number;
  readonly below: number;
}

async function* backwards(
  reader: TrailReader,
  { day, shard, below }: Stretch,
): AsyncGenerator<TrailRecord, undefined> {
  const keys: string[] = [];
  for await (const key of reader.list(`shard=${shard}/day=${day}/`))
    if (Number(FIRST_SEQ.exec(key)?.[1] ?? below) < below) keys.push(key);
  for (const key of keys.reverse()) {
    const lines = ((await reader.get(key)) ?? '').split('\n');
    for (const line of lines.reverse()) {
      const record = line === '' ? undefined : readRecord(line);
      // a record that lies where it does not belong is for the verification to find
      if (record !== undefined && record.shard === shard && record.seq < below) yield record;
    }
  }
  return undefined;
}

function matches(record: TrailRecord, search: TrailSearch): boolean {
  const { at, event } = record;
  const { agent, task, grant, person, type, resource, isWanted } = search;
  const { data, subject } = event;
  return (
    [at, event.time ?? at].some((text) => isWithin(new Date(text), search)) &&
    (agent === undefined || isAbout(event, agent)) &&
    (task === undefined || data['task'] === task) &&
    (grant === undefined || data['grantId'] === grant || subject === grant) &&
    (person === undefined || Object.entries(data).some((fact) => names(fact, person))) &&
    (resource === undefined || (BEGINS_GRANT.has(event.type) && namesOne(data, resource))) &&
    (type === undefined || `${event.type}.`.startsWith(`remit.${type}.`)) &&
    (isWanted === undefined || isWanted(record))
  );
}

/** Whether an event is about the agent: what it did, what was done to it, and what was refused to people about it. */
export function isAbout({ data, subject }: CloudEvent, agent: string): boolean {
  const isOrder = /^(agent|review)\./.test(String(data['order'] ?? ''));
  return data['agent'] === agent || subject === `AGENT#${agent}` || (isOrder && data['target'] === agent);
}

function isWithin(at: Date, { from, to }: TrailSearch): boolean {
  return at >= from && at <= to;
}

/** `actorSubject`, `approverSubject`, `toSubject` …: people. `subject` alone is a workload's. */
function names([name, value]: readonly [string, unknown], person: string): boolean {
  return name.endsWith('Subject') && value === person;
}
