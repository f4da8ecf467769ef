// Why a person acts on what is not theirs: kept with the act, and read by whoever asks afterwards.

import { Refusal } from '../refusal.ts';
import { isPlainWords } from '../verify/plain-text.ts';

/** Longest reason of an act, in characters. */
export const MAX_ACT_REASON_CHARACTERS = 500;

/** @returns the reason without the blanks around it. @throws Refusal `reason_missing`, `body_malformed` */
export function requireActReason(text = ''): string {
  const reason = text.trim();
  if (reason === '') throw new Refusal('reason_missing');
  // people may write more than one line
  if (!isPlainWords(reason.replaceAll('\n', ' '), MAX_ACT_REASON_CHARACTERS))
    throw new Refusal('body_malformed', { detail: 'reason' });
  return reason;
}
