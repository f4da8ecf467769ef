// What the audit trail needs of the world. The contract suites are in test/contracts/audit-*.ts.

import type { AuditEvent } from '../ports.ts';
import type { ChainHead } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { TrailRecord } from './record.ts';

/** The newest event of one row that is in the trail. */
export interface Position {
  /** `<source>/<key>`. */
  readonly row: string;
  /** Its `eventNumber`. */
  readonly number: number;
  /** Of that event, so that another event with its number is noticed. */
  readonly digest: string;
  /** When it was recorded. */
  readonly at: Date;
  /** Numbers before it that were told missing and have not come since. */
  readonly missing?: readonly NumberRange[];
  /** When the row was changed so: by the table's clock where its stream told the change, else by the event's. */
  readonly changedAt?: Date;
  /** How often the row has begun anew; absent for one that never has. */
  readonly era?: number;
}

/** Numbers of a row, both ends included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A batch that is numbered and durable, and not yet in the archive. */
export interface PendingBatch {
  /** Name in the archive. */
  readonly key: string;
  /** The records, one a line: from here on nothing of them is decided anew. */
  readonly body: string;
  readonly positions: readonly Position[];
}

/** The row of one shard. */
export interface ShardHead extends ChainHead {
  /** When its newest record was numbered; the next one is not earlier. */
  readonly at: Date;
  readonly pending?: PendingBatch;
}

/** State of the sequencer. Every write is one conditional write on one item. */
export interface TrailStore {
  /** Strongly consistent; undefined before the first batch. */
  readHead(shard: number): Promise<ShardHead | undefined>;
  /** Writes `next` with its batch if the head is as `seen` and has nothing pending. @returns whether it was. */
  advance(seen: ChainHead, next: ShardHead): Promise<boolean>;
  /** The batch of this head is archived, published and its positions are written. */
  clearPending(head: ChainHead): Promise<void>;
  /** Strongly consistent; rows without one are left out. */
  readPositions(rows: readonly string[]): Promise<ReadonlyMap<string, Position>>;
  /** Only ever forward: a position of an earlier era, with a lower number or of an earlier moment, changes nothing. */
  writePosition(position: Position): Promise<void>;
  readCheckpoint(): Promise<Checkpoint | undefined>;
  /** Writes `next` if the newest one is `before`. @returns whether it was. */
  writeCheckpoint(before: Checkpoint | undefined, next: Checkpoint): Promise<boolean>;
}

/** Reads an archive, or a copy of one. */
export interface TrailReader {
  /** Names below `prefix` from `after` on, in order of their bytes. */
  list(prefix: string, after?: string): AsyncIterable<string>;
  get(key: string): Promise<string | undefined>;
  /**
   * Names below `prefix` that were written over or deleted, of an archive that keeps versions; undefined when these may not be
   * read.
   */
  rewritten?(prefix: string): Promise<readonly string[] | undefined>;
}

/** Where batches and checkpoints are kept for good. */
export interface TrailArchive extends TrailReader {
  /** Creates the object; an equal one is left alone. @throws Error when another one has the name. */
  put(key: string, body: string): Promise<void>;
}

/** Tells whoever listens. May tell a record twice. @throws Error when something could not be told. */
export interface TrailPublisher {
  publish(records: readonly TrailRecord[]): Promise<void>;
}

/** The one key that signs checkpoints. */
export interface TrailSigner {
  /** @returns an ECDSA P-256 SHA-256 signature of `message`, DER. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A change that could not be read. */
export interface Poison {
  readonly source: string;
  readonly key: string;
  readonly why: string;
  /** JSON of the row image. */
  readonly image: string;
}

/** Where changes go that nobody can read, until somebody can. */
export interface PoisonQueue {
  put(poison: Poison): Promise<void>;
}

/** Rows of acts that change no row of their own. */
export interface Outbox {
  /** One counter row for each `bucket` and minute, which carries its latest event. */
  count(bucket: string, event: AuditEvent): Promise<void>;
}
