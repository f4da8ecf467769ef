// `remit findings`: what somebody should look at, newest first, read with the operator's own AWS credentials.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Finding } from '../../src/core/approve/ports.ts';
import { CliError, EXIT } from '../failure.ts';
import { addTableOptions, openTables, reading, type TableOptions } from '../grant-table.ts';
import { notice, printJson, printLines, tableLines } from '../print.ts';
import { readTime } from '../times.ts';

interface FindingsOptions extends TableOptions {
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly json?: boolean;
}

const DEFAULT_DAYS = 7;

const HELP = `
Examples:
  remit findings                     those of the last seven days
  remit findings --from 24h --json

Times are ISO 8601 or an age such as 30m, 24h, 7d.`;

/** Adds `remit findings`. */
export function register(program: Command): void {
  addTableOptions(program.command('findings').description('list what people should look at'))
    .addOption(
      new Option('--findings-table <name>', 'name of the table of findings').env('REMIT_FINDINGS_TABLE'),
    )
    .option('--from <time>', 'found at this time or later', readTime)
    .option('--to <time>', 'found at this time or earlier', readTime)
    .option('--limit <number>', 'at most this many', readLimit, 50)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: FindingsOptions) => runFindings(options));
}

async function runFindings(options: FindingsOptions): Promise<void> {
  const { findings: store } = await openTables({ ...options, table: undefined });
  if (store === undefined) {
    throw new CliError('The name of the table of findings is not known.', {
      fix: 'give --findings-table (REMIT_FINDINGS_TABLE), the output FindingsTable of the stack',
      exitCode: EXIT.usage,
    });
  }
  const to = options.to ?? new Date();
  const from = options.from ?? new Date(to.getTime() - DEFAULT_DAYS * 86_400_000);
  const findings = await reading(() => store.listFindings({ from, to, limit: options.limit }));
  if (options.json) return printJson({ findings });
  if (findings.length === 0) return notice('nothing was found');
  printLines(tableLines(HEADER, findings.map(rowOf)));
}

const HEADER = ['FOUND AT', 'SEVERITY', 'KIND', 'AGENT', 'GRANT', 'WHAT'];

function rowOf({ at, severity, kind, agent, grantId, sentence }: Finding): string[] {
  return [at.toISOString(), severity, kind, agent ?? '-', grantId ?? '-', sentence];
}

function readLimit(text: string): number {
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a limit is a whole number from 1 to 9999');
}
