// What `remit ask` reads: the named tables with the reader's own AWS credentials and the catalog of the checkout, or
// else local mode's tables and the catalog in force there.

import { type Command, Option } from 'commander';
import * as z from 'zod';
import { DEFAULT_BROKER, isLoopback } from '../src/client/transport.ts';
import type { Place } from '../src/core/deps.ts';
import type { Catalog } from '../src/core/model.ts';
import type { QuestionPorts } from '../src/core/questions/question.ts';
import { CliError, EXIT } from './failure.ts';

export interface QuestionOptions {
  readonly table?: string;
  readonly registryTable?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly broker: string;
  readonly catalog: string;
  readonly account?: string;
  readonly partition: string;
  readonly prefix: string;
  readonly trail?: string;
}

const LOCAL_MS = 2000;
/** Before the name of a bucket. */
const BUCKET = 's3://';

const viewer = z.object({
  table: z.string(),
  registryTable: z.string(),
  place: z.object({ account: z.string(), partition: z.string() }),
  /** Compiled by the product itself, on this machine. */
  catalog: z.custom<Catalog>((value) => typeof value === 'object' && value !== null && 'tasks' in value),
  region: z.string(),
  endpoint: z.url(),
  /** Directory on this machine. */
  trail: z.string().exactOptional(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

interface Source {
  readonly tables: { readonly grants: string; readonly registry: string };
  readonly catalog: Catalog;
  readonly place: Place;
  readonly trail?: string;
  readonly world: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Adds what names tables, catalog and trail. */
export function addQuestionOptions(command: Command): Command {
  return command
    .addOption(new Option('--table <name>', 'name of the grant table').env('REMIT_GRANTS_TABLE'))
    .addOption(
      new Option('--registry-table <name>', 'name of the table of agents').env('REMIT_REGISTRY_TABLE'),
    )
    .addOption(new Option('--endpoint <url>', 'AWS endpoint').env('AWS_ENDPOINT_URL'))
    .option('--region <name>', 'AWS region of the tables')
    .addOption(
      new Option('--broker <url>', 'local mode to read from, without --table')
        .env('REMIT_BROKER')
        .default(DEFAULT_BROKER),
    )
    .option('--catalog <directory>', 'the catalog that is deployed', 'catalog')
    .option('--account <id>', 'account that `self` stands for; needed with --table')
    .option('--partition <name>', 'AWS partition', 'aws')
    .option('--prefix <text>', "first part of the task roles' names", 'remit')
    .option(
      '--trail <place>',
      'directory of a copy of the audit trail, or s3://BUCKET; local mode tells its own',
    );
}

/** @throws CliError when tables are named by half, or no local mode answers */
export async function openQuestionPorts(options: QuestionOptions): Promise<QuestionPorts> {
  const { questionPortsOver } = await import('../src/adapters/aws/questions-over.ts');
  const { world, trail: kept, ...source } = await findSource(options);
  const trail = await openTrail(options.trail ?? kept, options);
  return questionPortsOver({ ...source, ...(trail && { trail }) }, world);
}

async function findSource(options: QuestionOptions): Promise<Source> {
  const { table, registryTable, account, endpoint, region, partition, prefix } = options;
  if (table === undefined && registryTable === undefined) return localSource(options);
  if (table === undefined || registryTable === undefined || account === undefined)
    throw new CliError('The deployment is named by half.', {
      fix: 'give --table, --registry-table and --account together; the stack has them',
      exitCode: EXIT.usage,
    });
  return {
    tables: { grants: table, registry: registryTable },
    catalog: await loadCatalog(options.catalog),
    place: { account, partition, prefix },
    world: { ...(endpoint && { endpoint }), ...(region && { region }) },
  };
}

async function localSource({ broker, prefix }: QuestionOptions): Promise<Source> {
  try {
    if (!isLoopback(new URL(broker))) throw new Error('not on this machine');
    const url = new URL('/dev/viewer', broker);
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOCAL_MS), redirect: 'error' });
    const { table, registryTable, catalog, place, region, endpoint, trail, ...credentials } = viewer.parse(
      await answer.json(),
    );
    return {
      tables: { grants: table, registry: registryTable },
      catalog,
      place: { ...place, prefix },
      ...(trail !== undefined && { trail }),
      world: { endpoint, region, credentials },
    };
  } catch (cause) {
    throw new CliError('The tables are not named, and no local mode answers.', {
      fix: 'give --table, --registry-table and --account; or start remit dev',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}

/** Where local mode's catalog is, when it is local mode that is asked and the caller named no other. */
export async function catalogDirectoryOf(options: QuestionOptions, isNamed: boolean): Promise<string> {
  const { table, broker, catalog } = options;
  if (isNamed || table !== undefined || !isLoopback(new URL(broker))) return catalog;
  const signal = AbortSignal.timeout(LOCAL_MS);
  const answer = await fetch(new URL('/dev/viewer', broker), { signal, redirect: 'error' });
  return z.object({ catalogDirectory: z.string().catch(catalog) }).parse(await answer.json())
    .catalogDirectory;
}

async function loadCatalog(directory: string): Promise<Catalog> {
  const { readCatalog } = await import('../src/adapters/files/catalog-files.ts');
  const { catalog, problems } = readCatalog(directory);
  if (catalog !== undefined) return catalog;
  throw new CliError(`The catalog in ${directory} has ${problems.length} problem(s).`, {
    fix: `remit catalog check ${directory} lists them`,
  });
}

async function openTrail(place: string | undefined, options: QuestionOptions) {
  if (place === undefined) return undefined;
  if (place.startsWith(BUCKET)) {
    const { bucketReader } = await import('./audit/bucket.ts');
    return bucketReader(place.slice(BUCKET.length), options);
  }
  const directory = place;
  const { existsSync } = await import('node:fs');
  // an empty answer from a mistyped directory would read as "nothing happened"
  if (!existsSync(directory))
    throw new CliError(`There is no directory ${directory}.`, { exitCode: EXIT.usage });
  const { createTrailDirectoryReader } = await import('../src/adapters/files/trail-directory.ts');
  return createTrailDirectoryReader(directory);
}
