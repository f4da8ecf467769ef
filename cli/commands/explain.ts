// explain: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit explain`. */
export function register(program: Command): void {
  program.command('explain');
}
