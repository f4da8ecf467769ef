// The code that two people compare before one confirms the other's passkey, computed from the key itself.

import type { RegistrationResponseJSON } from '@simplewebauthn/browser';
import { canonicalText } from '../../src/core/record/canonical.ts';
import type { WaitingPasskey } from '../api/answers.ts';
import { base64url, bytesOf, shortCode } from './digest.ts';

/** Layout of authenticator data (WebAuthn Level 3 §6.1): hash of the RP id, flags, counter, AAGUID, length of the id. */
const FLAGS_AT = 32;
const ID_LENGTH_AT = 53;
const ID_AT = 55;
const HAS_EXTENSIONS = 0x80;

/** `XXXX-XXXX`. */
export function passkeyCode({
  person: { issuer, subject },
  credentialId,
  publicKey,
}: Pick<WaitingPasskey, 'person' | 'credentialId' | 'publicKey'>): Promise<string> {
  return shortCode(
    canonicalText({ domain: 'remit/passkey-code/v1', person: { issuer, subject }, credentialId, publicKey }),
  );
}

/** The COSE key of a new passkey, base64url; undefined where the browser does not tell it alone. */
export function publicKeyOf({ response }: RegistrationResponseJSON): string | undefined {
  if (response.authenticatorData === undefined) return undefined;
  const bytes = bytesOf(response.authenticatorData);
  const flags = bytes[FLAGS_AT] ?? HAS_EXTENSIONS;
  if ((flags & HAS_EXTENSIONS) !== 0 || bytes.length < ID_AT) return undefined;
  const idLength = new DataView(bytes.buffer).getUint16(ID_LENGTH_AT);
  return base64url(bytes.subarray(ID_AT + idLength));
}
