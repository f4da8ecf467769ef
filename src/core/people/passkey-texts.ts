// What passkeys sign when passkeys change: canonical texts, each kind with a domain of its own, so that a signature
// for one is worth nothing for another, and nothing for a decision.

import { createHash } from 'node:crypto';
import { shortCode } from '../approve/binding-code.ts';
import { canonicalText } from '../record/canonical.ts';
import { keyOf, type Passkey, type PersonKey } from './person.ts';
import type { PasskeyChallenge } from './ports.ts';

/** What each signature is for. */
export type PasskeyDomain =
  | 'remit/passkey-enrol/v1'
  | 'remit/passkey-add/v1'
  | 'remit/passkey-confirm/v1'
  | 'remit/passkey-remove/v1';

/**
 * The WebAuthn challenge, 32 bytes: SHA-256 of the canonical JSON of domain, nonce, end, who signs and what for. A
 * confirmation names the key's material too, so that it holds for that key alone.
 */
export function passkeyChallenge(
  domain: PasskeyDomain,
  { nonce, person, terms, expiresAt }: PasskeyChallenge,
  publicKey?: string,
): Uint8Array {
  const text = canonicalText({
    domain,
    nonce,
    person: keyOf(person),
    terms: terms.kind === 'enrol' ? terms : { ...terms, of: keyOf(terms.of) },
    expiresAt: expiresAt.toISOString(),
    ...(publicKey !== undefined && { publicKey }),
  });
  return createHash('sha256').update(text).digest();
}

/** `XXXX-XXXX` that the one who enrolled and the one who confirms compare. */
export function passkeyCode(person: PersonKey, passkey: Pick<Passkey, 'credentialId' | 'publicKey'>): string {
  const { credentialId, publicKey } = passkey;
  return shortCode({ domain: 'remit/passkey-code/v1', person: keyOf(person), credentialId, publicKey });
}
