import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { consoleSource } from '../../../cli/local/console-build.ts';
import type { ConsoleBuild, ConsoleSource } from '../../../src/adapters/local/console.ts';

const root = mkdtempSync(join(tmpdir(), 'remit-build-'));
mkdirSync(join(root, 'page'));
writeFileSync(
  join(root, 'page/index.html'),
  '<title>one</title><script type="module" src="./main.js"></script>',
);
writeFileSync(join(root, 'page/main.js'), 'document.title = "two";');
afterAll(() => rmSync(root, { recursive: true }));

const open = () => consoleSource({ root, sources: ['page'], directory: 'page' });

async function settled(source: ConsoleSource): Promise<ConsoleBuild> {
  for (;;) {
    const build = await source();
    if (build.kind !== 'building') return build;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('[LOCAL-35] [LOCAL-36] it is built on the first look, found by the next process, and built anew after a change', async () => {
  const source = open();
  expect(await source()).toEqual({ kind: 'building' });
  const first = await settled(source);
  if (first.kind !== 'ready') throw new Error(JSON.stringify(first));
  expect(readdirSync(first.directory)).toContain('index.html');
  expect(await open()()).toEqual(first);

  writeFileSync(join(root, 'page/main.js'), 'document.title = "three";');
  const second = await settled(source);
  expect(second).toMatchObject({ kind: 'ready' });
  expect(second).not.toEqual(first);

  writeFileSync(join(root, 'page/main.js'), 'document.title = = "four";');
  expect(await settled(source)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('main.js') });
  writeFileSync(join(root, 'page/main.js'), 'document.title = "three";');
  expect(await source()).toEqual(second);
}, 60_000);
