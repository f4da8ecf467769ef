// The trail that `remit audit` reads: a copy in a directory, a bucket, or local mode's own, running or not. With it comes what was
// kept apart from it: the key that signs, and the newest checkpoint. Without these nothing would be proved.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { DEFAULT_BROKER, isLoopback } from '../../src/client/transport.ts';
import { type Checkpoint, readCheckpoint } from '../../src/core/audit/checkpoint.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import { CliError, EXIT } from '../failure.ts';
import { stateDirectory } from '../state-directory.ts';
import { bucketReader, signingKey } from './bucket.ts';

export interface SourceOptions {
  readonly broker: string;
  readonly publicKey?: string;
  readonly kept?: readonly string[];
  readonly bucket?: string;
  /** ARN of the KMS key that signs. */
  readonly key?: string;
  /** The directory, as `remit ask` and `remit report` have it. */
  readonly trail?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

/** A trail, and what is known of it beside what it says itself. */
export interface TrailSource {
  readonly reader: TrailReader;
  /** Directory or bucket. */
  readonly place: string;
  /** PEM of the key that signs it. */
  readonly publicKey?: string;
  /** Its name, where something else than the trail tells it. */
  readonly trail?: string;
  readonly kept: readonly Checkpoint[];
}

const LOCAL_MS = 5000;

/** What local mode tells of the trail that it keeps (`GET /dev/viewer`). */
const viewer = z.object({ trail: z.string(), trailKeptBy: z.string(), trailKey: z.string() });

/** Adds what names a trail. */
export function addSourceOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--broker <url>', 'local mode whose trail it is, when nothing else is named')
        .env('REMIT_BROKER')
        .default(DEFAULT_BROKER),
    )
    .addOption(
      new Option('--bucket <name>', 'bucket of the trail: the output TrailBucket of the stack').env(
        'REMIT_TRAIL_BUCKET',
      ),
    )
    .option('--region <name>', 'AWS region of bucket and key')
    .option('--endpoint <url>', 'AWS endpoint, where it is another one');
}

/** Opens the trail in the named directory, else local mode's. @throws CliError when there is none */
export async function openTrailSource(
  named: string | undefined,
  options: SourceOptions,
): Promise<TrailSource> {
  if (named !== undefined && options.trail !== undefined)
    throw new CliError('The trail is named twice.', { exitCode: EXIT.usage, fix: 'name its directory once' });
  const directory = named ?? options.trail;
  if (directory !== undefined || options.bucket === undefined) return openDirectorySource(directory, options);
  const reader = await bucketReader(options.bucket, options);
  const publicKey =
    options.publicKey === undefined ? await signingKey(options.key, options) : readText(options.publicKey);
  return {
    reader,
    place: `s3://${options.bucket}`,
    kept: (options.kept ?? []).map(readKept),
    ...(publicKey !== undefined && { publicKey }),
  };
}

async function openDirectorySource(
  directory: string | undefined,
  options: SourceOptions,
): Promise<TrailSource> {
  const found = directory === undefined ? await localTrail(options) : copyIn(directory);
  const { createTrailDirectoryReader } = await import('../../src/adapters/files/trail-directory.ts');
  const reader = createTrailDirectoryReader(found.directory);
  const publicKey = options.publicKey === undefined ? found.publicKey : readText(options.publicKey);
  return {
    reader,
    place: found.directory,
    kept: [...(await keptBy(found)), ...(options.kept ?? []).map(readKept)],
    ...(publicKey !== undefined && { publicKey }),
    ...(publicKey !== undefined && found.keptBy !== undefined && (await namedBy(publicKey))),
  };
}

/** `remit audit key`: prints the public key. @throws CliError when there is none */
export async function runKey(options: SourceOptions): Promise<void> {
  const publicKey = (await signingKey(options.key, options)) ?? (await localTrail(options)).publicKey ?? '';
  process.stdout.write(publicKey);
}

interface Found {
  readonly directory: string;
  /** Where local mode keeps what makes this trail. */
  readonly keptBy?: string;
  readonly publicKey?: string;
}

function copyIn(directory: string): Found {
  // an empty answer from a mistyped directory would read as "nothing happened"
  if (!existsSync(directory))
    throw new CliError(`There is no directory ${directory}.`, {
      fix: 'give the directory of a copy, or none for the trail of local mode',
      exitCode: EXIT.usage,
    });
  return { directory: resolve(directory) };
}

async function localTrail({ broker }: SourceOptions): Promise<Found> {
  const running = await askViewer(broker);
  if (running !== undefined)
    return { directory: running.trail, keptBy: running.trailKeptBy, publicKey: running.trailKey };
  const keptBy = join(stateDirectory(), 'audit');
  const publicKey = join(keptBy, 'public-key.pem');
  if (existsSync(publicKey))
    return { directory: join(stateDirectory(), 'trail'), keptBy, publicKey: readText(publicKey) };
  throw new CliError('No audit trail is named, and local mode has kept none.', {
    fix: 'name the directory of a copy, or start remit dev',
    exitCode: EXIT.usage,
  });
}

async function askViewer(broker: string): Promise<z.output<typeof viewer> | undefined> {
  if (!isLoopback(new URL(broker))) return undefined;
  try {
    const url = new URL('/dev/viewer', broker);
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOCAL_MS), redirect: 'error' });
    return viewer.parse(await answer.json());
  } catch {
    // nothing runs there: the trail on disk is still to be read
    return undefined;
  }
}

/** The newest checkpoint as the state has it, which is kept apart: a tail that was cut off is seen by it. */
async function keptBy({ keptBy: directory }: Found): Promise<readonly Checkpoint[]> {
  if (directory === undefined) return [];
  const { openTrailState } = await import('../../src/adapters/files/trail-state.ts');
  const newest = await openTrailState(directory).readCheckpoint();
  return newest === undefined ? [] : [newest];
}

async function namedBy(publicKey: string): Promise<{ readonly trail: string }> {
  const { localTrailName } = await import('../../src/adapters/local/kept-trail.ts');
  return { trail: localTrailName(publicKey) };
}

function readKept(file: string): Checkpoint {
  const checkpoint = readCheckpoint(readText(file).trimEnd());
  if (checkpoint !== undefined) return checkpoint;
  throw new CliError(`${file} is not a checkpoint.`, {
    fix: 'give a file of checkpoints/ as it was archived',
    exitCode: EXIT.usage,
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(`${file} cannot be read.`, { exitCode: EXIT.usage, cause });
  }
}
