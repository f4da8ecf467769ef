// The texts that passkeys sign when passkeys change, each kind with a domain of its own, so that a signature for one
// is worth nothing for another, and nothing for a decision. The console writes the same texts and hashes them itself.

import { canonicalText } from '../record/canonical.ts';
import { keyOf } from './person.ts';
import type { PasskeyChallenge } from './ports.ts';

/** What each signature is for. */
export type PasskeyDomain =
  | 'remit/passkey-enrol/v1'
  | 'remit/passkey-add/v1'
  | 'remit/passkey-confirm/v1'
  | 'remit/passkey-remove/v1';

/**
 * The very key that a signature is about: a waiting one by its COSE key, a new one by its attestation object, in which
 * credential id and key are (both base64url).
 */
export type KeyMaterial = { readonly publicKey: string } | { readonly attestationObject: string };

/**
 * The text whose SHA-256 is the challenge: domain, nonce, end, who signs and what for. Whoever confirms a key, or adds
 * one with a key that counts already, signs its material too: the signature holds for that key alone.
 */
export function passkeyText(
  domain: PasskeyDomain,
  { nonce, person, terms, expiresAt }: PasskeyChallenge,
  key?: KeyMaterial,
): string {
  return canonicalText({
    domain,
    nonce,
    person: keyOf(person),
    terms: terms.kind === 'enrol' ? terms : { ...terms, of: keyOf(terms.of) },
    expiresAt: expiresAt.toISOString(),
    ...key,
  });
}
