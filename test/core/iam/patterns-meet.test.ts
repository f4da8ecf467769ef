// Whether two patterns have a text in common, against trying all short texts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../../src/core/iam/match.ts';
import { arnsMeet, patternsMeet } from '../../../src/core/iam/patterns-meet.ts';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });

/** All texts of a and b up to a length that two such patterns never need more than. */
function texts(length: number): string[] {
  if (length === 0) return [''];
  const shorter = texts(length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => [`${text}a`, `${text}b`])];
}
const ALL = texts(8);

test('[ASK-13] exactly when some text matches both', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const isCommon = ALL.some((text) => matchesPattern(one, text) && matchesPattern(other, text));
      expect(patternsMeet(one, other)).toBe(isCommon);
    }),
  );
});

test('[ASK-13] no wildcard reaches over a colon into the next part', () => {
  expect(arnsMeet('arn:aws:s3:::a/*/x', 'arn:aws:s3:::a/b/*')).toBe(true);
  expect(arnsMeet('arn:aws:s3:*', 'arn:aws:sqs:eu-west-1:1:a')).toBe(false);
  expect(arnsMeet('arn:aws:*:*:*:a', 'arn:aws:sqs:eu-west-1:1:b')).toBe(false);
});
