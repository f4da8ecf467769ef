// exec: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit exec`. */
export function register(program: Command): void {
  program.command('exec');
}
