// The words that a person gives with a decision: bounded and visible, and never missing for break-glass.

import type { Decision } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { isPlainWords } from '../verify/plain-text.ts';

/** Longest reason, in characters. */
export const MAX_REASON_CHARACTERS = 500;

/** The reason as it is signed; empty when there is none. @throws Refusal `reason_missing`, `body_malformed` */
export function requireReason(decision: Decision, reason = ''): string {
  const text = reason.trim();
  if (text === '') {
    if (decision === 'break-glass') throw new Refusal('reason_missing');
    return '';
  }
  if (!isReason(text)) throw new Refusal('body_malformed', { detail: 'reason' });
  return text;
}

/** Whether there is something to read in it. */
export function isReason(text: string): boolean {
  // people may write more than one line
  return isPlainWords(text.replaceAll('\n', ' '), MAX_REASON_CHARACTERS);
}
