// Where the console is, and how a page of it is opened.

import { spawn } from 'node:child_process';
import { CliError, EXIT } from './failure.ts';
import { printable } from './print.ts';

/** The output of the stack ends with `/console/`; people may give either. @throws CliError for anything else */
export function consoleOrigin(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === 'https:' || url?.hostname === 'localhost') return url.origin;
  throw new CliError(`${printable(given)} is not the address of a console.`, {
    fix: 'give an https address, or http://localhost in local mode',
    exitCode: EXIT.usage,
  });
}

/** Best effort: the address was printed. Nothing of it passes through a shell. */
export function openPage(link: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(program ?? '', [...args, link], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
