// request: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit request`. */
export function register(program: Command): void {
  program.command('request');
}
