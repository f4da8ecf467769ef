// Runs a command in the foreground, passes signals to it, and tells how it ended as a shell would.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CliError, EXIT } from './failure.ts';
import { isCode } from './state-directory.ts';

/** Signals that are passed on. */
export const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
export type ForwardedSignal = (typeof FORWARDED)[number];

/** How a command ended. */
export interface Ended {
  /** Its own code, or 128 + the signal's number. */
  readonly exitCode: number;
  /** `exit 0`, `SIGTERM`. */
  readonly description: string;
}

/** A command that was started. */
export interface Child {
  readonly ended: Promise<Ended>;
  signal(signal: ForwardedSignal): void;
}

/** Starts a command with our own input and output. @throws CliError by `ended` when it cannot be started. */
export function startChild(
  command: readonly [string, ...string[]],
  env: Record<string, string | undefined>,
): Child {
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: 'inherit', env });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', (error) => reject(startFailure(file, error)));
    child.once('exit', (code, signal) => resolve(describe(code, signal)));
  });
  return { ended, signal: (signal) => void child.kill(signal) };
}

/** 128 plus the signal's number, as shells report it. */
export function signalExit(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function describe(code: number | null, signal: NodeJS.Signals | null): Ended {
  if (signal !== null) return { exitCode: signalExit(signal), description: signal };
  return { exitCode: code ?? EXIT.failed, description: `exit ${code}` };
}

function startFailure(file: string, error: Error): CliError {
  const missing = isCode(error, 'ENOENT');
  return new CliError(`${file} ${missing ? 'was not found' : 'cannot be run'}.`, {
    fix: missing ? 'check the command after -- and PATH' : 'check that the file is executable',
    exitCode: missing ? EXIT.notFound : EXIT.notExecutable,
    cause: error,
  });
}
