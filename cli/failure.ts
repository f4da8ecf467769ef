// How the command line fails: one sentence with the code of a refusal, the fix, the request id, an exit code. A stack
// trace only when REMIT_DEBUG is set.

import { BrokerError } from '../src/client/broker-error.ts';
import { printable } from './print.ts';

/** Exit codes (docs/clients.md). `exec` passes its command's code on and uses 125 to 127 for its own. */
export const EXIT = {
  failed: 1,
  usage: 2,
  refused: 3,
  unavailable: 4,
  pending: 5,
  execFailed: 125,
  notExecutable: 126,
  notFound: 127,
} as const;

/** A failure that the person at the keyboard can mend: what is wrong, and how. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly fix: string | undefined;
  readonly exitCode: number;
  readonly requestId: string | undefined;

  constructor(
    sentence: string,
    options: { fix?: string; exitCode?: number; requestId?: string | undefined; cause?: unknown } = {},
  ) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.fix = options.fix;
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.requestId = options.requestId;
  }
}

/** Prints the failure on stderr. @returns the exit code it stands for. */
export function reportFailure(error: unknown): number {
  process.stderr.write(`${failureLines(error).map(printable).join('\n')}\n`);
  if (process.env['REMIT_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return failureExit(error);
}

function failureLines(error: unknown): string[] {
  const sentence = error instanceof Error ? firstLine(error.message) : 'unknown failure';
  const isTold = error instanceof CliError || error instanceof BrokerError;
  const { fix, requestId } = isTold ? error : {};
  const grantId = error instanceof BrokerError ? error.grantId : undefined;
  return [
    `remit: ${sentence}${error instanceof BrokerError ? ` (${error.code})` : ''}`,
    ...(fix === undefined ? [] : [`  fix: ${fix.replace('<grant>', grantId ?? '<grant>')}`]),
    ...(grantId === undefined ? [] : [`  grant: ${grantId}`]),
    ...(requestId === undefined ? [] : [`  request id: ${requestId}`]),
  ];
}

function failureExit(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof BrokerError)) return EXIT.failed;
  if (error.code === 'grant_pending') return EXIT.pending;
  // nobody has refused anything where the workload cannot even say who it is
  const isAway = error.retryable || error.code === 'assertion_unavailable';
  return isAway ? EXIT.unavailable : EXIT.refused;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
