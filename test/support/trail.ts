// The audit trail in memory, with crashes on order: what the sequencer's tests stand on.

import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { ChainHead } from '../../src/core/audit/chain.ts';
import type { Checkpoint } from '../../src/core/audit/checkpoint.ts';
import type { RowImage } from '../../src/core/audit/from-row.ts';
import { type CheckpointDeps, makeCheckpoint } from '../../src/core/audit/make-checkpoint.ts';
import type {
  Poison,
  Position,
  ShardHead,
  TrailArchive,
  TrailReader,
  TrailSigner,
  TrailStore,
} from '../../src/core/audit/ports.ts';
import { isForward } from '../../src/core/audit/position.ts';
import { readRecord, type TrailRecord } from '../../src/core/audit/record.ts';
import { type SequenceDeps, sequence } from '../../src/core/audit/sequence.ts';

export const TRAIL = '111122223333:eu-west-1:remit';

/** A map of objects as an archive that refuses to change any. */
export function memoryArchive(objects: Map<string, string>): TrailArchive {
  return {
    ...memoryReader(objects),
    async put(key, body) {
      const there = objects.get(key);
      if (there !== undefined && there !== body) throw new Error(`another object has the name ${key}`);
      objects.set(key, body);
    },
  };
}

/** A map of objects as a copy of an archive. */
export function memoryReader(objects: ReadonlyMap<string, string>): TrailReader {
  return {
    async *list(prefix, after = '') {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
      yield* keys.sort((a, b) => (a < b ? -1 : 1));
    },
    get: async (key) => objects.get(key),
  };
}

/** A store with the conditions of the real one. */
export function memoryStore(): TrailStore {
  const heads = new Map<number, ShardHead>();
  const positions = new Map<string, Position>();
  let newest: Checkpoint | undefined;
  const isAt = (shard: number, seq: number) => (heads.get(shard)?.seq ?? 0) === seq;
  return {
    readHead: async (shard) => heads.get(shard),
    async advance(seen, next) {
      if (!isAt(seen.shard, seen.seq) || heads.get(seen.shard)?.pending !== undefined) return false;
      heads.set(seen.shard, next);
      return true;
    },
    async clearPending({ shard, seq }: ChainHead) {
      const head = heads.get(shard);
      if (head === undefined || !isAt(shard, seq)) return;
      const { pending: _, ...rest } = head;
      heads.set(shard, rest);
    },
    readPositions: async (rows) =>
      new Map(
        rows.flatMap((row) => {
          const position = positions.get(row);
          return position === undefined ? [] : [[row, position] as const];
        }),
      ),
    async writePosition(position) {
      if (isForward(position, positions.get(position.row))) positions.set(position.row, position);
    },
    readCheckpoint: async () => newest,
    async writeCheckpoint(before, next) {
      if (newest?.statement.number !== before?.statement.number) return false;
      newest = next;
      return true;
    },
  };
}

/** A key pair and its signer. */
export function newSigner(): { readonly signer: TrailSigner; readonly publicKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey,
    signer: { sign: async (message) => createSign('sha256').update(message).sign(privateKey) },
  };
}

/** Thrown by a step that is made to fail. */
export class Crash extends Error {}

/** A whole trail in memory. */
export interface MemoryTrail {
  readonly deps: CheckpointDeps & SequenceDeps;
  readonly objects: Map<string, string>;
  readonly published: TrailRecord[];
  readonly poison: Poison[];
  readonly publicKey: KeyObject;
  now: Date;
  sequence(rows: readonly RowImage[]): ReturnType<typeof sequence>;
  checkpoint(): ReturnType<typeof makeCheckpoint>;
  /** What is archived, shard by shard, in order. */
  records(): TrailRecord[];
  /** The `count`th write from now crashes before or after it is done. */
  crashAt(count: number, when: 'before' | 'after'): void;
}

/** Makes an empty one. */
export function memoryTrail(): MemoryTrail {
  const objects = new Map<string, string>();
  const published: TrailRecord[] = [];
  const poison: Poison[] = [];
  const { signer, publicKey } = newSigner();
  let left = Number.POSITIVE_INFINITY;
  let crashes: 'before' | 'after' = 'before';
  const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    left -= 1;
    if (left === 0 && crashes === 'before') throw new Crash('before');
    const crashesNow = left === 0;
    const result = await work();
    if (crashesNow) throw new Crash('after');
    return result;
  };
  const store = memoryStore();
  const archive = memoryArchive(objects);
  const trail: MemoryTrail = {
    objects,
    published,
    poison,
    publicKey,
    now: new Date('2026-11-24T12:00:00Z'),
    deps: {
      trail: TRAIL,
      clock: () => trail.now,
      signer,
      store: {
        ...store,
        advance: (seen, next) => step(() => store.advance(seen, next)),
        clearPending: (head) => step(() => store.clearPending(head)),
        writePosition: (position) => step(() => store.writePosition(position)),
        writeCheckpoint: (before, next) => step(() => store.writeCheckpoint(before, next)),
      },
      archive: { ...archive, put: (key, body) => step(() => archive.put(key, body)) },
      publisher: { publish: (records) => step(async () => void published.push(...records)) },
      poison: { put: (each) => step(async () => void poison.push(each)) },
    },
    sequence: (rows) => sequence(trail.deps, rows),
    checkpoint: () => makeCheckpoint(trail.deps),
    records: () => recordsIn(objects),
    crashAt(count, when) {
      left = count;
      crashes = when;
    },
  };
  return trail;
}

/** The records of an archive, in order of its names. */
export function recordsIn(objects: ReadonlyMap<string, string>): TrailRecord[] {
  return [...objects]
    .filter(([key]) => key.startsWith('shard='))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, body]) => body.split('\n').flatMap((line) => readRecord(line) ?? []));
}

/** A change of a row, with its event. */
export function change(key: string, number: number, more: Partial<RowImage['image']> = {}): RowImage {
  const image = {
    eventNumber: number,
    event: {
      type: 'grant.reserved',
      at: '2026-11-24T11:59:59.000Z',
      requestId: `request-${key}-${number}`,
      facts: { agent: 'billing-agent', task: 'export-invoices' },
    },
    ...more,
  };
  return { source: 'grants', key, image, raw: JSON.stringify(image) };
}
