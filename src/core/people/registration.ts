// A new passkey (WebAuthn Level 3 §7.1): made on this site, with the person verified, for this challenge. What kind of
// authenticator it is does not matter, so no attestation is asked for, and statements with certificates are refused:
// nothing of theirs is parsed, and nothing is fetched on their word.

import { createHash } from 'node:crypto';
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { CHALLENGE_SECONDS } from '../approve/challenge.ts';
import type { Person } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';
import { Flaw, must } from '../verify/flaw.ts';
import { isPlainText } from '../verify/plain-text.ts';
import { checkClientData, isBase64url, rpIdOf, type Site } from './passkey-signature.ts';
import { keyOf, type Passkey } from './person.ts';

/** COSE names of ES256, EdDSA and RS256 (https://www.iana.org/assignments/cose). */
const COSE_ALGORITHMS = [-7, -8, -257];
const MAX_TRANSPORTS = 8;
const MAX_TRANSPORT_CHARACTERS = 32;

/** What the browser needs to make a passkey for this person. */
export function registrationOptions(
  person: Person,
  asked: { readonly site: Site; readonly challenge: Uint8Array; readonly known: readonly Passkey[] },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const name = person.name ?? person.subject;
  return generateRegistrationOptions({
    rpName: 'Remit',
    rpID: rpIdOf(asked.site),
    userName: name,
    userDisplayName: name,
    // the same person replaces its own passkey on one authenticator; nothing of the identity can be read from it
    userID: new Uint8Array(
      createHash('sha256')
        .update(canonicalText(keyOf(person)))
        .digest(),
    ),
    challenge: new Uint8Array(asked.challenge),
    timeout: CHALLENGE_SECONDS * 1000,
    attestationType: 'none',
    excludeCredentials: asked.known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    supportedAlgorithmIDs: COSE_ALGORITHMS,
  });
}

/** What a registration brings. */
export type Registered = Pick<Passkey, 'credentialId' | 'publicKey' | 'transports'>;

/** The new key. @throws Flaw unless it was made for this challenge on this site, with the person verified */
export async function verifyRegistration(
  response: RegistrationResponseJSON,
  expected: { readonly challenge: Uint8Array; readonly site: Site },
): Promise<Registered> {
  const { id, response: inner } = response;
  must(isBase64url(id) && isBase64url(inner.clientDataJSON), 'registration encoding');
  must(isBase64url(inner.attestationObject), 'registration encoding');
  checkClientData(inner.clientDataJSON);
  checkAttestation(inner.attestationObject);
  const credential = await register(response, expected);
  must(credential.id === id, 'credential id');
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    transports: readTransports(inner.transports),
  };
}

async function register(
  response: RegistrationResponseJSON,
  { challenge, site }: { readonly challenge: Uint8Array; readonly site: Site },
): Promise<{ readonly id: string; readonly publicKey: Uint8Array }> {
  try {
    const result = await verifyRegistrationResponse({
      response,
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: site.origin,
      expectedRPID: rpIdOf(site),
      expectedType: 'webauthn.create',
      requireUserPresence: true,
      requireUserVerification: true,
      supportedAlgorithmIDs: COSE_ALGORITHMS,
    });
    must(result.verified, 'registration');
    return result.registrationInfo.credential;
  } catch (cause) {
    // hostile bytes end in whatever error their parser has
    throw cause instanceof Flaw ? cause : new Flaw('registration', { cause });
  }
}

/** No attestation, or one that the key made about itself. */
function checkAttestation(attestationObject: string): void {
  const { format, hasCertificates } = readAttestation(attestationObject);
  must(format === 'none' || (format === 'packed' && !hasCertificates), 'attestation');
}

function readAttestation(text: string): { readonly format: string; readonly hasCertificates: boolean } {
  try {
    const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(text, 'base64url')));
    return { format: decoded.get('fmt'), hasCertificates: decoded.get('attStmt').get('x5c') !== undefined };
  } catch (cause) {
    throw new Flaw('attestation object', { cause });
  }
}

/** A hint for the browser of later; whatever is not one is left out. */
function readTransports(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((each) => isPlainText(each, MAX_TRANSPORT_CHARACTERS)).slice(0, MAX_TRANSPORTS);
}
