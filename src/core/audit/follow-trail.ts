// Follows a trail as it grows: each look gives what was archived since the one before. Nothing is proved here.

import { AUDIT_SHARDS } from './from-row.ts';
import { dayOf } from './plan.ts';
import type { TrailReader } from './ports.ts';
import { readRecord, type TrailRecord } from './record.ts';

/** @returns a look: the records that are new in it and were numbered at `since` or later, in order of their numbering */
export function followTrail(reader: TrailReader, since: Date): () => Promise<readonly TrailRecord[]> {
  // names sort by day and then by number, so everything new comes after the last one that was seen
  const seen = Array.from({ length: AUDIT_SHARDS }, (_, shard) => `shard=${shard}/day=${dayOf(since)}`);
  const look = async (shard: number): Promise<TrailRecord[]> => {
    const records: TrailRecord[] = [];
    for await (const key of reader.list(`shard=${shard}/`, seen[shard])) {
      seen[shard] = key;
      const lines = ((await reader.get(key)) ?? '').split('\n');
      records.push(...lines.flatMap((line) => (line === '' ? [] : (readRecord(line) ?? []))));
    }
    return records.filter(({ at }) => new Date(at) >= since);
  };
  return async () => {
    const found = await Promise.all(seen.map((_, shard) => look(shard)));
    return found.flat().sort((one, other) => (one.at < other.at ? -1 : 1));
  };
}
