// Following a trail: every record once, whatever day it is.

import { expect, test } from 'vitest';
import { followTrail } from '../../../src/core/audit/follow-trail.ts';
import { change, memoryTrail } from '../../support/trail.ts';

test('[AUDIT-25] each look tells what is new, once, over midnight too, and nothing of before', async () => {
  const trail = memoryTrail();
  trail.now = new Date('2026-11-24T23:50:00Z');
  await trail.sequence(['a', 'b', 'c'].map((key) => change(key, 1)));
  trail.now = new Date('2026-11-24T23:55:00Z');
  const look = followTrail(trail.deps.archive, trail.now);
  expect(await look()).toEqual([]);
  await trail.sequence(['a', 'd'].map((key, index) => change(key, 2 - index)));
  trail.now = new Date('2026-11-25T00:05:00Z');
  await trail.sequence(['a', 'e', 'f', 'g'].map((key, index) => change(key, index === 0 ? 3 : 1)));
  const ids = (await look()).map(({ event }) => event.id);
  expect(ids.slice(0, 2).sort()).toEqual(['grants/a/2', 'grants/d/1']);
  expect(ids.slice(2).sort()).toEqual(['grants/a/3', 'grants/e/1', 'grants/f/1', 'grants/g/1']);
  expect(await look()).toEqual([]);
});
