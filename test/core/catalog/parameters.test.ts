// Values of a request: the right ones pass, and nothing that could mean more than itself.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateParameters } from '../../../src/core/catalog/parameters.ts';
import type { ParameterSpec } from '../../../src/core/model.ts';

const check = (spec: ParameterSpec, value: unknown) =>
  validateParameters({ parameters: { p: spec } }, { p: value });
const text = (pattern: string, more: object = {}): ParameterSpec => ({ type: 'string', pattern, ...more });
const refused = expect.objectContaining({ code: 'parameter_invalid' });

describe('a value', () => {
  test.each<[string, ParameterSpec, unknown]>([
    ['a text', text('cus_[a-z0-9]+'), 'cus_a1'],
    ['a path', text('[a-z/]+', { path: true }), 'a/b/c'],
    ['one of a list', { type: 'enum', values: ['a', 'b'] }, 'b'],
    ['an integer', { type: 'integer', min: -5, max: 5 }, -5],
    ['a boolean', { type: 'boolean' }, false],
    ['a uuid', { type: 'uuid' }, '4c1f8a52-6f0e-4a57-9a0d-2f6f1f0a7c11'],
  ])('[PARAM-1] that is %s passes as it is', (_, spec, value) => {
    expect(check(spec, value)).toEqual({ p: value });
  });

  test.each<[string, ParameterSpec, unknown]>([
    ['not of the pattern', text('cus_[a-z0-9]+'), 'xcus_a1'],
    ['longer than the pattern', text('[a-z]'), 'ab'],
    ['of a choice, and more', text('a|b'), 'ax'],
    ['empty', text('.*'), ''],
    ['a wildcard', text('.*'), '*'],
    ['a question mark', text('.*'), 'a?'],
    ['a policy variable', text('.*'), '$' + '{aws:userid}'],
    ['a placeholder', text('.*'), '{customer}'],
    ['an ARN', text('.*'), 'arn:aws:s3:::x'],
    ['quotes', text('.*'), 'a"b'],
    ['a backslash', text('.*'), 'a\\b'],
    ['a line break', text('[^]*'), 'a\n'],
    ['a zero byte', text('[^]*'), 'a\u0000'],
    ['another script', text('.*'), 'cus_а1'],
    ['a slash', text('.*'), 'a/b'],
    ['a way up', text('.*', { path: true }), 'a/../b'],
    ['a way up at the end', text('.*', { path: true }), 'a/..'],
    ['only a way up', text('.*'), '..'],
    ['an empty segment', text('.*', { path: true }), 'a//b'],
    ['a leading slash', text('.*', { path: true }), '/a'],
    ['a trailing slash', text('.*', { path: true }), 'a/'],
    ['too long', text('a*'), 'a'.repeat(129)],
    ['too long for its own limit', text('a*', { maxLength: 3 }), 'aaaa'],
    ['a number as text', text('[0-9]+'), 7],
    ['a text as number', { type: 'integer', min: 0, max: 9 }, '7'],
    ['a fraction', { type: 'integer', min: 0, max: 9 }, 7.5],
    ['too large', { type: 'integer', min: 0, max: 9 }, 10],
    ['minus zero', { type: 'integer', min: -1, max: 9 }, -0],
    ['not a number', { type: 'integer', min: 0, max: 9 }, Number.NaN],
    ['too large to be exact', { type: 'integer', min: 0, max: 2 ** 53 - 1 }, 2 ** 53],
    ['a boolean as text', { type: 'boolean' }, 'true'],
    ['an upper-case uuid', { type: 'uuid' }, '4C1F8A52-6F0E-4A57-9A0D-2F6F1F0A7C11'],
    ['not in its list', { type: 'enum', values: ['a'] }, 'A'],
    ['a list', text('.*'), ['a']],
    ['an object', text('.*'), { toString: 'a' }],
    ['nothing', text('.*'), null],
  ])('[PARAM-2] that is %s is refused', (_, spec, value) => {
    expect(() => check(spec, value)).toThrow(refused);
  });
});

describe('the parameters together', () => {
  const task = { parameters: { p: text('[a-z]+') } };
  test.each([
    ['one too many', { p: 'a', q: 'b' }],
    ['one missing', {}],
    ['inherited from nowhere', Object.create({ p: 'a' })],
    ['a list', ['a']],
    ['a text', 'p'],
    ['null', null],
    ['a member called __proto__', JSON.parse('{"p":"a","__proto__":{"x":1}}')],
    ['a member called constructor', { p: 'a', constructor: 'x' }],
  ])('[PARAM-3] with %s are refused', (_, raw) => {
    expect(() => validateParameters(task, raw)).toThrow(refused);
  });

  test.each([
    ['missing', {}, { parameter: 'p', problem: 'missing' }],
    ['too many', { p: 'a', amuont: 'b' }, { parameter: 'amuont', problem: 'not a parameter of the task' }],
    ['hidden', { p: 'a', 'x\u202e': 'b' }, { problem: 'not a parameter of the task' }],
    ['of another type', { p: 1 }, { parameter: 'p', problem: 'not a string' }],
    ['none at all', ['a'], { problem: 'not an object of names and values' }],
  ])('[PARAM-6] of one that is %s the refusal tells name and rule', (_, raw, members) => {
    expect(() => validateParameters(task, raw)).toThrow(expect.objectContaining({ members }));
  });

  test('[PARAM-6] a refusal names the parameter and never the value', () => {
    try {
      validateParameters(task, { p: 'SECRET-VALUE' });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('SECRET-VALUE');
      expect(error).toMatchObject({ members: { parameter: 'p' } });
    }
  });
});

test('[PARAM-4] no text that passes can mean more than itself, whatever the pattern', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (value, path) => {
      try {
        check(text('[^]*', { path }), value);
      } catch {
        return true;
      }
      const plain = /^[\x20-\x7e]+$/.test(value) && !/["$'*:?\\`{}]/.test(value);
      const segments = value.split('/');
      const inside = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
      return plain && inside && (path || segments.length === 1);
    }),
    { numRuns: 5000 },
  );
});
