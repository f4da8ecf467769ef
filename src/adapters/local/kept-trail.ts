// The audit trail of local mode, on disk: what the stack's sequencer does with streams, done here in this process with
// the same code. Tables begin empty at each start and the trail goes on, so rows are named by their start.

import { createHash, createPublicKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RowImage } from '../../core/audit/from-row.ts';
import { makeCheckpoint } from '../../core/audit/make-checkpoint.ts';
import type { Poison, TrailArchive, TrailStore } from '../../core/audit/ports.ts';
import { sequence } from '../../core/audit/sequence.ts';
import type { Clock } from '../../core/ports.ts';
import type { LogSink } from '../aws/telemetry.ts';
import { lockDirectory, type Release } from '../files/directory-lock.ts';
import { openSigningKey } from '../files/signing-key.ts';
import { createTrailDirectory } from '../files/trail-directory.ts';
import { openTrailState } from '../files/trail-state.ts';

/** Where a trail is, and apart from it what makes it: a copy of the first proves nothing about itself. */
export interface TrailPlace {
  /** Batches and checkpoints. */
  readonly directory: string;
  /** Key, state of the chains, lock: private, and on this machine only. */
  readonly keptBy: string;
}

/** A trail that cannot be kept there; `fix` says what to do. */
export class TrailUnusable extends Error {
  override readonly name = 'TrailUnusable';
  readonly fix: string;
  constructor(sentence: string, fix: string) {
    super(sentence);
    this.fix = fix;
  }
}

/** Somebody else keeps a trail there. */
export class TrailTaken extends TrailUnusable {}

/** The open trail. */
export interface KeptTrail extends TrailPlace {
  /** Verifies its checkpoints; PEM. */
  readonly publicKey: string;
  /** Takes a change of a row of `table`; whoever wrote it waits for nothing. */
  take(table: string, change: Pick<RowImage, 'key' | 'image'>): void;
  /** Settles when everything that was taken is in the directory. */
  settle(): Promise<void>;
  /** Takes in what is left and signs for it. */
  close(): Promise<void>;
}

export interface KeptTrailOptions {
  readonly place: TrailPlace;
  readonly clock: Clock;
  /** Hears of failures. */
  readonly log: LogSink;
}

const CHECKPOINT_EVERY_MS = 60_000;
/** Changes are gathered for so long: one write of the disk takes many. */
const GATHER_MS = 50;
const RETRY_MS = 1000;
const BATCH = 200;

/** Opens or begins a trail. @throws TrailUnusable when another process keeps it, or key and directory do not belong together */
export async function openKeptTrail({ place, clock, log }: KeptTrailOptions): Promise<KeptTrail> {
  const { directory, keptBy } = place;
  for (const each of [directory, keptBy]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const release = lockDirectory(keptBy);
  if (release === undefined)
    throw new TrailTaken(
      `Another local mode keeps the audit trail in ${directory}.`,
      'end that one, or name another directory with --trail',
    );
  try {
    return await open({ place, clock, log, release });
  } catch (error) {
    release();
    throw error;
  }
}

async function open(options: KeptTrailOptions & { readonly release: Release }): Promise<KeptTrail> {
  const { place, clock, log, release } = options;
  const { signer, publicKey } = openSigningKey(join(place.keptBy, 'signing-key.pem'));
  // for whoever verifies a copy elsewhere
  writeFileSync(join(place.keptBy, 'public-key.pem'), publicKey, { mode: 0o600 });
  const archive = createTrailDirectory(place.directory);
  const store = openTrailState(place.keptBy);
  await requireOneTrail(place, { archive, store });
  const setAside = join(place.keptBy, 'set-aside.ndjson');
  const deps = {
    trail: localTrailName(publicKey),
    store,
    archive,
    signer,
    clock,
    publisher: { publish: async () => undefined },
    poison: { put: (poison: Poison) => appendFile(setAside, `${JSON.stringify(poison)}\n`, { mode: 0o600 }) },
  };
  // before anything is recorded: what was recorded a day ago and what is now have it between them
  const first = await makeCheckpoint(deps);
  const start = first?.statement.number ?? 0;
  let signedAt = clock().getTime();
  const sign = async () => {
    signedAt = clock().getTime();
    await makeCheckpoint(deps);
  };
  const work = queue(log, async (rows) => {
    // a machine that slept has missed its timer
    if (clock().getTime() - signedAt > CHECKPOINT_EVERY_MS) await sign();
    await sequence(deps, rows);
  });
  const timer = setInterval(() => void work.also(sign), CHECKPOINT_EVERY_MS);
  timer.unref();
  return {
    ...place,
    publicKey,
    take: (table, { key, image }) =>
      work.add({ source: `${table}@${start}`, key, image, raw: JSON.stringify(image) }),
    settle: () => work.settle(),
    async close() {
      clearInterval(timer);
      await work.settle();
      await work.also(sign);
      release();
    },
  };
}

/** A key that is new signs for no trail that is old, and a trail that is gone is not gone on with. */
async function requireOneTrail(
  { directory, keptBy }: TrailPlace,
  { archive, store }: { readonly archive: TrailArchive; readonly store: TrailStore },
): Promise<void> {
  const number = (await store.readCheckpoint())?.statement.number ?? 0;
  const hasFiles = (await isAny(archive, 'shard=')) || (await isAny(archive, 'checkpoints/'));
  const fix = `move ${directory} away together with ${keptBy}, or name another directory with --trail`;
  if (hasFiles && number === 0)
    throw new TrailUnusable(`The audit trail in ${directory} was signed with another key.`, fix);
  if (!hasFiles && number > 1)
    throw new TrailUnusable(
      `The audit trail in ${directory} is gone; ${number} checkpoints signed for it.`,
      fix,
    );
}

async function isAny(archive: TrailArchive, prefix: string): Promise<boolean> {
  for await (const _ of archive.list(prefix)) return true;
  return false;
}

/** A trail of local mode is named by its key, so that none can be taken for another. */
export function localTrailName(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  return `local:${createHash('sha256').update(der).digest('hex').slice(0, 16)}`;
}

interface Queue {
  add(row: RowImage): void;
  settle(): Promise<void>;
  /** Runs something between two batches; a failure is logged. */
  also(task: () => Promise<void>): Promise<void>;
}

/** Rows in their order, some at a time; what fails is tried again and holds back what comes after it. */
function queue(log: LogSink, handle: (rows: readonly RowImage[]) => Promise<void>): Queue {
  const rows: RowImage[] = [];
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const inTurn = (task: () => Promise<void>) => {
    running = running.then(task).catch((error: unknown) => {
      log({ operation: 'trail', failures: 1, waiting: rows.length, detail: String(error) });
    });
    return running;
  };
  const drain = async () => {
    timer = undefined;
    try {
      while (rows.length > 0) {
        const batch = rows.slice(0, BATCH);
        await handle(batch);
        rows.splice(0, batch.length);
      }
    } finally {
      if (rows.length > 0) schedule(RETRY_MS);
    }
  };
  const schedule = (delay: number) => {
    timer ??= setTimeout(() => void inTurn(drain), delay).unref();
  };
  return {
    add(row) {
      rows.push(row);
      schedule(GATHER_MS);
    },
    async settle() {
      clearTimeout(timer);
      await inTurn(drain);
    },
    also: inTurn,
  };
}
