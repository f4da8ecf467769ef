// What a decision leaves behind: who decided what, with the ID token and the passkey's signature that prove it. The
// issuing function verifies all of it again before it mints; nothing else counts.

import type { Decision, GrantId, Person } from '../model.ts';

/** A WebAuthn assertion (https://www.w3.org/TR/webauthn-3/#authenticatorassertionresponse), base64url members. */
export interface PasskeyAssertion {
  readonly credentialId: string;
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** What a decision signs: the challenge is a hash of all of this (challenge.ts). */
export interface DecisionTerms {
  readonly grantId: GrantId;
  readonly requestDigest: string;
  readonly decision: Decision;
  /** The person's own words; empty when there are none. */
  readonly reason: string;
  readonly approver: Pick<Person, 'issuer' | 'subject'>;
  /** Single use, from the decision endpoint; 256 bits, base64url. */
  readonly nonce: string;
  /** The signature must be made before. */
  readonly expiresAt: Date;
}

/** The evidence of one decision. */
export interface Evidence {
  /** The challenge's nonce: one challenge, one piece of evidence. */
  readonly evidenceId: string;
  readonly terms: DecisionTerms;
  readonly decidedAt: Date;
  readonly idToken: string;
  readonly assertion: PasskeyAssertion;
}
