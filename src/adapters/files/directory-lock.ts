// One process at a time keeps a directory: a file with its process number, made by one of those who want it at once. What
// a process has left behind that is gone, or that ran before the machine was started, is taken away.

import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';

/** Gives the directory free. */
export type Release = () => void;

/** Takes a directory that exists. @returns undefined when another process, or this one, has it */
export function lockDirectory(directory: string): Release | undefined {
  const path = join(directory, 'lock');
  const own = `${process.pid} ${randomUUID()}`;
  if (!claim(path, own)) {
    if (!takeAwayStale(path) || !claim(path, own)) return undefined;
  }
  return () => {
    if (readIfThere(path) === own) rmSync(path, { force: true });
  };
}

/** Whether a process that runs has this directory now. */
export function isLocked(directory: string): boolean {
  const path = join(directory, 'lock');
  const text = readIfThere(path);
  return text !== undefined && !isStale(path, text);
}

function claim(path: string, own: string): boolean {
  const draft = `${path}.${randomUUID()}.draft`;
  writeFileSync(draft, own, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @returns whether the place is free now. */
function takeAwayStale(path: string): boolean {
  const seen = readIfThere(path);
  if (seen === undefined) return true;
  if (!isStale(path, seen)) return false;
  const aside = `${path}.${randomUUID()}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  // between the look and the move another one may have made its own: that one gets it back
  const isIt = readIfThere(aside) === seen;
  if (!isIt) linkSync(aside, path);
  rmSync(aside, { force: true });
  return isIt;
}

function isStale(path: string, text: string): boolean {
  const startedAt = Date.now() - uptime() * 1000;
  const madeAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return madeAt < startedAt || !isRunning(Number(text.split(' ')[0]));
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
