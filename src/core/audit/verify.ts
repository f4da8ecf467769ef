// Proves a range of the trail, or names the first broken link of each shard: altered, dropped, added, moved,
// duplicated or re-signed records, a head or a tail that was cut off. It needs the objects and the public key only.

import type { KeyObject } from 'node:crypto';
import { type ChainHead, genesis, hashOf, headOf } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { TrailReader } from './ports.ts';
import { type ArchivedBatch, provingRange, readBatches, type TrailRange } from './read-trail.ts';
import { readRecord, type TrailRecord } from './record.ts';

import { noRecovery, noteRecovery, type Recovery, unexplained } from './recovered.ts';
import { readVersions } from './rewritten.ts';
import { verifyCheckpoints } from './verify-checkpoints.ts';

/** What is wrong with a link. */
export type Flaw =
  | 'altered'
  | 'dropped'
  | 'reordered'
  | 'duplicated'
  | 'unchained'
  | 'truncated'
  | 'foreign'
  | 'rewritten'
  | 'contradicts-checkpoint'
  | 'checkpoint-altered'
  | 'checkpoint-dropped'
  | 'checkpoint-signature';

/** The first broken link of a shard, or of the checkpoints. */
export interface BrokenLink {
  readonly flaw: Flaw;
  /** Object of the archive. */
  readonly key: string;
  readonly shard?: number;
  /** Number of the record, or of the checkpoint. */
  readonly number?: number;
  readonly says: string;
}

export interface VerifyOptions extends TrailRange {
  /** Of the key that signs; without it no signature is checked, and the report says so. */
  readonly publicKey?: KeyObject;
  /** The deployment's trail, when it is known; else the checkpoints say it. */
  readonly trail?: string;
  /** Checkpoints that were kept elsewhere: the trail must reach and match them too. */
  readonly kept?: readonly Checkpoint[];
}

/** What was proved of one shard. */
export interface ShardReport {
  readonly shard: number;
  readonly first: number;
  readonly last: number;
  /** Newest record that a checkpoint covers; what is later is chained and not yet signed for. */
  readonly signedUpTo: number;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly broken: readonly BrokenLink[];
  readonly shards: readonly ShardReport[];
  readonly records: number;
  readonly checkpoints: number;
  readonly signaturesChecked: boolean;
  /** Whether it was seen that nothing was written over; absent for a copy, which has no versions. */
  readonly versionsChecked?: boolean;
  /** Of a range: nothing is missing from then on. Absent when its checkpoints do not say. */
  readonly completeFrom?: string;
  /** Time and number of the newest checkpoint: nothing later is proved, so keep it. */
  readonly newest?: { readonly number: number; readonly at: string };
}

interface Walk {
  readonly shard: number;
  head?: ChainHead;
  /** Time of its first and of its newest record. */
  since: string;
  at: string;
  key: string;
  first: number;
  broken?: BrokenLink;
}

/** Verifies what `reader` has of the range, between the days around it that have checkpoints. */
export async function verifyTrail(reader: TrailReader, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { from, to, ...rest } = options;
  const around = from || to ? await provingRange(reader, options) : {};
  // without a day before it or after it, what is there must be the beginning or the end of the trail
  const range = { ...rest, ...around };
  const [signed, versions] = [await verifyCheckpoints(reader, range), await readVersions(reader, range)];
  const { checkpoints, earliest } = signed;
  const state: State = {
    pins: pinsOf(checkpoints),
    wholeTrail: around.from === undefined,
    newest: checkpoints.at(-1)?.statement,
    recovery: noRecovery(),
    ...trailOf(options.trail ?? checkpoints[0]?.statement.trail),
  };
  const { walks, foreign, records } = await walkAll(reader, range, state);
  const floors = new Map(earliest?.statement.heads.map(({ shard, seq }) => [shard, seq]));
  for (const shard of new Set([...state.pins.keys(), ...floors.keys()]))
    requireComplete(walks, { shard, floor: state.wholeTrail ? 0 : floors.get(shard) }, state);
  const broken = [
    ...signed.broken,
    ...versions.broken,
    ...unsigned([...walks.values()], checkpoints.at(-1), options),
    ...foreign,
    // what came back in a range may have been set aside before it
    ...(state.wholeTrail ? unexplained(state.recovery) : []),
    ...[...walks.values()].flatMap((walk) => walk.broken ?? []),
  ];
  const newest = checkpoints.at(-1)?.statement;
  return {
    ok: broken.length === 0,
    broken,
    shards: [...walks.values()]
      .filter((walk) => walk.head !== undefined)
      .map((walk) => reportOf(walk, state.pins)),
    records,
    checkpoints: checkpoints.length,
    signaturesChecked: options.publicKey !== undefined,
    ...(versions.versionsChecked !== undefined && { versionsChecked: versions.versionsChecked }),
    ...(from && earliest && { completeFrom: earliest.statement.at }),
    ...(newest && { newest: { number: newest.number, at: newest.at } }),
  };
}

