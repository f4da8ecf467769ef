// What is made of the texts about passkeys: the challenge that is signed, and the code that two people compare.

import { createHash } from 'node:crypto';
import { shortCode } from '../approve/binding-code.ts';
import { keyOf, type Passkey, type PersonKey } from './person.ts';
import type { PasskeyChallenge } from './ports.ts';
import { type KeyMaterial, type PasskeyDomain, passkeyText } from './signed-text.ts';

/** The WebAuthn challenge, 32 bytes: SHA-256 of the signed text. */
export function passkeyChallenge(
  domain: PasskeyDomain,
  challenge: PasskeyChallenge,
  key?: KeyMaterial,
): Uint8Array {
  return createHash('sha256')
    .update(passkeyText(domain, challenge, key))
    .digest();
}

/** `XXXX-XXXX` that the one who enrolled and the one who confirms compare. */
export function passkeyCode(person: PersonKey, passkey: Pick<Passkey, 'credentialId' | 'publicKey'>): string {
  const { credentialId, publicKey } = passkey;
  return shortCode({ domain: 'remit/passkey-code/v1', person: keyOf(person), credentialId, publicKey });
}
