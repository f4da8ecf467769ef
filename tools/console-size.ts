// How large a built console is, compressed as CloudFront sends it: our own files, and those of Cloudscape and React
// apart. All pages are counted; a first visit loads less, since pages are loaded when they are opened.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Files that hold Cloudscape alone. */
const CLOUDSCAPE = /^(cloudscape|font)-/;
const BYTES_PER_KB = 1000;

/** What all but Cloudscape may take. */
export const MOST_KB = 400;

/** Compressed sizes. */
export interface ConsoleSize {
  /** Everything but Cloudscape, React with it. */
  readonly ownKb: number;
  readonly reactKb: number;
  /** Scripts and styles; its fonts are not counted. */
  readonly cloudscapeKb: number;
}

/** Of the console that was built into this folder. */
export function sizeOf(folder: string): ConsoleSize {
  const sizes = readdirSync(join(folder, 'assets')).map((name) => ({
    name,
    bytes: gzipSync(readFileSync(join(folder, 'assets', name)), { level: 6 }).length,
  }));
  const sum = (isCounted: (name: string) => boolean) =>
    sizes.filter(({ name }) => isCounted(name)).reduce((total, { bytes }) => total + bytes, 0) / BYTES_PER_KB;
  return {
    ownKb: sum((name) => !CLOUDSCAPE.test(name)),
    reactKb: sum((name) => name.startsWith('react-')),
    cloudscapeKb: sum((name) => name.startsWith('cloudscape-')),
  };
}