/** Checkpoints are made every five minutes in AWS, and every minute on a laptop. */
const MAX_UNSIGNED_MS = 60 * 60 * 1000;
/** A checkpoint is made within this; what was numbered earlier, it knows. */
const CHECKPOINT_MADE_MS = 5 * 60 * 1000;

async function walkAll(reader: TrailReader, range: TrailRange, state: State) {
  const walks = new Map<number, Walk>();
  const foreign: BrokenLink[] = [];
  let records = 0;
  for await (const batch of readBatches(reader, range)) {
    if (batch.shard < 0) {
      foreign.push({ flaw: 'foreign', key: batch.key, says: 'this object is none of the trail' });
      continue;
    }
    const walk = walks.get(batch.shard) ?? newWalk(batch.shard);
    walks.set(batch.shard, walk);
    if (walk.broken === undefined) records += walkBatch(walk, batch, state);
  }
  return { walks, foreign, records };
}

/** By shard and number of a record, what checkpoints state. */
type Pins = ReadonlyMap<number, ReadonlyMap<number, readonly Pin[]>>;
interface Pin {
  readonly hash: string;
  /** Of the checkpoint. */
  readonly number: number;
}

interface State {
  readonly pins: Pins;
  /** No start of the range was given: every chain must begin at its beginning. */
  readonly wholeTrail: boolean;
  readonly newest: Checkpoint['statement'] | undefined;
  readonly recovery: Recovery;
  readonly trail?: string;
}

function pinsOf(checkpoints: readonly Checkpoint[]): Pins {
  const pins = new Map<number, Map<number, Pin[]>>();
  for (const { statement } of checkpoints)
    for (const { shard, seq, hash } of statement.heads) {
      const ofShard = pins.get(shard) ?? new Map<number, Pin[]>();
      pins.set(shard, ofShard);
      if (seq > 0) ofShard.set(seq, [...(ofShard.get(seq) ?? []), { hash, number: statement.number }]);
    }
  return pins;
}

function trailOf(trail: string | undefined): { trail?: string } {
  return trail === undefined ? {} : { trail };
}

function newWalk(shard: number): Walk {
  return { shard, since: '', at: '', key: '', first: 0 };
}

/** @returns how many records were good, until the first that was not. */
function walkBatch(walk: Walk, batch: ArchivedBatch, state: State): number {
  const lines = batch.text.split('\n');
  // a batch ends with the end of a line: what follows was cut or added
  if (lines.pop() !== '')
    return breakAt(walk, { flaw: 'altered', key: batch.key, says: 'its last line is not whole' });
  if (lines.length === 0) return breakAt(walk, { flaw: 'altered', key: batch.key, says: 'it is empty' });
  let good = 0;
  for (const [index, line] of lines.entries()) {
    const record = readRecord(line);
    const flaw = record === undefined ? unreadable(index) : flawOf(record, { walk, lines, state, batch });
    if (record === undefined || flaw !== undefined) {
      breakAt(walk, { key: batch.key, number: record?.seq ?? nextOf(walk), ...(flaw ?? unreadable(index)) });
      return good;
    }
    noteRecovery(state.recovery, record, batch.key);
    walk.first ||= record.seq;
    walk.since ||= record.at;
    Object.assign(walk, { head: headOf(record), at: record.at, key: batch.key });
    good += 1;
  }
  return good;
}

type Finding = Pick<BrokenLink, 'flaw' | 'says'>;

const unreadable = (index: number): Finding => ({
  flaw: 'altered',
  says: `line ${index + 1} is not a record as the sequencer writes them`,
});

function nextOf(walk: Walk): number {
  return (walk.head?.seq ?? 0) + 1;
}

interface Place {
  readonly walk: Walk;
  readonly batch: ArchivedBatch;
  readonly lines: readonly string[];
  readonly state: State;
}

/** Why `record` is not the next link of its chain. */
function flawOf(record: TrailRecord, place: Place): Finding | undefined {
  const { walk, state } = place;
  if (record.shard !== walk.shard) return { flaw: 'reordered', says: `it belongs to shard ${record.shard}` };
  if (hashOf(record) !== record.hash) return { flaw: 'altered', says: 'its hash is not that of its content' };
  const before = walk.head ?? startOf(record, state);
  if (before === undefined) return { flaw: 'unchained', says: 'nothing says which deployment it is of' };
  if (record.seq !== before.seq + 1) return misplaced(record, before, place);
  if (record.prevHash !== before.hash)
    return { flaw: 'unchained', says: `it is not chained to record ${before.seq}` };
  if (record.at < walk.at) return { flaw: 'reordered', says: 'it was numbered before the record before it' };
  if (state.trail !== undefined && record.event.source !== `urn:remit:${state.trail}`)
    return { flaw: 'foreign', says: `it is of another deployment: ${record.event.source}` };
  const pin = state.pins
    .get(record.shard)
    ?.get(record.seq)
    ?.find(({ hash }) => hash !== record.hash);
  if (pin !== undefined)
    return {
      flaw: 'contradicts-checkpoint',
      says: `checkpoint ${pin.number} states another hash: records up to here were written anew`,
    };
  return unknownTo(state.newest, record);
}

