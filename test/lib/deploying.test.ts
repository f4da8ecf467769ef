// What the page about deploying says is created, against what is.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';

const { of } = deployedBy(stackOf().stack);
const page = readFileSync('docs/deploying.md', 'utf8');

test('[DOCS-5] each function is in the table of duties, and no other', () => {
  const [, table = ''] = page.split('| function | duty |');
  const rows = table.split('\n\n')[0]?.matchAll(/^ {2}\|((?: `[a-z-]+`,?)+) \|/gm) ?? [];
  const told = [...rows].flatMap(([, names = '']) =>
    [...names.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
  );
  const created = of('AWS::Lambda::Function').map(([, { Properties }]) =>
    String(Properties['FunctionName']).replace(/^remit-/, ''),
  );
  expect(told.sort()).toEqual(created.sort());
});
