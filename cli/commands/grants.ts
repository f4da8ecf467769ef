// `remit grants`: reads the grant table with the operator's own AWS credentials. Without filters it lists what is
// open now; an id shows one whole row.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { GRANT_STATUSES, type Grant, type GrantStatus } from '../../src/core/model.ts';
import type { GrantStore, GrantSummary } from '../../src/core/ports.ts';
import { isOpen } from '../../src/core/record/lifetime.ts';
import { listGrants } from '../../src/core/record/list-grants.ts';
import { CliError, EXIT } from '../failure.ts';
import { readGrantId } from '../grant-id.ts';
import { addTableOptions, openGrantTable, reading, type TableOptions } from '../grant-table.ts';
import { notice, printable, printJson, printLines, tableLines } from '../print.ts';
import { readTime } from '../times.ts';

interface GrantsOptions extends TableOptions {
  readonly agent?: string;
  readonly task?: string;
  readonly status?: GrantStatus;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly json?: boolean;
}

const HELP = `
Examples:
  remit grants                                    what is open now
  remit grants --agent billing-agent --status active
  remit grants --task export-invoices --from 24h --json
  remit grants 01K9Z3Q4M5N6P7R8S9T0V1W2X3         one grant, whole

Without --agent and --task only open grants are listed. Times are ISO 8601 or an age such as 30m, 24h, 7d.`;

/** Adds `remit grants`. */
export function register(program: Command): void {
  addTableOptions(program.command('grants').description('list grants from the grant table'))
    .argument('[grant]', 'id of one grant')
    .option('--agent <id>', 'only this agent')
    .option('--task <id>', 'only this task')
    .addOption(new Option('--status <status>', 'only grants in this status').choices(GRANT_STATUSES))
    .option('--from <time>', 'requested at this time or later', readTime)
    .option('--to <time>', 'requested at this time or earlier', readTime)
    .option('--limit <number>', 'at most this many', readLimit, 50)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((grantId: string | undefined, options: GrantsOptions) => runGrants(grantId, options));
}

async function runGrants(grantId: string | undefined, options: GrantsOptions): Promise<void> {
  if (grantId === undefined) requireIndex(options);
  const store = await openGrantTable(options);
  if (grantId !== undefined) return showGrant(store, grantId, options.json);
  const query = { ...options, pages: Number.POSITIVE_INFINITY };
  const { grants, next } = await reading(() => listGrants(store, query));
  const more = next !== undefined;
  if (options.json) {
    printJson({ grants, more });
    return;
  }
  if (grants.length === 0) notice(nothingFound(options));
  else printLines(tableLines(HEADER, grants.map(rowOf)));
  if (more) notice('there are more; raise --limit or narrow the time with --from and --to');
}

/** Without agent and task only the index of open grants is read. */
function nothingFound({ agent, task }: GrantsOptions): string {
  if (agent !== undefined || task !== undefined) return 'no grant matches';
  return 'no open grant matches; --agent or --task lists those that have ended too';
}

/** @throws CliError for what no index answers: an empty table would say that there are none */
function requireIndex({ agent, task, status }: GrantsOptions): void {
  if (agent !== undefined || task !== undefined || status === undefined || isOpen({ status })) return;
  throw new CliError(`Grants that are ${status} are listed by agent or by task.`, {
    exitCode: EXIT.usage,
    fix: 'add --agent or --task',
  });
}

const HEADER = [
  'GRANT',
  'STATUS',
  'AGENT',
  'TASK',
  'REQUESTED',
  'LEASES',
  'LAST LEASE UNTIL',
  'FLAGS',
  'END',
];

function rowOf(grant: GrantSummary): string[] {
  const {
    grantId,
    status,
    agent,
    task,
    requestedAt,
    leaseCount,
    leaseExpiresAt,
    endReason,
    flags = [],
  } = grant;
  const lease = leaseExpiresAt?.toISOString() ?? '-';
  return [
    grantId,
    status,
    agent,
    task,
    requestedAt.toISOString(),
    String(leaseCount),
    lease,
    flags.join(' ') || '-',
    endReason ?? '-',
  ];
}

async function showGrant(store: GrantStore, text: string, json: boolean | undefined): Promise<void> {
  const grantId = readGrantId(text);
  const grant = grantId && (await reading(() => store.get(grantId)));
  if (grant === undefined) {
    throw new CliError(`There is no grant ${printable(text)}.`, { fix: 'remit grants lists the open ones' });
  }
  const shown = withoutSecrets(grant);
  if (json) return void printJson(shown);
  printLines(Object.entries(shown).map(([name, value]) => `${name.padEnd(20)} ${printable(asText(value))}`));
}

/** The hash of the handle is of no use to a reader. */
function withoutSecrets(grant: Grant): Omit<Grant, 'handleHash'> {
  const { handleHash: _, ...rest } = grant;
  return rest;
}

function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function readLimit(text: string): number {
  if (/^[1-9][0-9]{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a limit is a whole number from 1 to 99999');
}
