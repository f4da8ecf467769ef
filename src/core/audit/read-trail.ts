// Reads a trail in order, shard by shard, for searches. Nothing is proved here: verify.ts does that.

import { AUDIT_SHARDS } from './from-row.ts';
import { dayOf } from './plan.ts';
import type { TrailReader } from './ports.ts';
import { readRecord, type TrailRecord } from './record.ts';

/** Days to read, by when events were recorded; all of them when left out. */
export interface TrailRange {
  readonly from?: Date;
  readonly to?: Date;
}

/** A batch of the archive. */
export interface ArchivedBatch {
  readonly key: string;
  readonly shard: number;
  readonly text: string;
}

const KEY = /^shard=([0-9]+)\/day=([0-9]{4}-[0-9]{2}-[0-9]{2})\/([0-9]{16})\.ndjson$/;
const CHECKPOINT_KEY = /^checkpoints\/day=([0-9]{4}-[0-9]{2}-[0-9]{2})\/[0-9]{16}\.json$/;

/** The batches of a range, each shard's in the order of its chain. Other objects are `foreign`. */
export async function* readBatches(
  reader: TrailReader,
  range: TrailRange = {},
): AsyncGenerator<ArchivedBatch> {
  for await (const key of reader.list('shard=')) {
    const [, shard, day = ''] = KEY.exec(key) ?? [];
    if (shard !== undefined && !isWithin(day, range)) continue;
    const text = (await reader.get(key)) ?? '';
    yield { key, shard: shard === undefined ? -1 : Number(shard), text };
  }
}

/** The checkpoints of a range as they are archived, in order. */
export async function* readCheckpoints(
  reader: TrailReader,
  range: TrailRange = {},
): AsyncGenerator<{ readonly key: string; readonly text: string }> {
  for await (const key of reader.list('checkpoints/')) {
    const [, day] = CHECKPOINT_KEY.exec(key) ?? [];
    if (day !== undefined && !isWithin(day, range)) continue;
    yield { key, text: (await reader.get(key)) ?? '' };
  }
}

/**
 * What must be read to prove a range: from the last day before it that has checkpoints, for it is chained from there on, to
 * the first day after it that has some, for only these sign for its end. Without such a day the trail begins or ends in the
 * range, or was cut off there.
 */
export async function provingRange(reader: TrailReader, { from, to }: TrailRange): Promise<TrailRange> {
  let [first, last]: (string | undefined)[] = [];
  for await (const key of reader.list('checkpoints/')) {
    const [, day] = CHECKPOINT_KEY.exec(key) ?? [];
    if (day === undefined) continue;
    if (from !== undefined && day < dayOf(from) && day > (first ?? '')) first = day;
    if (to !== undefined && day > dayOf(to) && (last === undefined || day < last)) last = day;
  }
  return {
    ...(first !== undefined && { from: new Date(first) }),
    ...(last !== undefined && { to: new Date(last) }),
  };
}

/** The day of the first record, whose event may be of the day before; undefined when nothing is recorded. */
export async function firstDay(reader: TrailReader): Promise<Date | undefined> {
  const days = await Promise.all(
    Array.from({ length: AUDIT_SHARDS }, async (_, shard) => {
      for await (const key of reader.list(`shard=${shard}/`)) {
        const day = KEY.exec(key)?.[2];
        if (day !== undefined) return [day];
      }
      return [];
    }),
  );
  const [first] = days.flat().sort();
  return first === undefined ? undefined : new Date(first);
}

/** Records whose events happened in the range, exactly; lines that are not records are left to the verification. */
export async function* readTrail(reader: TrailReader, range: TrailRange = {}): AsyncGenerator<TrailRecord> {
  // recorded on the same day or, near midnight and after an outage, later
  const { from, to } = range;
  for await (const { text } of readBatches(reader, from === undefined ? {} : { from })) {
    for (const line of text.split('\n')) {
      const record = line === '' ? undefined : readRecord(line);
      if (record === undefined) continue;
      const time = new Date(record.event.time ?? record.at);
      if ((from === undefined || time >= from) && (to === undefined || time <= to)) yield record;
    }
  }
}

/** Whether an object is of these days; one with a name that is none of the trail's is of all. */
export function isInRange(key: string, range: TrailRange): boolean {
  const day = KEY.exec(key)?.[2] ?? CHECKPOINT_KEY.exec(key)?.[1];
  return day === undefined || isWithin(day, range);
}

function isWithin(day: string, { from, to }: TrailRange): boolean {
  return (from === undefined || day >= dayOf(from)) && (to === undefined || day <= dayOf(to));
}
