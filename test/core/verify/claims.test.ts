// When the claims of a binding hold.

import { describe, expect, test } from 'vitest';
import { claimsHold } from '../../../src/core/verify/claims.ts';

const claims = {
  sub: 'x',
  repository_id: '456789',
  ref_protected: 'false',
  email_verified: true,
  google: { compute_engine: { project_number: 411143357921, instance_id: '1888435224091805695' } },
  'kubernetes.io': { namespace: 'agents', serviceaccount: { uid: 'u-1' } },
  'https://sts.amazonaws.com/': { principal_tags: { team: 'billing', 'cost.center': '7' } },
  list: ['a'],
  huge: 2 ** 60,
  fraction: 1.5,
  nothing: null,
  twice: { part: 'one' },
  'twice.part': 'two',
  'half.part': 'only',
  half: {},
};

const hold = (expected: Record<string, string>) => claimsHold({ claims }, expected);

describe('[VERIFY-23] a binding holds', () => {
  test.each([
    ['repository_id', '456789'],
    ['email_verified', 'true'],
    ['google.compute_engine.project_number', '411143357921'],
    ['google.compute_engine.instance_id', '1888435224091805695'],
    ['kubernetes.io.namespace', 'agents'],
    ['kubernetes.io.serviceaccount.uid', 'u-1'],
    ['https://sts.amazonaws.com/.principal_tags.team', 'billing'],
    ['https://sts.amazonaws.com/.principal_tags.cost.center', '7'],
    ['half.part', 'only'],
  ])('%s = %s', (path, value) => {
    expect(hold({ [path]: value })).toBe(true);
    expect(hold({ [path]: `${value}x` })).toBe(false);
  });

  test('when there is nothing to hold', () => {
    expect(hold({})).toBe(true);
  });

  test('when all of several hold', () => {
    expect(hold({ sub: 'x', repository_id: '456789' })).toBe(true);
    expect(hold({ sub: 'x', repository_id: '456780' })).toBe(false);
  });
});

describe('[VERIFY-23] a binding does not hold', () => {
  test.each([
    ['repository_id', '456789 '],
    ['Repository_id', '456789'],
    ['repository_id', ''],
    ['repository_id', '0456789'],
    ['ref_protected', 'true'],
    ['list', 'a'],
    ['list.0', 'a'],
    ['list.length', '1'],
    ['huge', String(2 ** 60)],
    ['fraction', '1.5'],
    ['nothing', 'null'],
    ['missing', 'undefined'],
    ['google', '[object Object]'],
    ['google.compute_engine.', '411143357921'],
    ['.sub', 'x'],
    ['sub.', 'x'],
    ['', ''],
    ['constructor.name', 'Object'],
    ['__proto__', '[object Object]'],
    ['repository_id.length', '6'],
  ])('%s = %j', (path, value) => {
    expect(hold({ [path]: value })).toBe(false);
  });

  test('where its path can be read in two ways, whatever stands there', () => {
    expect(hold({ 'twice.part': 'one' })).toBe(false);
    expect(hold({ 'twice.part': 'two' })).toBe(false);
  });
});
