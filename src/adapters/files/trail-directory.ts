// The archive as a directory: local mode's, and any copy of a bucket's. Files are created once, whole, and never
// written over. Names that would lead out of the directory are none.

import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TrailArchive, TrailReader } from '../../core/audit/ports.ts';

/** Many times what the sequencer writes; a copy from elsewhere may hold anything. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const NAME = /^(?:[A-Za-z0-9=_-]+\/)*[A-Za-z0-9=_-][A-Za-z0-9=._-]*$/;

/** Reads a directory as an archive. @throws Error of the file system, but for what is not there */
export function createTrailDirectoryReader(directory: string): TrailReader {
  return {
    async *list(prefix, after = '') {
      const names = await filesBelow(directory, prefix);
      // by bytes, as S3 does
      for (const name of names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
        if (name.startsWith(prefix) && name > after) yield name;
    },
    async get(key) {
      if (!NAME.test(key)) return undefined;
      return readIfThere(join(directory, key));
    },
  };
}

/** Reads and adds. @throws Error when another file has the name. */
export function createTrailDirectory(directory: string): TrailArchive {
  const reader = createTrailDirectoryReader(directory);
  return {
    ...reader,
    async put(key, body) {
      if (!NAME.test(key)) throw new Error(`${key} is no name in an archive`);
      const path = join(directory, key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = join(directory, `.${randomUUID()}.draft`);
      await writeFile(draft, body, { mode: 0o600, flag: 'wx', flush: true });
      try {
        await link(draft, path);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        if ((await readFile(path, 'utf8')) !== body) throw new Error(`another file has the name ${key}`);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

/** All files whose names could begin with `prefix`, by their names from the top: no other directory is looked into. */
async function filesBelow(directory: string, prefix: string): Promise<string[]> {
  const parent = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (parent !== '' && !NAME.test(`${parent}x`)) return [];
  const found: string[] = [];
  for (const entry of await entriesOf(join(directory, parent))) {
    const name = `${parent}${entry.name}`;
    if (entry.name.startsWith('.') || !name.startsWith(prefix)) continue;
    if (entry.isDirectory()) found.push(...(await filesBelow(directory, `${name}/`)));
    // a link in a copy could lead anywhere, and to what never ends
    else if (entry.isFile()) found.push(name);
  }
  return found;
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** @returns undefined also for what is no file of an archive: a link, or far too large. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path);
    if (!found.isFile() || found.size > MAX_FILE_BYTES) return undefined;
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
