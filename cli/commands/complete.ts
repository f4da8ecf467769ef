// complete: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit complete`. */
export function register(program: Command): void {
  program.command('complete');
}
