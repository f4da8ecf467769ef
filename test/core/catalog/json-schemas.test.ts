// The JSON Schemas that editors complete by are those of the check.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonSchemas } from '../../../src/core/catalog/json-schemas.ts';
import { SHIPPED } from '../../support/catalog-directory.ts';

const folder = join(SHIPPED, 'schemas');

test('[CATALOG-9] they are written as the code has them: node --import tsx tools/write-schemas.ts', () => {
  const schemas = jsonSchemas();
  expect(readdirSync(folder).sort()).toEqual([...schemas.keys()].sort());
  for (const [name, text] of schemas) expect(readFileSync(join(folder, name), 'utf8'), name).toBe(text);
});

test('each YAML file of the shipped catalog refers to its schema', () => {
  const files = readdirSync(SHIPPED, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  for (const file of files) {
    const [first = ''] = readFileSync(join(SHIPPED, file), 'utf8').split('\n');
    const reference = /^# yaml-language-server: \$schema=(.*)$/.exec(first)?.[1] ?? 'none';
    expect(readdirSync(folder), file).toContain(reference.split('/').at(-1));
  }
});
