// The sequencer: takes changes of rows into the chain of their shard. A batch is numbered and made durable by one
// conditional write on the shard's head; then it is archived, published and cleared. Whoever comes next finishes
// what an earlier one has left, so a crash between any two steps loses nothing and repeats harmlessly.

import type { Clock } from '../ports.ts';
import { genesis } from './chain.ts';
import { type Entry, type RowImage, readRow, shardOf } from './from-row.ts';
import { planBatch, type Tally } from './plan.ts';
import type { PoisonQueue, ShardHead, TrailArchive, TrailPublisher, TrailStore } from './ports.ts';
import { readRecord, type TrailRecord } from './record.ts';

/** What sequencing needs of the world. */
export interface SequenceDeps {
  /** Names the deployment whose trail this is. */
  readonly trail: string;
  readonly store: TrailStore;
  readonly archive: TrailArchive;
  readonly publisher: TrailPublisher;
  readonly poison: PoisonQueue;
  readonly clock: Clock;
}

/** What came of some changes. */
export interface SequenceReport extends Tally {
  /** Changes that could not be read and were set aside. */
  readonly poison: number;
}

/** Another sequencer of the shard was quicker so often that the stream should bring the batch again. */
const MAX_RACES = 50;
const NOTHING: Tally = { recorded: 0, gaps: 0, conflicts: 0 };

/** Records the events of these changes, each once. @throws Error when a step failed: bring them all again. */
export async function sequence(deps: SequenceDeps, rows: readonly RowImage[]): Promise<SequenceReport> {
  const readings = rows.map((row) => readRow(deps.trail, row));
  const poison = readings.flatMap((reading) => reading.poison ?? []);
  // set aside before its number is passed over: a crash in between brings it twice, never not at all
  for (const each of poison) await deps.poison.put(each);
  const entries = readings.flatMap(({ entry, untold }) => [entry ?? [], untold ?? []].flat());
  const shards = [...new Set(entries.map(({ row }) => shardOf(row)))];
  const tallies = await Promise.all(
    shards.map((shard) =>
      sequenceShard(
        deps,
        shard,
        entries.filter(({ row }) => shardOf(row) === shard),
      ),
    ),
  );
  return { ...tallies.reduce(add, NOTHING), poison: poison.length };
}

async function sequenceShard(deps: SequenceDeps, shard: number, entries: readonly Entry[]): Promise<Tally> {
  const { store } = deps;
  const rows = [...new Set(entries.map(({ row }) => row))];
  let tally = NOTHING;
  let left = entries;
  for (let races = 0; races < MAX_RACES; ) {
    const head = await settle(deps, shard);
    // read after the head: they tell of every batch up to it, and the write below fails if there was a later one
    const positions = await store.readPositions(rows);
    const plan = planBatch({ head, positions, entries: left, now: deps.clock() });
    if (plan === undefined) return tally;
    if (await store.advance(head, plan.next)) {
      tally = add(tally, plan);
      left = left.slice(plan.taken);
      await finish(deps, plan.next);
    } else races += 1;
  }
  throw new Error(`shard ${shard} of the audit trail is too busy`);
}

/** The shard's head with nothing pending: what an earlier sequencer left is finished first. */
export async function settle(deps: Omit<SequenceDeps, 'poison'>, shard: number): Promise<ShardHead> {
  const head = await deps.store.readHead(shard);
  if (head === undefined) return { ...genesis(deps.trail, shard), at: new Date(0) };
  if (head.pending !== undefined) await finish(deps, head);
  const { pending: _, ...settled } = head;
  return settled;
}

/** Archives, publishes, moves the positions, clears. Each step may have been done before, also by another. */
async function finish(deps: Omit<SequenceDeps, 'poison'>, head: ShardHead): Promise<void> {
  const { pending } = head;
  if (pending === undefined) return;
  await deps.archive.put(pending.key, pending.body);
  await deps.publisher.publish(recordsOf(pending.body));
  await Promise.all(pending.positions.map((position) => deps.store.writePosition(position)));
  await deps.store.clearPending(head);
}

/** @throws Error for a body that no sequencer wrote. */
function recordsOf(body: string): TrailRecord[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const record = readRecord(line);
      if (record === undefined) throw new Error('a pending batch of the audit trail cannot be read');
      return record;
    });
}

function add(one: Tally, other: Tally): Tally {
  return {
    recorded: one.recorded + other.recorded,
    gaps: one.gaps + other.gaps,
    conflicts: one.conflicts + other.conflicts,
  };
}
