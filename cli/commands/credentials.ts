// credentials: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit credentials`. */
export function register(program: Command): void {
  program.command('credentials');
}
