// The files of a build of the console: their names, and what a browser is told of each. Local mode and the bucket in AWS
// serve the same.

import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Paths of the files on disk, by their names below the console with `/` in between. */
export async function consoleFilesOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(directory, file).split(sep).join('/'), file]),
  );
}

/** Content type, and how long it may be kept: names below `assets/` carry a hash, others do not. */
export function consoleFileHeaders(name: string): { readonly type: string; readonly cache: string } {
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    cache: name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}
