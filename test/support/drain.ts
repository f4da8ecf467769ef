// The drain over real adapters: state on an embedded DynamoDB, the archive in a directory, and streams, bus and queue in
// memory. Its process can be made to die around any step.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DeadLetter, DeadLetters } from '../../src/adapters/aws/dead-letters.ts';
import type { LambdaRecord } from '../../src/adapters/aws/drain.ts';
import type { RedriveDeps } from '../../src/adapters/aws/redrive.ts';
import type { RescanDeps } from '../../src/adapters/aws/rescan.ts';
import { rowOf } from '../../src/adapters/aws/stream-rows.ts';
import { createTrailStore } from '../../src/adapters/aws/trail-table.ts';
import { createTrailDirectory } from '../../src/adapters/files/trail-directory.ts';
import { auditSources } from '../../src/config/tables.ts';
import type { CheckpointDeps } from '../../src/core/audit/make-checkpoint.ts';
import { readTrail } from '../../src/core/audit/read-trail.ts';
import type { TrailRecord } from '../../src/core/audit/record.ts';
import { TABLES, type Tables } from './tables.ts';
import { Crash, newSigner, TRAIL } from './trail.ts';

export interface DrainUnderTest {
  readonly deps: RedriveDeps & RescanDeps & CheckpointDeps;
  readonly letters: DeadLetter[];
  /** What streams still have, by shard. */
  readonly streams: Map<string, LambdaRecord[]>;
  readonly published: TrailRecord[];
  readonly publicKey: ReturnType<typeof newSigner>['publicKey'];
  records(): Promise<TrailRecord[]>;
  /** The process dies around this step from now; every later step fails too. */
  crashAt(step: number, when: 'before' | 'after'): void;
  /** A new process: nothing fails any more, and what the old one held is free again. */
  restart(): void;
  close(): void;
}

export const SOURCE_TABLES = {
  grants: TABLES.grants,
  registry: TABLES.registry,
  people: TABLES.people,
  outbox: TABLES.outbox,
} as const;

/** Makes one with an empty trail of its own. */
export function drainOn(tables: Tables, trail = TRAIL): DrainUnderTest {
  const directory = mkdtempSync(join(tmpdir(), 'remit-drain-'));
  const letters: DeadLetter[] = [];
  const streams = new Map<string, LambdaRecord[]>();
  const published: TrailRecord[] = [];
  const { signer, publicKey } = newSigner();
  let left = Number.POSITIVE_INFINITY;
  let when: 'before' | 'after' = 'before';
  const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    left -= 1;
    const dies = left === 0;
    if (left < 0 || (dies && when === 'before')) throw new Crash('before');
    const result = await work();
    if (dies) throw new Crash('after');
    return result;
  };
  const held = new Set<DeadLetter>();
  const inMemory = memoryLetters(letters, held, step);
  const store = createTrailStore({ client: tables.client, table: TABLES.trail });
  const archive = createTrailDirectory(directory);
  return {
    letters,
    streams,
    published,
    publicKey,
    deps: {
      trail,
      signer,
      clock: () => new Date('2026-11-24T12:00:00.000Z'),
      store: {
        ...store,
        advance: (seen, next) => step(() => store.advance(seen, next)),
        clearPending: (head) => step(() => store.clearPending(head)),
        writePosition: (position) => step(() => store.writePosition(position)),
        writeCheckpoint: (before, next) => step(() => store.writeCheckpoint(before, next)),
      },
      archive: { ...archive, put: (key, body) => step(() => archive.put(key, body)) },
      publisher: { publish: (records) => step(async () => void published.push(...records)) },
      poison: inMemory,
      letters: inMemory,
      tables: SOURCE_TABLES,
      client: tables.client,
      streams: {
        read: async ({ shardId }) => streams.get(shardId)?.flatMap((record) => rowOf('grants', record) ?? []),
      },
    },
    async records() {
      const found: TrailRecord[] = [];
      for await (const record of readTrail(archive)) found.push(record);
      return found;
    },
    crashAt(count, at) {
      left = count;
      when = at;
    },
    restart() {
      left = Number.POSITIVE_INFINITY;
      held.clear();
    },
    close: () => rmSync(directory, { recursive: true }),
  };
}

function memoryLetters(
  letters: DeadLetter[],
  held: Set<DeadLetter>,
  step: (work: () => Promise<void>) => Promise<void>,
): DeadLetters {
  return {
    put: ({ source, key, image: raw }) =>
      step(async () => {
        const image = JSON.parse(raw) as Record<string, unknown>;
        letters.push({ kind: 'row', row: { source, key, image, raw, isRecovered: true } });
      }),
    async receive(most) {
      const free = letters.filter((letter) => !held.has(letter)).slice(0, most);
      return free.map((letter) => {
        held.add(letter);
        return {
          letter,
          remove: () => step(async () => void letters.splice(letters.indexOf(letter), 1)),
          putBack: async () => void held.delete(letter),
        };
      });
    },
  };
}

let sequenceNumber = 0;

/** A change as Lambda brings it, of a row that says more than the trail may know. */
export function lambdaRecord(
  source: keyof typeof auditSources,
  key: string,
  image: Readonly<Record<string, unknown>>,
): LambdaRecord {
  sequenceNumber += 1;
  const Keys = { [auditSources[source]]: { S: key } };
  return {
    eventSourceARN: `arn:aws:dynamodb:eu-west-1:111122223333:table/${SOURCE_TABLES[source]}/stream/2026-11-24T00:00:00.000`,
    dynamodb: {
      Keys,
      NewImage: { ...Keys, ...marshall({ secret: 'of the row alone', ...image }) },
      SequenceNumber: String(100_000_000_000 + sequenceNumber),
    },
  };
}

/** The image of a row's `number`th event. */
export function eventImage(number: number, facts: Readonly<Record<string, string | number>> = {}) {
  return {
    eventNumber: number,
    event: { type: 'grant.changed', at: '2026-11-23T11:59:59.000Z', requestId: `request-${number}`, facts },
  };
}

/** Writes a row as a function would, events and all. */
export async function writeRow(
  { client }: Tables,
  source: keyof typeof auditSources,
  row: { readonly key: string; readonly image: Readonly<Record<string, unknown>> },
): Promise<void> {
  const Item = { [auditSources[source]]: row.key, secret: 'of the row alone', ...row.image };
  await client.send(new PutCommand({ TableName: SOURCE_TABLES[source], Item }));
}
