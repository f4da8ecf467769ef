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
 * The text whose SHA-256 is the challenge: domain, nonce, end, who signs and what for. A confirmation names the key's
 * material too, so that it holds for that key alone.
 */
export function passkeyText(
  domain: PasskeyDomain,
  { nonce, person, terms, expiresAt }: PasskeyChallenge,
  publicKey?: string,
): string {
  return canonicalText({
    domain,
    nonce,
    person: keyOf(person),
    terms: terms.kind === 'enrol' ? terms : { ...terms, of: keyOf(terms.of) },
    expiresAt: expiresAt.toISOString(),
    ...(publicKey !== undefined && { publicKey }),
  });
}
