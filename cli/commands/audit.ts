// `remit audit`: proves the audit trail, searches it and follows it. Reads only.

import type { Command } from 'commander';
import { addSourceOptions } from '../audit/source.ts';
import { runVerify, type VerifyCommandOptions } from '../audit/verify.ts';
import { readTime } from '../times.ts';

const HELP = `
Examples:
  remit audit verify                                   local mode's own trail
  remit audit verify copy/ --public-key audit.pem      a copy, offline
  remit audit verify copy/ --public-key audit.pem --from 2026-11-01 --to 2026-11-30

Exit code 1 when a link is broken: the first one of each chain is named. Keep the newest checkpoint elsewhere and give
it with --kept: a tail that was cut off together with its checkpoints is seen by nothing else.`;

/** Adds `remit audit` and its commands. */
export function register(program: Command): void {
  const audit = program.command('audit').description('prove, search and follow the audit trail');
  const verify = audit
    .command('verify')
    .description('prove a range of the trail, offline, from a copy too')
    .argument('[directory]', "a copy of the trail (local mode's own)")
    .option('--public-key <file>', 'PEM of the key that signs checkpoints')
    .option('--kept <file...>', 'checkpoints that were kept elsewhere')
    .option('--without-signatures', 'check the chains alone')
    .option('--from <time>', 'from this day on', readTime)
    .option('--to <time>', 'up to this day', readTime)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP);
  addSourceOptions(verify).action((directory: string | undefined, options: VerifyCommandOptions) =>
    runVerify(directory, options),
  );
}
