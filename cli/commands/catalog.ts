// `remit catalog check`: every rule of the catalog, without AWS. Exit code 1 when something is wrong.

import type { Command } from 'commander';
import type { Compiled } from '../../src/core/catalog/compile.ts';
import type { Problem } from '../../src/core/catalog/problem.ts';
import { CliError, EXIT } from '../failure.ts';
import { printJson, printLines } from '../print.ts';

interface CheckOptions {
  readonly json?: boolean;
  readonly prefix?: string;
  /** The same directory, as other commands take it. */
  readonly catalog?: string;
}

const HELP = `
Examples:
  remit catalog check              checks ./catalog
  remit catalog check ../policies  checks another directory
  remit catalog check --json       {"ok": …, "problems": [{severity, file, line, column, message, fix}]}`;

/** Adds `remit catalog`. */
export function register(program: Command): void {
  program
    .command('catalog')
    .description('look after the catalog of issuers, agents, tasks and policies')
    .command('check')
    .description('check a catalog; exit code 1 when something is wrong')
    .argument('[directory]', 'directory of the catalog (default: "catalog")')
    .option('--catalog <directory>', 'the same, as other commands have it')
    .option('--prefix <prefix>', 'first part of the task roles’ names', 'remit')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(check);
}

async function check(given: string | undefined, options: CheckOptions): Promise<void> {
  if (given !== undefined && options.catalog !== undefined)
    throw new CliError('The directory is given twice.', {
      exitCode: EXIT.usage,
      fix: 'name the directory once',
    });
  const directory = given ?? options.catalog ?? 'catalog';
  const { readCatalog } = await import('../../src/adapters/files/catalog-files.ts');
  const today = new Date().toISOString().slice(0, 10);
  const compiled = readCatalog(directory, { today, ...(options.prefix && { prefix: options.prefix }) });
  if (options.json) printJson(asJson(compiled));
  else printLines(asLines(directory, compiled));
  if (compiled.catalog === undefined) process.exitCode = 1;
}

function asJson({ catalog, problems }: Compiled) {
  return { ok: catalog !== undefined, ...(catalog && { digest: catalog.digest }), problems };
}

function asLines(directory: string, { catalog, problems }: Compiled): string[] {
  const lines = problems.flatMap((problem) => problemLines(directory, problem));
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  if (catalog === undefined) return [...lines, `${directory}: ${counts}`];
  const { agents, tasks, policies, issuers, digest } = catalog;
  const content = [
    count(issuers.length, 'issuer'),
    count(agents.length, 'agent'),
    count(tasks.length, 'task'),
    count(policies.length, 'policy', 'policies'),
  ].join(', ');
  return [...lines, `${directory}: ${content}; ${counts}`, digest];
}

function problemLines(directory: string, { file, line, column, severity, message, fix }: Problem): string[] {
  const name = file === directory ? file : `${directory}/${file}`;
  const place = line === undefined ? name : `${name}:${line}:${column ?? 1}`;
  return [`${place}: ${severity}: ${message}`, `  fix: ${fix}`];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
