// Which tables the command line reads: those that are named, with the reader's own AWS credentials, or else local
// mode's, whose broker hands out a key that may only read.

import { type Command, Option } from 'commander';
import * as z from 'zod';
import { FIXES } from '../src/client/fixes.ts';
import { DEFAULT_BROKER, isLoopback } from '../src/client/transport.ts';
import type { FindingStore } from '../src/core/approve/ports.ts';
import type { GrantStore } from '../src/core/ports.ts';
import { REFUSALS, Refusal } from '../src/core/refusal.ts';
import { CliError, EXIT } from './failure.ts';

/** How tables are named. */
export interface TableOptions {
  /** The grant table. */
  readonly table?: string | undefined;
  readonly findingsTable?: string | undefined;
  readonly endpoint?: string;
  readonly region?: string;
  readonly broker?: string;
}

/** What can be read. */
export interface ReadableTables {
  readonly grants: GrantStore;
  /** Where its table is known. */
  readonly findings: FindingStore | undefined;
  /** Origin of the console, in local mode. */
  readonly consoleOrigin: string | undefined;
}

const viewer = z.object({
  table: z.string(),
  findingsTable: z.string().optional(),
  consoleOrigin: z.url().optional(),
  region: z.string(),
  endpoint: z.url(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

const LOCAL_MS = 2000;

/** Adds --table, --endpoint, --region, --broker. */
export function addTableOptions(command: Command): Command {
  return command
    .addOption(new Option('--table <name>', 'name of the grant table').env('REMIT_GRANTS_TABLE'))
    .addOption(new Option('--endpoint <url>', 'AWS endpoint, for local mode').env('AWS_ENDPOINT_URL'))
    .option('--region <name>', 'AWS region of the table')
    .addOption(new Option('--broker <url>', 'local mode to read from, without --table').env('REMIT_BROKER'));
}

/** The store over the grant table. @throws CliError when no table is named and no local mode answers. */
export async function openGrantTable(options: TableOptions): Promise<GrantStore> {
  return (await openTables(options)).grants;
}

/** All that the options name. @throws CliError when no table is named and no local mode answers. */
export async function openTables(options: TableOptions): Promise<ReadableTables> {
  const [{ createGrantStore }, { createFindingStore }, { documentClient }] = await Promise.all([
    import('../src/adapters/aws/grants-table.ts'),
    import('../src/adapters/aws/findings-table.ts'),
    import('../src/adapters/aws/world.ts'),
  ]);
  const found = await nameTables(options);
  const client = documentClient(found.world);
  const { table, findingsTable, consoleOrigin } = found;
  return {
    grants: createGrantStore({ client, table }),
    findings: findingsTable === undefined ? undefined : createFindingStore({ client, table: findingsTable }),
    consoleOrigin,
  };
}

async function nameTables(options: TableOptions) {
  const { table, findingsTable, endpoint, region } = options;
  if (table !== undefined || findingsTable !== undefined) {
    const world = { ...(endpoint && { endpoint }), ...(region && { region }) };
    return { table: table ?? '', findingsTable, consoleOrigin: undefined, world };
  }
  const { accessKeyId, secretAccessKey, ...local } = await localTables(options.broker ?? DEFAULT_BROKER);
  const credentials = { accessKeyId, secretAccessKey };
  return { ...local, world: { endpoint: local.endpoint, region: local.region, credentials } };
}

async function localTables(broker: string): Promise<z.output<typeof viewer>> {
  try {
    if (!isLoopback(new URL(broker))) throw new Error('not on this machine');
    const url = new URL('/dev/viewer', broker);
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOCAL_MS), redirect: 'error' });
    return viewer.parse(await answer.json());
  } catch (cause) {
    throw new CliError('The name of the grant table is not known, and no local mode answers.', {
      fix: 'give --table (REMIT_GRANTS_TABLE), the output GrantsTable of the stack; or start remit dev',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}

/** What the tables answered, or did not: a name that is none, rights that are missing, a throttle. */
const OF_TABLES: ReadonlySet<string> = new Set(['store_unavailable', 'misconfigured']);
const ASKED_WRONGLY = new Set<string>(['invalid_request', 'invalid_target', 'invalid_authorization_details']);

/** What was asked wrongly is told as such, and not blamed on the table. */
function inWords(cause: Refusal): CliError {
  const about = [...(cause.detail === undefined ? [] : [cause.detail]), cause.code].join(', ');
  const fix = FIXES[cause.code];
  return new CliError(`${cause.message} (${about})`, {
    ...(fix !== undefined && { fix }),
    exitCode: ASKED_WRONGLY.has(REFUSALS[cause.code].error) ? EXIT.usage : EXIT.failed,
    cause,
  });
}

/** The store tells only that it failed; here the operator's own credentials are to blame as a rule. */
export async function reading<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    if (cause instanceof Refusal && !OF_TABLES.has(cause.code)) throw inWords(cause);
    const { detail } = cause as { readonly detail?: unknown };
    throw new CliError(`The table cannot be read${typeof detail === 'string' ? ` (${detail})` : ''}.`, {
      fix: 'check the name of the table, --region, and that your AWS credentials may Query and GetItem it',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}
