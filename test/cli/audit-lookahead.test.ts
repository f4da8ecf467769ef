// Reading ahead: the same objects, few at a time, and failures where they are read.

import { expect, test } from 'vitest';
import { readAhead } from '../../cli/audit/lookahead.ts';

function slowReader(count: number, fails?: string) {
  const state = { open: 0, most: 0, reads: 0 };
  const reader = {
    async *list() {
      for (let index = 0; index < count; index += 1) yield String(index).padStart(4, '0');
    },
    async get(key: string) {
      state.reads += 1;
      state.open += 1;
      state.most = Math.max(state.most, state.open);
      await new Promise((resolve) => setImmediate(resolve));
      state.open -= 1;
      if (key === fails) throw new Error(`${key} is gone`);
      return `content of ${key}`;
    },
  };
  return { reader: readAhead(reader), state };
}

test('[AUDIT-25] every object is read once, in order, and no more than some at a time', async () => {
  const { reader, state } = slowReader(500);
  const read: string[] = [];
  for await (const name of reader.list('')) read.push(`${name} ${await reader.get(name)}`);
  expect(read).toEqual(
    Array.from({ length: 500 }, (_, index) => String(index).padStart(4, '0')).map(
      (name) => `${name} content of ${name}`,
    ),
  );
  expect([state.reads, state.most <= 33]).toEqual([500, true]);
});

test('a failure is that of the object that is read', async () => {
  const { reader } = slowReader(50, '0040');
  const read = async () => {
    for await (const name of reader.list('')) await reader.get(name);
  };
  await expect(read()).rejects.toThrow('0040 is gone');
});
