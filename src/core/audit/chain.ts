// The chain of one shard: each record carries its number and the hash of the one before it, so that none can be
// altered, dropped, added or moved without every later hash changing.

import { digestOf } from '../record/digest.ts';
import type { CloudEvent, TrailRecord } from './record.ts';

/** How far a shard's chain has come. */
export interface ChainHead {
  readonly shard: number;
  /** 0 before the first record. */
  readonly seq: number;
  readonly hash: string;
}

/** What stands before the first record: bound to deployment and shard, so that chains cannot be swapped. */
export function genesis(trail: string, shard: number): ChainHead {
  return { shard, seq: 0, hash: digestOf({ domain: 'remit/trail/v1', trail, shard }) };
}

/** Numbers `event` and chains it to what is before it. */
export function link(before: ChainHead, event: CloudEvent, at: Date): TrailRecord {
  const content = {
    shard: before.shard,
    seq: before.seq + 1,
    at: at.toISOString(),
    prevHash: before.hash,
    event,
  };
  return { ...content, hash: hashOf(content) };
}

/** Hash of everything in a record but its own hash. */
export function hashOf({ shard, seq, at, prevHash, event }: Omit<TrailRecord, 'hash'>): string {
  return digestOf({ domain: 'remit/record/v1', shard, seq, at, prevHash, event });
}

/** The head after `record`. */
export function headOf({ shard, seq, hash }: TrailRecord): ChainHead {
  return { shard, seq, hash };
}
