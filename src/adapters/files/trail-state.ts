// The sequencer's state on disk, for one process: heads and the newest checkpoint are kept between starts, so that the
// chain goes on; positions are not, since local mode's rows begin anew under a name of their own (`grants@<start>`).

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Checkpoint, checkpointSchema } from '../../core/audit/checkpoint.ts';
import type { Position, ShardHead, TrailStore } from '../../core/audit/ports.ts';

const time = z.iso.datetime().transform((text) => new Date(text));
const position = z.object({ row: z.string(), number: z.number(), digest: z.string(), at: time });
const stateSchema = z.object({
  heads: z.array(
    z.object({
      shard: z.number(),
      seq: z.number(),
      hash: z.string(),
      at: time,
      pending: z.object({ key: z.string(), body: z.string(), positions: z.array(position) }).exactOptional(),
    }),
  ),
  checkpoint: checkpointSchema.exactOptional(),
});

/** Opens the state in a private directory. @throws Error when the file is not one */
export function openTrailState(directory: string): TrailStore {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'state.json');
  const read = existsSync(path) ? stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : { heads: [] };
  const heads = new Map<number, ShardHead>(read.heads.map((head) => [head.shard, head]));
  let newest: Checkpoint | undefined = 'checkpoint' in read ? read.checkpoint : undefined;
  const positions = new Map<string, Position>();
  const save = () =>
    replace(path, JSON.stringify({ heads: [...heads.values()], ...(newest && { checkpoint: newest }) }));
  return {
    readHead: async (shard) => heads.get(shard),
    async advance(seen, next) {
      const { seq = 0, hash = seen.hash, pending } = heads.get(seen.shard) ?? {};
      if (seq !== seen.seq || hash !== seen.hash || pending !== undefined) return false;
      heads.set(next.shard, next);
      save();
      return true;
    },
    async clearPending({ shard, seq, hash }) {
      const head = heads.get(shard);
      if (head === undefined || head.seq !== seq || head.hash !== hash) return;
      const { pending: _, ...rest } = head;
      heads.set(shard, rest);
      save();
    },
    readPositions: async (rows) =>
      new Map(
        rows.flatMap((row) => {
          const found = positions.get(row);
          return found === undefined ? [] : [[row, found] as const];
        }),
      ),
    async writePosition(next) {
      if ((positions.get(next.row)?.number ?? 0) <= next.number) positions.set(next.row, next);
    },
    readCheckpoint: async () => newest,
    async writeCheckpoint(before, next) {
      if (newest?.statement.number !== before?.statement.number) return false;
      newest = next;
      save();
      return true;
    },
  };
}

/** Whole or not at all. */
function replace(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
