// `remit complete`: says that a grant is done. Tries until the broker confirmed it or no lease of it can be alive.

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { completeGrant } from '../../src/client/close-grant.ts';
import type { HeldGrant, HeldLease } from '../../src/client/lease.ts';
import { CliError } from '../failure.ts';
import { readGrantId } from '../grant-id.ts';
import { notice, printJson, printLines } from '../print.ts';
import { forgetGrant, readSavedGrant } from '../saved-grant.ts';
import { addConnectionOptions, type ConnectionOptions, connect } from '../task-options.ts';

interface CompleteOptions extends ConnectionOptions {
  readonly outcome?: string;
  readonly handleFile?: string;
  readonly json?: boolean;
}

interface Named {
  readonly grant: HeldGrant;
  readonly lease?: HeldLease | undefined;
  readonly broker: string;
  readonly agent?: string | undefined;
}

const HELP = `
Examples:
  remit complete 01K9Z3Q4M5N6P7R8S9T0V1W2X3
  remit complete 01K9Z3Q4M5N6P7R8S9T0V1W2X3 --outcome "12 invoices exported"

The handle comes from where remit request or remit credentials kept it, or from --handle-file.`;

/** Adds `remit complete`. */
export function register(program: Command): void {
  const command = program
    .command('complete')
    .description('end a grant: no further lease, and the last one ends within its seconds')
    .argument('<grant>', 'id of the grant');
  addConnectionOptions(command)
    .option('--outcome <words>', 'how it went, for the grant table')
    .option('--handle-file <path>', "file with the grant's handle")
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((grantId: string, options: CompleteOptions) =>
      runComplete(readGrantId(grantId) ?? grantId, options, command),
    );
}

async function runComplete(grantId: string, options: CompleteOptions, command: Command): Promise<void> {
  const named = await nameGrant(grantId, options, (name) => command.getOptionValueSource(name) === 'default');
  const { client } = connect({
    ...options,
    broker: named.broker,
    ...(named.agent && { agent: named.agent }),
  });
  const closing = await completeGrant(client, named, options.outcome);
  if (!closing.done) {
    const end = closing.leaseExpiresAt?.toISOString();
    if (end !== undefined) notice(`the grant's lease ends by itself at ${end}`);
    throw closing.error;
  }
  await forgetGrant(grantId);
  const leaseExpiresAt = closing.leaseExpiresAt?.toISOString();
  if (options.json) return printJson({ grantId, completed: true, leaseExpiresAt });
  printLines([
    `completed ${grantId}${leaseExpiresAt ? `; no credential works after ${leaseExpiresAt}` : ''}`,
  ]);
}

/** The kept grant says which broker and agent it belongs to, unless somebody says otherwise. */
async function nameGrant(
  grantId: string,
  options: CompleteOptions,
  isDefault: (name: string) => boolean,
): Promise<Named> {
  const { broker, agent, handleFile } = options;
  if (handleFile !== undefined) {
    return { grant: { grantId, handle: await readHandle(handleFile) }, broker, agent };
  }
  const saved = await readSavedGrant(grantId);
  if (saved === undefined) {
    throw new CliError(`The handle of grant ${grantId} is not kept on this machine.`, {
      fix: 'complete it where it was requested, or give --handle-file',
    });
  }
  const { grant, lease } = saved;
  return { grant, lease, broker: isDefault('broker') ? saved.broker : broker, agent: agent ?? saved.agent };
}

async function readHandle(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new CliError(`The handle file ${path} cannot be read.`, { fix: 'check the path', cause });
  }
}
