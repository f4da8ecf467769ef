// The sequencer's state on disk, for one process: heads and the newest checkpoint are kept between starts, so that the
// chain goes on; positions are not, since local mode's rows begin anew under a name of their own (`grants@<start>`).

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Checkpoint, checkpointSchema } from '../../core/audit/checkpoint.ts';
import type { Position, ShardHead, TrailStore } from '../../core/audit/ports.ts';
import { isForward } from '../../core/audit/position.ts';

const time = z.iso.datetime().transform((text) => new Date(text));
const range = z.object({ from: z.number(), to: z.number() });
const position = z.object({
  row: z.string(),
  number: z.number(),
  digest: z.string(),
  at: time,
  missing: z.array(range).exactOptional(),
  changedAt: time.exactOptional(),
  era: z.number().exactOptional(),
});
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
  const { now, change } = openFile(join(directory, 'state.json'));
  const positions = new Map<string, Position>();
  return {
    readHead: async (shard) => now().heads.get(shard),
    advance: (seen, next) =>
      change((state) => {
        const { seq = 0, hash = seen.hash, pending } = state.heads.get(seen.shard) ?? {};
        if (seq !== seen.seq || hash !== seen.hash || pending !== undefined) return undefined;
        return withHead(state, next);
      }),
    async clearPending({ shard, seq, hash }) {
      await change((state) => {
        const head = state.heads.get(shard);
        if (head === undefined || head.seq !== seq || head.hash !== hash) return undefined;
        const { pending: _, ...rest } = head;
        return withHead(state, rest);
      });
    },
    readPositions: async (rows) =>
      new Map(
        rows.flatMap((row) => {
          const found = positions.get(row);
          return found === undefined ? [] : [[row, found] as const];
        }),
      ),
    async writePosition(next) {
      if (isForward(next, positions.get(next.row))) positions.set(next.row, next);
    },
    readCheckpoint: async () => now().newest,
    writeCheckpoint: (before, next) =>
      change((state) => {
        if (state.newest?.statement.number !== before?.statement.number) return undefined;
        return { ...state, newest: next };
      }),
  };
}

interface State {
  readonly heads: ReadonlyMap<number, ShardHead>;
  readonly newest: Checkpoint | undefined;
}

interface StateFile {
  now(): State;
  /** @returns whether `decide` gave another state. */
  change(decide: (state: State) => State | undefined): Promise<boolean>;
}

/** One change after the other: on disk first, then in memory, so that nobody goes on from what a crash undoes. */
function openFile(path: string): StateFile {
  const { heads, checkpoint: newest } = stateSchema.parse(
    existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { heads: [] },
  );
  let state: State = { heads: new Map(heads.map((head) => [head.shard, head])), newest };
  let last: Promise<unknown> = Promise.resolve();
  return {
    now: () => state,
    change(decide) {
      const turn = last.then(async () => {
        const next = decide(state);
        if (next === undefined) return false;
        await replace(path, textOf(next));
        state = next;
        return true;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function withHead(state: State, head: ShardHead): State {
  return { ...state, heads: new Map([...state.heads, [head.shard, head]]) };
}

function textOf({ heads, newest }: State): string {
  return JSON.stringify({ heads: [...heads.values()], ...(newest && { checkpoint: newest }) });
}

/** Whole or not at all. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
