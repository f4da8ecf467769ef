// Patterns that hostile values could make slow are refused, and those that pass are quick, whatever the value.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchored, patternProblem } from '../../../src/core/catalog/patterns.ts';

const LONGEST = 128;

describe('a pattern', () => {
  test.each([
    '[a-z]+',
    'cus_[A-Za-z0-9]{8,24}',
    '20[0-9]{2}-(0[1-9]|1[0-2])',
    'v[0-9]+[.][0-9]+[.][0-9]+',
    '[a-z0-9]([a-z0-9-]*[a-z0-9])?',
    '([a-z]+/)*[a-z]+[.]csv',
    '(?:[a-z]+-)*[a-z]+',
    '(ab)+',
    '(a|b){2,30}',
    '(x(a|b))+',
    'a(b+)?',
    'a*?b',
    '[(|)*]+',
    '\\(+',
    '\\u{61}+\\x62{2}\\p{Lu}*_?',
    '^cus_\\w+$',
    '',
  ])('%s is fit', (pattern) => expect(patternProblem(pattern, LONGEST)).toBeUndefined());

  test.each([
    ['a loop in a loop', '(a+)+'],
    ['a loop in a loop, deeper', '(b(a+)?)+|((x+y?)+)+'],
    ['a choice of the same in a loop', '(a|a)*'],
    ['a choice that begins alike in a loop', '(ab|a|bc)*c'],
    ['a loop of what may be nothing', '((a))*b(c*)*'],
    ['a counted loop of what may be nothing', '(?:a?){30}a{30}'],
    ['many that may be left out', `${'a?'.repeat(30)}${'a'.repeat(30)}`],
    ['many choices that begin alike', `${'(a|aa)'.repeat(30)}b`],
    ['loops side by side', '[a-z]*[a-z]*[a-z]*[a-z]*[0-9]'],
    ['loops side by side that share some characters', '.*[a-m]+.*[k-z]+x'],
    ['a loop that is lazy', '(a+?)+?b'],
  ])('[PARAM-5] with %s is refused', (_, pattern) => {
    expect(patternProblem(pattern, LONGEST)).toContain('slow');
  });

  test.each([
    ['a lookahead', '(?=a)b', /lookaround/],
    ['a lookbehind', '(?<=a)b', /lookaround/],
    ['a back reference', '(a)\\1', /back reference/],
    ['a named group', '(?<n>a)', /named group/],
    ['modifiers', '(?i:a)', /./],
    ['a class that does not end', '[', /not a regular expression/],
    ['a group that ends the anchor', 'a)|(b', /not a regular expression/],
    ['no text that is short enough', 'a{200}', /matches no text/],
    ['loops that no text is long enough for', '((a{100}){100}){100}', /./],
  ])('with %s is refused', (_, pattern, message) => {
    expect(patternProblem(pattern, LONGEST)).toMatch(message);
  });

  test('may do more where its values are shorter', () => {
    expect(patternProblem('.*x.*y.*', 128)).toContain('slow');
    expect(patternProblem('.*x.*y.*', 40)).toBeUndefined();
  });
});

const atom = fc.constantFrom('a', 'b', '[ab]', '.', '\\w', '[^a]', '-');
const quantifier = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,30}', '*?', '{0,5}');
const { pattern: patterns } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(atom, quantifier).map(([one, times]) => `${one}${times}`),
    fc.tuple(tie('pattern'), quantifier).map(([inside, times]) => `(?:${inside})${times}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(${one}|${other})`),
  ),
  pattern: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
}));
const hostile = fc
  .tuple(fc.constantFrom('a', 'b', 'ab', 'aab', 'a-', '-'), fc.constantFrom('', '!', '-', 'b', 'c'))
  .map(([unit, end]) => unit.repeat(LONGEST).slice(0, LONGEST - end.length) + end);

test('[PARAM-5] every pattern that passes is quick, whatever the value', () => {
  let passed = 0;
  fc.assert(
    fc.property(patterns, fc.array(hostile, { minLength: 3, maxLength: 6 }), (pattern, values) => {
      if (patternProblem(pattern, LONGEST) !== undefined) return true;
      passed += 1;
      const regex = anchored(pattern);
      const from = process.cpuUsage();
      for (const value of values) regex.test(value);
      // an exponential one takes hours; of this process alone, whatever else the machine does
      return process.cpuUsage(from).user < 1_000_000;
    }),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(300);
});
