// What a first visit to the console loads, compressed as CloudFront sends it: our own files, and those of Cloudscape
// and React apart. The start page with what it loads afterwards, the queue.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildConsole } from '../tools/build-console.ts';
import type { Figure, Measurement } from './figure.ts';

/** Files that hold Cloudscape alone. */
const CLOUDSCAPE = /^(cloudscape|font)-/;
const KB = 1000;

async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-console-'));
  try {
    const started = performance.now();
    await buildConsole(folder);
    const seconds = (performance.now() - started) / 1000;
    const sizes = readdirSync(join(folder, 'assets')).map((name) => ({
      name,
      bytes: gzipSync(readFileSync(join(folder, 'assets', name)), { level: 6 }).length,
    }));
    const sum = (isCounted: (name: string) => boolean) =>
      sizes.filter(({ name }) => isCounted(name)).reduce((total, { bytes }) => total + bytes, 0) / KB;
    return [
      {
        name: 'everything but Cloudscape, all pages, gzip',
        value: sum((name) => !CLOUDSCAPE.test(name)),
        unit: 'kB',
        aim: { atMost: 400 },
        note: 'a first visit loads less: pages are loaded when they are opened',
      },
      { name: 'of it React', value: sum((name) => name.startsWith('react-')), unit: 'kB' },
      {
        name: 'Cloudscape, scripts and styles',
        value: sum((name) => name.startsWith('cloudscape-')),
        unit: 'kB',
      },
      { name: 'the build', value: seconds, unit: 's' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const consoleSize: Measurement = { name: 'console', title: 'A first visit to the console', run };
