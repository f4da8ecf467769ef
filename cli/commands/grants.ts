// grants: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit grants`. */
export function register(program: Command): void {
  program.command('grants');
}
