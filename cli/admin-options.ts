// Options that every order takes.

import { type Command, Option } from 'commander';

/** Adds where the order goes and how it is answered; with `reason`, why it is given. */
export function orderOptions(command: Command, { reason }: { readonly reason: boolean }): Command {
  command
    .addOption(new Option('--admin <url>', 'address of the admin function').env('REMIT_ADMIN'))
    .option('--region <name>', 'AWS region of that address')
    .addOption(new Option('--broker <url>', 'local mode, without --admin').env('REMIT_BROKER'))
    .option('--json', 'print JSON');
  return reason ? command.requiredOption('--reason <text>', 'why; it goes into the audit trail') : command;
}
