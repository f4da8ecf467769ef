// The purpose of a request, which people read: how long it may be, and what is wrong with one that is refused.

import { isPlainWords } from './plain-text.ts';

/** Longest purpose of a request, in characters. */
const PURPOSE_LENGTH = 500;

/** What is wrong with the purpose, in words of ours that quote nothing of it; undefined where nothing is. */
export function purposeProblem(purpose: string): string | undefined {
  const text = purpose.trim();
  if (text === '') return 'empty';
  if (text.length > PURPOSE_LENGTH) return `longer than ${PURPOSE_LENGTH} characters`;
  // a line break, a right-to-left override, what has no glyph
  return isPlainWords(text, PURPOSE_LENGTH) ? undefined : 'with a line break or characters that nobody sees';
}
