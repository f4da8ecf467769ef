// The reason that every act needs, as the API reads it.

import { isPlainWords } from '../../src/core/verify/plain-text.ts';

/** The API's own limit. */
const LONGEST_REASON = 500;

/** What is wrong with a reason, for the reader; nothing when it is good. */
export function problemOfReason(text: string): string {
  const reason = text.trim();
  if (reason === '') return 'Say why. It stays with the act.';
  if (reason.length > LONGEST_REASON)
    return `At most ${LONGEST_REASON} characters; these are ${reason.length}.`;
  // people may write more than one line
  return isPlainWords(reason.replaceAll('\n', ' '), LONGEST_REASON)
    ? ''
    : 'There is a character in it that cannot be seen.';
}
