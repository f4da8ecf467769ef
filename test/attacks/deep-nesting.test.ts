// Claims nested so deep that a reader runs out of stack.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

test.each([
  ['[', ']', 5000],
  ['{"a":', '}', 1500],
  ['[', ']', 16],
])('[VERIFY-16] %s %s nested %d deep is refused', async (open, close, depth) => {
  const scene = await setScene();
  const inner = open === '[' ? nested(open, close, depth) : `${open.repeat(depth)}1${close.repeat(depth)}`;
  const payload = `${JSON.stringify(scene.claims()).slice(0, -1)},"deep":${inner}}`;
  await scene.expectRefused(scene.signRaw(payload), 'json depth');
});

test('[VERIFY-16] a nesting of fifteen lists is accepted', async () => {
  const scene = await setScene();
  const payload = `${JSON.stringify(scene.claims()).slice(0, -1)},"deep":${nested('[', ']', 15)}}`;
  await scene.verify(scene.signRaw(payload));
});

test('[VERIFY-2] 20,000 levels do not even fit', async () => {
  const scene = await setScene();
  const payload = `${JSON.stringify(scene.claims()).slice(0, -1)},"deep":${nested('[', ']', 20_000)}}`;
  await scene.expectRefused(scene.signRaw(payload), 'size');
});
