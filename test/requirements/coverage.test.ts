// Every requirement has an id and a test that cites it; every citation is of a requirement.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const TESTS = fileURLToPath(new URL('../', import.meta.url));

const areas = readdirSync(FOLDER).filter((name) => !name.endsWith('.test.ts'));
const known = await Promise.all(
  areas.map(async (name) => {
    const { requirements } = (await import(join(FOLDER, name))) as { requirements: Record<string, string> };
    return Object.entries(requirements).map(([id, sentence]) => ({ id, sentence, area: name }));
  }),
);
const ids = known.flat();
const cited = new Set(
  readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !name.startsWith('requirements'))
    .flatMap((name) => [...readFileSync(join(TESTS, name), 'utf8').matchAll(/\[([A-Z]+-\d+)\]/g)])
    .map((match) => match[1]),
);

test('every requirement is cited by a test', () => {
  expect(ids.filter(({ id }) => !cited.has(id)).map(({ id, area }) => `${id} (${area})`)).toEqual([]);
});

test('every citation is of a requirement', () => {
  const all = new Set(ids.map(({ id }) => id));
  expect([...cited].filter((id) => id !== undefined && !all.has(id))).toEqual([]);
});

test('ids are given once, each with a sentence', () => {
  const names = ids.map(({ id }) => id);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(ids.filter(({ sentence }) => sentence.length < 10)).toEqual([]);
});
