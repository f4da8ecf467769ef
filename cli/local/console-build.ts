// Builds the console for local mode: by Vite in a process of its own, when somebody first looks at it, and kept under
// node_modules/.cache until its sources or an installed package change. `npm start` waits for none of it.

import { spawn } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsoleBuild, ConsoleSource } from '../../src/adapters/local/console.ts';
import { sourceKey } from './source-key.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VITE = 'node_modules/vite/bin/vite.js';
/** What the console is made from; it imports some of the core. */
const SOURCES = ['console', 'src/core', 'package-lock.json'];
const REASON_CHARACTERS = 4000;

/** Where to build, and what. */
export interface ConsoleBuildOptions {
  /** @default this package */
  readonly root?: string;
  /** @default the console, and what it imports */
  readonly sources?: readonly string[];
  /** Vite's root below `root`. @default console */
  readonly directory?: string;
}

/** A source that builds one state of the sources at a time, and each only once. */
export function consoleSource(options: ConsoleBuildOptions = {}): ConsoleSource {
  const { root = ROOT, sources = SOURCES, directory = 'console' } = options;
  const cache = join(root, 'node_modules/.cache/agent-remit');
  const failures = new Map<string, string>();
  let running: string | undefined;
  return async (): Promise<ConsoleBuild> => {
    const key = await sourceKey(root, sources);
    const target = join(cache, `console-${key}`);
    if (await isThere(join(target, 'index.html'))) return { kind: 'ready', directory: target };
    const reason = failures.get(key);
    if (reason !== undefined) return { kind: 'failed', reason };
    if (running === undefined) {
      running = key;
      build({ root, directory, target })
        .catch((error: unknown) => failures.set(key, reasonOf(error)))
        .finally(() => {
          running = undefined;
        });
    }
    return { kind: 'building' };
  };
}

/** Built beside and renamed, so that nobody is served half of it; older builds are dropped. */
async function build(of: {
  readonly root: string;
  readonly directory: string;
  readonly target: string;
}): Promise<void> {
  const draft = `${of.target}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await runVite(of.root, [of.directory, '--outDir', draft, '--emptyOutDir']);
    await rename(draft, of.target).catch(async (error: unknown) => {
      // another process was faster with the same sources
      if (!(await isThere(join(of.target, 'index.html')))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const [cache, kept] = [dirname(of.target), basename(of.target)];
  const old = (await readdir(cache)).filter((name) => name.startsWith('console-') && !name.startsWith(kept));
  await Promise.all(old.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

function runVite(root: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(ROOT, VITE), 'build', ...args, '--logLevel', 'warn'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: Buffer[] = [];
    const stop = () => void child.kill();
    process.once('exit', stop);
    // a build that nobody waits for must not keep local mode from ending
    child.unref();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => said.push(chunk));
      if (stream instanceof Socket) stream.unref();
    }
    child.once('error', fail);
    child.once('close', (code) => {
      process.removeListener('exit', stop);
      if (code === 0) done();
      else fail(new Error(Buffer.concat(said).toString().trim() || `vite ended with ${code}`));
    });
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, REASON_CHARACTERS);
}
