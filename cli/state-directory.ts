// Where the command line keeps what must outlive one process: 0700, files 0600, written whole or not at all. A
// directory that somebody else owns or may enter is refused: what lies in it are credentials.

import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from './failure.ts';

/** REMIT_STATE_DIR, or `remit` below XDG_STATE_HOME or ~/.local/state. */
export function stateDirectory(): string {
  const { env } = process;
  return env['REMIT_STATE_DIR'] || join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'remit');
}

/** The proof key of this user on this machine. */
export function keyFile(): string {
  return join(stateDirectory(), 'proof-key.json');
}

/** A private subdirectory, made on first use. @throws CliError when others may enter it. */
export async function openDirectory(name: string): Promise<string> {
  for (const path of [stateDirectory(), join(stateDirectory(), name)]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = await lstat(path);
    const foreign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o077) !== 0);
    if (!foreign) continue;
    throw new CliError(`${path} is open to other users.`, {
      fix: `chmod 700 ${path}, or set REMIT_STATE_DIR to a directory of your own`,
    });
  }
  return join(stateDirectory(), name);
}

/** Replaces a file in one step. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const draft = await writeDraft(path, text);
  await rename(draft, path);
}

/** Creates a file in one step. @returns false when it is there already. */
export async function createPrivate(path: string, text: string): Promise<boolean> {
  const draft = await writeDraft(path, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The text of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Names in a directory that end with `.json`. */
export async function listJson(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.json'));
}

/** Names one task of one agent at one broker. */
export function taskKey(parts: {
  readonly broker: string;
  readonly agent: string | undefined;
  readonly source: string;
  readonly task: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}): string {
  const { broker, agent = '', source, task, parameters } = parts;
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([broker, agent, source, task, sorted]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Whether a system error has this code. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

async function writeDraft(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  return draft;
}
