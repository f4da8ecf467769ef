// serve: see docs/clients.md.
import type { Command } from 'commander';

/** Adds `remit serve`. */
export function register(program: Command): void {
  program.command('serve');
}
