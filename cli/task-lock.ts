// One process at a time asks the broker for a task's kept grant: SDKs and CLIs start `credential_process` several
// times at once, and each must not cost a grant of its own.

import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, EXIT } from './failure.ts';
import { createPrivate, isCode, openDirectory } from './state-directory.ts';

const WAIT_MS = 45_000;
/** Longer than asking can take, so whoever held it is gone or stuck. */
const STALE_MS = 60_000;
const POLL_MS = 50;

/** Runs `work` while holding the lock of this task. @throws CliError when it stays taken. */
export async function withTaskLock<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const path = join(await openDirectory('grants'), `${key}.lock`);
  const until = Date.now() + WAIT_MS;
  while (!(await createPrivate(path, String(process.pid)))) {
    if (await isStale(path)) await rm(path, { force: true });
    else if (Date.now() > until) throw taken(path);
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    return Date.now() - mtimeMs > STALE_MS || !isRunning(Number(await readFile(path, 'utf8')));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function taken(path: string): CliError {
  return new CliError('Another remit has been asking for this task for too long.', {
    fix: `try again; if no other remit is running, remove ${path}`,
    exitCode: EXIT.unavailable,
  });
}
