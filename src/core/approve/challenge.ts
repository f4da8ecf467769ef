// The WebAuthn challenge of a decision: SHA-256 over its canonical text.

import { createHash } from 'node:crypto';
import { decisionText } from './challenge-text.ts';
import type { DecisionTerms } from './evidence.ts';

/** How long a challenge may be answered. */
export const CHALLENGE_SECONDS = 120;

/** The challenge of these terms, 32 bytes. */
export function challengeOf(terms: DecisionTerms): Uint8Array {
  return createHash('sha256').update(decisionText(terms)).digest();
}
