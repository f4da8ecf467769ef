import { expect, test } from 'vitest';
import { outdated } from '../../../src/adapters/aws/console-bucket.ts';

const DAY = 86_400_000;
const now = new Date('2026-11-24T10:00:00Z');
const stored = (days: number, ...names: readonly string[]) =>
  names.map((name) => ({ key: `console/${name}`, changedAt: new Date(now.getTime() - days * DAY) }));
const names = new Set(['index.html', 'assets/new.js']);

test('[WORKFLOW-16] a file of this build or of the one before stays, however old that is', () => {
  const before = stored(400, 'index.html', 'assets/old.js', 'assets/new.js');
  expect(outdated(before, { names, now })).toEqual([]);
});

test('[WORKFLOW-16] a file that the build before did not have goes after a day', () => {
  const before = [...stored(2, 'index.html', 'assets/old.js'), ...stored(9, 'assets/older.js')];
  expect(outdated(before, { names, now })).toEqual(['console/assets/older.js']);
});

test('[WORKFLOW-16] several deployments in a day take nothing from whoever opened the page before them', () => {
  const before = [
    ...stored(0.1, 'index.html'),
    ...stored(0.9, 'assets/older.js'),
    ...stored(1.1, 'assets/oldest.js'),
  ];
  expect(outdated(before, { names, now })).toEqual(['console/assets/oldest.js']);
});

test('[WORKFLOW-16] a first deployment that was cut off leaves nothing to remove at once', () => {
  expect(outdated(stored(0.01, 'assets/cut.js'), { names, now })).toEqual([]);
});
