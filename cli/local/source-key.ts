// A key for what something is made from: the same files with the same contents give the same key.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Hash over files and directories below `root`, and over `also`. */
export async function sourceKey(root: string, sources: readonly string[], also = ''): Promise<string> {
  const hash = createHash('sha256').update(also);
  for (const source of sources)
    for (const file of await filesBelow(join(root, source))) {
      hash.update(`\0${file}\0`);
      hash.update(await readFile(file));
    }
  return hash.digest('hex').slice(0, 32);
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
