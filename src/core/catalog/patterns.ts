// A parameter's pattern: a regular expression that a hostile value cannot make slow, because what the engine may try
// is counted beforehand, for the longest value that the parameter can have.

import { shortestMatch, waysThrough } from './pattern-cost.ts';
import { parsePattern } from './pattern-tree.ts';

/** Ways through a pattern; each costs at most the length of the value. */
const MOST_WAYS = 2000;

/** The pattern as it is used: the whole value, always. */
export function anchored(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

/** What is wrong with a pattern for values of at most `longest` characters, or undefined. */
export function patternProblem(pattern: string, longest: number): string | undefined {
  try {
    // by itself, and not only anchored: `a)|(b` would close the anchor's group
    new RegExp(pattern, 'u');
    // compiled when first used: one that is too large says so only then
    anchored(pattern).test('');
  } catch {
    return 'is not a regular expression';
  }
  if (/\\[1-9k]|\(\?(?!:)/.test(pattern)) return 'has a back reference, a lookaround or a named group';
  const tree = parsePattern(pattern);
  if (shortestMatch(tree) > longest) return `matches no text of ${longest} characters or less`;
  if (waysThrough(tree, longest) > MOST_WAYS)
    return 'could be made slow: it can match the same text in many ways';
  return undefined;
}
