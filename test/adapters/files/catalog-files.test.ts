// What a catalog directory may hold, and that nothing in it is read in two ways or passed over in silence.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import { type Change, checkChanged } from '../../support/catalog-directory.ts';

const EXPORT = 'tasks/export-invoices.yaml';
const BILLING = 'agents/billing-agent.yaml';
const ORDERS = 'tasks/read-orders.yaml';
const FORBID = 'forbid (principal, action, resource);';

describe('[CATALOG-10] a file that could be read in two ways is refused, at its line', () => {
  test.each<[what: string, file: string, change: Change, line: number, message: RegExp]>([
    ['a key twice', EXPORT, ['lease: 15s', 'lease: 15s\nlease: 60s'], 12, /unique/],
    ['a key twice, once in quotes', EXPORT, ['lease: 15s', 'lease: 15s\n"lease": 60s'], 12, /unique/],
    [
      'a number as key',
      BILLING,
      ['acme-billing-agent\n', 'x\n    claims: { 1: a, "1": b }\n'],
      14,
      /not text/,
    ],
    ['a key that is nothing', EXPORT, ['lease: 15s', '? \n: 15s'], 11, /not text/],
    ['a key that is a list', EXPORT, ['lease: 15s', '[lease]: 15s'], 11, /not text/],
    ['an alias of nothing', EXPORT, ['lease: 15s', 'lease: *nothing'], 11, /alias of nothing/],
    ['a tag that nothing knows', EXPORT, ['lease: 15s', 'lease: !!js/function 15s'], 11, /tag/i],
    ['YAML 1.1', EXPORT, [/^.*\n/, '%YAML 1.1\n---\n'], 1, /YAML 1\.1/],
    ['two documents', EXPORT, ['lease: 15s', 'lease: 15s\n---\nlease: 60s'], 12, /multiple documents/],
  ])('%s', (_, file, change, line, message) => {
    const { catalog, problems } = checkChanged({ [file]: change });
    expect(catalog).toBeUndefined();
    const [first] = problems.filter((problem) => problem.file === file);
    expect(first).toMatchObject({ severity: 'error', line, message: expect.stringMatching(message) });
  });
});

describe('[CATALOG-11] a member called __proto__ is refused, not left out', () => {
  test.each<[what: string, file: string, change: Change, line: number]>([
    ['a claim', BILLING, ['acme-billing-agent\n', 'x\n    claims:\n      __proto__: x\n'], 15],
    ['a condition operator', ORDERS, ['conditions:\n', 'conditions:\n      __proto__: { k: [v] }\n'], 11],
    ['a condition key', ORDERS, ['{ "dynamodb:L', '{ "__proto__": [v], "dynamodb:L'], 12],
    ['a parameter', EXPORT, ['parameters:\n', 'parameters:\n  __proto__: { type: uuid }\n'], 6],
    ['a member of the file', EXPORT, ['lease: 15s', 'lease: 15s\n__proto__: x'], 12],
  ])('%s', (_, file, change, line) => {
    const { catalog, problems } = checkChanged({ [file]: change });
    expect(catalog).toBeUndefined();
    expect(problems).toContainEqual(
      expect.objectContaining({ file, line, message: expect.stringContaining('__proto__') }),
    );
  });
});

describe('[CATALOG-12] nothing is passed over in silence', () => {
  test.each([
    ['a folder by another name', 'policy/strict.cedar', FORBID, 'policy'],
    ['a folder in a folder', 'policies/team/strict.cedar', FORBID, 'policies/team'],
    ['a policy by another ending', 'policies/strict.cedar.txt', FORBID, 'policies/strict.cedar.txt'],
    ['an agent by another ending', 'agents/x.yml', 'agent: x', 'agents/x.yml'],
    ['issuers by another ending', 'issuers.yml', 'issuers: []', 'issuers.yml'],
    ['a policy at the top', 'strict.cedar', FORBID, 'strict.cedar'],
  ])('%s is an error', (_, path, text, file) => {
    const { catalog, problems } = checkChanged({ [path]: text });
    expect(catalog).toBeUndefined();
    expect(problems).toEqual([expect.objectContaining({ severity: 'error', file })]);
  });

  test('what is not part of a catalog may lie beside it', () => {
    const changes = { 'README.md': '# hello', '.hidden/x.cedar': 'x', 'agents/.keep': '' };
    expect(checkChanged(changes).problems).toEqual([]);
  });
});

describe('a directory', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'remit-catalog-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const problemsWith = (content: string | Buffer) => {
    writeFileSync(join(directory, 'issuers.yaml'), content);
    return readCatalog(directory).problems;
  };

  test('[CATALOG-13] with a file that is too large is told', () => {
    expect(problemsWith(`# ${'x'.repeat(256 * 1024)}`)[0]).toMatchObject({
      file: 'issuers.yaml',
      message: 'is larger than 256 KiB',
    });
  });

  test('[CATALOG-13] with a file that is not UTF-8 is told', () => {
    expect(problemsWith(Buffer.from('issuers: é', 'latin1'))[0]).toMatchObject({
      file: 'issuers.yaml',
      message: expect.stringContaining('cannot be read'),
    });
  });

  test('[CATALOG-13] with aliases of aliases is told, and does not grow', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0 ? 'l0: &l0 [x, x]' : `l${level}: &l${level} [*l${level - 1}, *l${level - 1}]`,
    );
    expect(problemsWith(levels.join('\n'))[0]).toMatchObject({
      file: 'issuers.yaml',
      message: expect.stringContaining('alias'),
    });
  });

  test('[CATALOG-13] with a file that is nested without end is told in a few problems', () => {
    const problems = problemsWith(`issuers: ${'['.repeat(100_000)}`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThan(10);
    expect(problems[0]).toMatchObject({ file: 'issuers.yaml', severity: 'error' });
  });

  test('with a link to nothing is told', () => {
    mkdirSync(join(directory, 'policies'));
    symlinkSync('/nowhere/at/all', join(directory, 'policies', 'strict.cedar'));
    expect(problemsWith('issuers: []').map(({ file }) => file)).toContain('policies/strict.cedar');
  });

  test('with a linked folder is read', () => {
    const elsewhere = join(directory, '.elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'strict.cedar'), 'forbidden');
    symlinkSync(elsewhere, join(directory, 'policies'));
    expect(problemsWith('issuers: []').map(({ file }) => file)).toContain('policies/strict.cedar');
  });

  test('that begins its files with a byte order mark is read', () => {
    const text = '\uFEFFforbid (principal, action == Remit::Action::"read-orders", resource);';
    expect(checkChanged({ 'policies/extra.cedar': text }).problems).toEqual([]);
  });
});