/** Hashes need no key: whoever can add an object can chain it. Only what may be newer than the last signature is taken unsigned. */
function unknownTo(newest: State['newest'], { shard, seq, at }: TrailRecord): Finding | undefined {
  if (newest === undefined) return undefined;
  const head = newest.heads.find((each) => each.shard === shard);
  if (head === undefined)
    return { flaw: 'foreign', says: `checkpoint ${newest.number} knows no shard ${shard}` };
  const isOld = Date.parse(at) < Date.parse(newest.at) - CHECKPOINT_MADE_MS;
  if (seq <= head.seq || !isOld) return undefined;
  return {
    flaw: 'foreign',
    says: `it says that it was numbered at ${at}, and checkpoint ${newest.number} of ${newest.at} does not know it`,
  };
}

/** What must stand before the first record there is: the beginning, or in a range whatever it says itself. */
function startOf(record: TrailRecord, { wholeTrail, trail }: State): ChainHead | undefined {
  const ownTrail = trail ?? record.event.source.replace(/^urn:remit:/, '');
  if (wholeTrail || record.seq === 1) return genesis(ownTrail, record.shard);
  return { shard: record.shard, seq: record.seq - 1, hash: record.prevHash };
}

function misplaced(record: TrailRecord, before: ChainHead, { lines }: Place): Finding {
  const expected = before.seq + 1;
  if (record.seq <= before.seq)
    return { flaw: 'duplicated', says: `a record ${record.seq} stands before it already` };
  if (lines.some((line) => readRecord(line)?.seq === expected))
    return { flaw: 'reordered', says: `record ${expected} stands after it` };
  return { flaw: 'dropped', says: `records ${expected} to ${record.seq - 1} before it are missing` };
}

function breakAt(walk: Walk, link: BrokenLink): 0 {
  walk.broken ??= { ...link, shard: walk.shard };
  return 0;
}

/** From the earliest checkpoint on (`floor`) nothing may be missing, at the beginning or at the end. */
function requireComplete(
  walks: Map<number, Walk>,
  { shard, floor }: { readonly shard: number; readonly floor: number | undefined },
  { pins }: State,
): void {
  const ofShard = pins.get(shard) ?? new Map<number, readonly Pin[]>();
  const furthest = largest(ofShard.keys());
  const walk = walks.get(shard) ?? newWalk(shard);
  if (walk.broken !== undefined || (walk.head === undefined && furthest <= (floor ?? 0))) return;
  walks.set(shard, walk);
  const last = walk.head?.seq ?? floor ?? 0;
  const at = { flaw: 'truncated' as const, key: walk.key };
  if (floor !== undefined && walk.first > floor + 1)
    breakAt(walk, {
      ...at,
      number: floor + 1,
      says: `records ${floor + 1} to ${walk.first - 1} are missing at the beginning`,
    });
  else if (last < furthest)
    breakAt(walk, {
      ...at,
      number: last + 1,
      says: `checkpoint ${ofShard.get(furthest)?.[0]?.number} signs for records up to ${furthest}; they end at ${last}`,
    });
}

/** Checkpoints are made all the time: records much later than the newest one say that some were taken away. */
function unsigned(
  walks: readonly Walk[],
  newest: Checkpoint | undefined,
  { publicKey }: VerifyOptions,
): BrokenLink[] {
  const first = walks.map(({ since }) => since).sort()[0] ?? '';
  const [last] = [...walks].sort((a, b) => (a.at < b.at ? 1 : -1));
  const since = newest?.statement.at ?? first;
  if (last === undefined || last.at === '') return [];
  // a trail begins with a checkpoint within minutes; without one, anybody could have written all of it
  const isUnproved = newest === undefined && publicKey !== undefined;
  if (!isUnproved && Date.parse(last.at) - Date.parse(since) <= MAX_UNSIGNED_MS) return [];
  const number = (newest?.statement.number ?? 0) + 1;
  return [
    {
      flaw: 'checkpoint-dropped',
      key: last.key,
      number,
      says: `no checkpoint signs for records of ${last.at}`,
    },
  ];
}

function largest(numbers: Iterable<number>): number {
  let found = 0;
  for (const number of numbers) if (number > found) found = number;
  return found;
}

function reportOf(walk: Walk, pins: Pins): ShardReport {
  const last = walk.head?.seq ?? 0;
  const signed = [...(pins.get(walk.shard)?.keys() ?? [])].filter((seq) => seq <= last);
  return { shard: walk.shard, first: walk.first, last, signedUpTo: largest(signed) };
}
