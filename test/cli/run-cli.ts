// Runs the real command line in a process of its own, with an environment of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const REMIT = fileURLToPath(new URL('../../cli/remit.mjs', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
  /** Settles when stdout or stderr has shown this. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A home of its own: state, AWS files, nothing of this machine. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'remit-home-'));
}

/** Environment variables; one that is undefined is taken away. */
type Surroundings = Readonly<Record<string, string | undefined>>;

/** Where nothing listens, so that a local mode of this machine answers no test. */
const NOBODY = 'http://localhost:1';

/** What a test that failed has left running ends with its file. */
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

export function startCli(args: readonly string[], env: Surroundings): Running {
  const home = env['HOME'] ?? freshHome();
  const child = spawn(process.execPath, [REMIT, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      REMIT_STATE_DIR: join(home, 'state'),
      REMIT_BROKER: NOBODY,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer, add: (text: string) => void) => {
    add(chunk.toString());
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', (chunk: Buffer) => take(chunk, (text) => (stdout += text)));
  child.stderr?.on('data', (chunk: Buffer) => take(chunk, (text) => (stderr += text)));
  const done = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const saw = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (match !== null) resolve(match);
      };
      listeners.add(look);
      look();
      void done.then(() => reject(new Error(`ended without ${pattern}: ${stdout}${stderr}`)));
    });
  return { child, done, saw };
}

export function runCli(args: readonly string[], env: Surroundings): Promise<Outcome> {
  return startCli(args, env).done;
}
