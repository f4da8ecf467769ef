// What a passkey signs when a person decides: the canonical JSON of all that the decision is about. The console writes
// the same text from what it shows and hashes it itself, so that what is shown is what is signed.

import { canonicalText } from '../record/canonical.ts';
import type { DecisionTerms } from './evidence.ts';

/** No text of another kind opens with this: a signature for one purpose is worth nothing for another. */
export const DECISION_DOMAIN = 'remit/approval/v1';

/** The text whose SHA-256 is the challenge of a decision. */
export function decisionText(terms: DecisionTerms): string {
  return canonicalText({
    domain: DECISION_DOMAIN,
    grantId: terms.grantId,
    requestDigest: terms.requestDigest,
    decision: terms.decision,
    reason: terms.reason,
    approver: { issuer: terms.approver.issuer, subject: terms.approver.subject },
    nonce: terms.nonce,
    expiresAt: terms.expiresAt.toISOString(),
  });
}
