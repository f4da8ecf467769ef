// What a first visit to the console loads, compressed as CloudFront sends it. A test holds its aim too
// (test/browser/size.test.ts).

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsole } from '../tools/build-console.ts';
import { MOST_KB, sizeOf } from '../tools/console-size.ts';
import type { Figure, Measurement } from './figure.ts';

async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-console-'));
  try {
    const started = performance.now();
    await buildConsole(folder);
    const seconds = (performance.now() - started) / 1000;
    const { ownKb, reactKb, cloudscapeKb } = sizeOf(folder);
    return [
      {
        name: 'everything but Cloudscape, all pages, gzip',
        value: ownKb,
        unit: 'kB',
        aim: { atMost: MOST_KB },
        note: 'a first visit loads less: pages are loaded when they are opened',
      },
      { name: 'of it React', value: reactKb, unit: 'kB' },
      { name: 'Cloudscape, scripts and styles', value: cloudscapeKb, unit: 'kB' },
      { name: 'the build', value: seconds, unit: 's' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const consoleSize: Measurement = { name: 'console', title: 'A first visit to the console', run };
