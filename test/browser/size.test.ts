// How much the console loads, held where it is built.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { MOST_KB, sizeOf } from '../../tools/console-size.ts';

test('[CONSOLE-45] everything but Cloudscape is at most 400 kB, and Cloudscape is in files of its own', () => {
  const { ownKb, reactKb, cloudscapeKb } = sizeOf(inject('console'));
  expect(MOST_KB).toBe(400);
  expect(ownKb).toBeLessThanOrEqual(MOST_KB);
  // what is counted is there: React is a part of ours, and no file of another name took Cloudscape in
  expect(reactKb).toBeGreaterThan(10);
  expect(ownKb).toBeGreaterThan(reactKb);
  expect(cloudscapeKb).toBeGreaterThan(100);
});

test('[CONSOLE-45] every file counts that does not hold Cloudscape alone, and is counted compressed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'remit-size-'));
  try {
    mkdirSync(join(folder, 'assets'));
    const write = (name: string) => writeFileSync(join(folder, 'assets', name), 'x'.repeat(1_000_000));
    for (const name of ['index-1.js', 'react-1.js', 'cloudscape-1.js', 'font-1.woff2']) write(name);
    const { ownKb, reactKb, cloudscapeKb } = sizeOf(folder);
    expect(ownKb).toBe(2 * reactKb);
    expect(cloudscapeKb).toBe(reactKb);
    expect(reactKb).toBeLessThan(10);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
