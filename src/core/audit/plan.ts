// One batch of a shard, planned: which events are new, which were recorded before, which are missing. Pure, so that
// the same head, positions and changes always give the same records.

import { type ChainHead, headOf, link } from './chain.ts';
import { type Entry, inEra, noteOf, numberAfter } from './from-row.ts';
import type { NumberRange, PendingBatch, Position, ShardHead } from './ports.ts';
import { isAnew, isOfRowBefore, laterOf } from './position.ts';
import { type CloudEvent, type TrailRecord, writeRecord } from './record.ts';

/** A batch waits in its shard's row, which DynamoDB limits to 400 KB with everything. */
const MAX_BATCH_BYTES = 200 * 1024;
const MAX_BATCH_EVENTS = 200;
/** Ranges of missing events that a row remembers; what is older does not come any more. */
const MAX_MISSING = 20;

/** What a batch found. */
export interface Tally {
  readonly recorded: number;
  /** Rows whose events are not all there: something was lost before it reached the trail. */
  readonly gaps: number;
  /** Rows that count one event twice with different content. */
  readonly conflicts: number;
}

export interface Plan extends Tally {
  /** Entries that it has gone over, the first ones: planned again they would be held against themselves. */
  readonly taken: number;
  /** The shard's head afterwards, with the batch. */
  readonly next: ShardHead & { readonly pending: PendingBatch };
}

interface PlanInput {
  readonly head: ShardHead;
  readonly positions: ReadonlyMap<string, Position>;
  readonly entries: readonly Entry[];
  readonly now: Date;
}

interface Draft {
  head: ChainHead;
  bytes: number;
  gaps: number;
  conflicts: number;
  readonly lines: string[];
  readonly positions: Map<string, Position>;
}

/** The next batch; undefined when there is nothing new. What does not fit is planned by the next call. */
export function planBatch({ head, positions, entries, now }: PlanInput): Plan | undefined {
  // clocks of two machines differ: times and names of a shard never go back
  const at = now > head.at ? now : head.at;
  const draft: Draft = { head, bytes: 0, gaps: 0, conflicts: 0, lines: [], positions: new Map() };
  let taken = 0;
  for (const entry of entries) {
    if (draft.bytes > MAX_BATCH_BYTES || draft.lines.length > MAX_BATCH_EVENTS) break;
    taken += 1;
    const seen = draft.positions.get(entry.row) ?? positions.get(entry.row);
    const step = stepOf(entry, seen, draft);
    if (step === undefined) continue;
    for (const event of step.events) append(draft, event, at);
    draft.positions.set(entry.row, positionAt(at, entry, { step, seen }));
  }
  const { lines, gaps, conflicts } = draft;
  if (lines.length === 0) return undefined;
  const pending = {
    key: batchKey({ shard: head.shard, seq: head.seq + 1, at }),
    body: lines.join(''),
    positions: [...draft.positions.values()],
  };
  return { next: { ...draft.head, at, pending }, recorded: lines.length, gaps, conflicts, taken };
}

/** What an entry adds to the trail, and where its row stands afterwards. */
interface Step {
  readonly events: readonly CloudEvent[];
  readonly position: Pick<Position, 'number' | 'digest'> & { readonly missing: readonly NumberRange[] };
  /** The row begins anew with it. */
  readonly isAnew?: boolean;
}

function positionAt(
  at: Date,
  { row, changedAt }: Entry,
  { step, seen }: { readonly step: Step; readonly seen: Position | undefined },
): Position {
  const { missing, ...place } = step.position;
  const era = (seen?.era ?? 0) + (step.isAnew ? 1 : 0);
  const changed = step.isAnew ? changedAt : laterOf(seen?.changedAt, changedAt);
  return {
    row,
    ...place,
    at,
    ...(missing.length > 0 && { missing }),
    ...(changed && { changedAt: changed }),
    ...(era > 0 && { era }),
  };
}

/** Undefined when the event was recorded before. */
function stepOf(read: Entry, seen: Position | undefined, draft: Draft): Step | undefined {
  // set aside by an earlier release, and brought by a table or a stream that is read again: no contradiction, and it
  // comes back from the queue
  if (seen?.number === read.number && [read.digest, read.digestAside()].includes(seen.digest))
    return undefined;
  if (seen !== undefined && isOfRowBefore(read, seen)) return undefined;
  if (seen !== undefined && isAnew(read, seen)) return anewStep(read, seen, draft);
  const entry = inEra(read, seen?.era ?? 0);
  const { number, digest } = entry;
  const { number: last = 0, missing = [] } = seen ?? {};
  if (seen !== undefined && number < last) return lateStep(entry, seen);
  if (seen !== undefined && number === last) {
    draft.conflicts += 1;
    return {
      events: [noteOf(entry, 'conflict', { number, event: digest })],
      position: { number, digest, missing },
    };
  }
  return nextStep(entry, { last, missing }, draft);
}

/** Told as what it looks like, a contradiction; the events that follow have ids of their own. */
function anewStep(read: Entry, { number: last, era = 0 }: Position, draft: Draft): Step {
  const entry = inEra(read, era + 1);
  draft.conflicts += 1;
  const note = noteOf(entry, 'conflict', { number: entry.number, event: entry.digest, last });
  const { events, position } = nextStep(entry, { last: 0, missing: [] }, draft);
  return { events: [note, ...events], position, isAnew: true };
}

/** An event that no number of its row stands beyond. */
function nextStep(
  entry: Entry,
  { last, missing }: { readonly last: number; readonly missing: readonly NumberRange[] },
  draft: Draft,
): Step {
  const { event, number, digest, isCounted } = entry;
  const expected = numberAfter(last, isCounted);
  if (number === expected) return { events: [event], position: { number, digest, missing } };
  draft.gaps += 1;
  const gap = { from: expected, to: number - 1 };
  // the counts between two that are told are not told
  const remembered = isCounted ? missing : [...missing, gap].slice(-MAX_MISSING);
  return { events: [noteOf(entry, 'gap', gap), event], position: { number, digest, missing: remembered } };
}

/** An event that was told missing and comes after all is recorded once; any other was recorded in its turn. */
function lateStep(
  { event, number }: Entry,
  { digest, number: last, missing = [] }: Position,
): Step | undefined {
  const isMissing = ({ from, to }: NumberRange) => from <= number && number <= to;
  if (!missing.some(isMissing)) return undefined;
  const left = missing.flatMap((range) =>
    isMissing(range)
      ? [
          { from: range.from, to: number - 1 },
          { from: number + 1, to: range.to },
        ].filter(({ from, to }) => from <= to)
      : [range],
  );
  return { events: [event], position: { number: last, digest, missing: left } };
}

function append(draft: Draft, event: CloudEvent, at: Date): void {
  const record: TrailRecord = link(draft.head, event, at);
  const line = `${writeRecord(record)}\n`;
  draft.lines.push(line);
  draft.bytes += Buffer.byteLength(line);
  draft.head = headOf(record);
}

/** Name of a batch: by shard and day, then by its first number, so that names sort as the chain does. */
export function batchKey({ shard, seq, at }: { shard: number; seq: number; at: Date }): string {
  return `shard=${shard}/day=${dayOf(at)}/${String(seq).padStart(16, '0')}.ndjson`;
}

/** Name of a checkpoint. */
export function checkpointKey({ number, at }: { number: number; at: Date }): string {
  return `checkpoints/day=${dayOf(at)}/${String(number).padStart(16, '0')}.json`;
}

/** UTC day, YYYY-MM-DD. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
