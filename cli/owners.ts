// `remit agents owners`: agents whose owner may have left. A report: it ends with 0 whatever it finds.

import type { Command } from 'commander';
import type { OwnerReport, PeopleDirectory } from '../src/core/review/owners.ts';
import { CliError, EXIT } from './failure.ts';
import { reading } from './grant-table.ts';
import { notice, printJson, printLines, tableLines } from './print.ts';
import { addQuestionOptions, openQuestionPorts, type QuestionOptions } from './question-ports.ts';

interface Options extends QuestionOptions {
  readonly userPool?: string;
  readonly peopleIssuer?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addOwners(agents: Command): void {
  const owners = agents
    .command('owners')
    .description(
      'agents whose owner does not sign in here, is not in the directory, or did not confirm the last review',
    )
    .option('--user-pool <id>', "Cognito user pool that is asked; local mode's own people otherwise")
    .option('--people-issuer <url>', 'issuer that people sign in at, without --user-pool')
    .option('--all', 'also those of whom nothing is wrong')
    .option('--json', 'print JSON');
  addQuestionOptions(owners).action((_: unknown, command: Command) => run(command.opts<Options>()));
}

async function run(options: Options): Promise<void> {
  const directory = await openDirectory(options);
  const [ports, { reportOwners }] = await Promise.all([
    openQuestionPorts(options),
    import('../src/core/review/owners.ts'),
  ]);
  const { owners, ...rest } = await readAll((from) =>
    reading(() => reportOwners({ ...ports, directory, peopleIssuer: options.peopleIssuer, from })),
  );
  const report = { owners: owners.filter(({ concerns }) => options.all || concerns.length > 0), ...rest };
  if (options.json) printJson(report);
  else printReport(report);
}

/** To the last agent, part by part; within each part those of owners who are gone come first. */
async function readAll(read: (from: string | undefined) => Promise<OwnerReport>): Promise<OwnerReport> {
  const { next: second, ...first } = await read(undefined);
  const owners = [...first.owners];
  const notes = new Set(first.notes);
  for (let next = second; next !== undefined; ) {
    notice(`${owners.length.toLocaleString('en-US')} agents so far, reading on`);
    const part = await read(next);
    owners.push(...part.owners);
    for (const note of part.notes) notes.add(note);
    ({ next } = part);
  }
  return { owners, partial: false, notes: [...notes] };
}

function printReport({ owners, notes }: OwnerReport): void {
  const header = ['AGENT', 'AGENT IS', 'OWNER', 'DIRECTORY', 'CONFIRMED', 'WHAT'];
  const rows = owners.map(({ agent, status, owner, directory, confirmedAt, concerns }) => [
    agent,
    status,
    `${owner.issuer} ${owner.subject}`,
    directory,
    confirmedAt?.toISOString().slice(0, 10) ?? '-',
    concerns.join('; ') || '-',
  ]);
  if (rows.length === 0) notice('nothing to show');
  else printLines(tableLines(header, rows));
  for (const note of notes) notice(note);
}

/** None for a deployment whose identity provider is another: nobody is guessed about. */
async function openDirectory(options: Options): Promise<PeopleDirectory | undefined> {
  const { userPool, table, broker } = options;
  if (userPool !== undefined) {
    const { createCognitoDirectory } = await import('../src/adapters/aws/cognito-directory.ts');
    try {
      return createCognitoDirectory(userPool, {});
    } catch (cause) {
      throw new CliError('--user-pool is not the id of a user pool.', { exitCode: EXIT.usage, cause });
    }
  }
  if (table !== undefined) return undefined;
  const { createPersonaDirectory } = await import('../src/adapters/local/persona-directory.ts');
  return createPersonaDirectory(broker);
}
