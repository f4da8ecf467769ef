// Whether a passkey signed this challenge for this site with the person verified (WebAuthn Level 3 §7.2). Counters are
// not compared: synced passkeys have none, and each challenge counts once anyway.

import type { PasskeyAssertion } from '../approve/evidence.ts';
import { Flaw, must } from '../verify/flaw.ts';
import { isObject, readJson } from '../verify/json.ts';
import type { Passkey } from './person.ts';

/** Longest member of an assertion, in characters: extensions and RSA signatures fit many times. */
const MAX_MEMBER_CHARACTERS = 8192;

/** The site that passkeys belong to. */
export interface Site {
  /** Exact origin, such as `https://remit.example.com`; its host is the relying party id. */
  readonly origin: string;
}

/** The relying party id of a site. */
export function rpIdOf({ origin }: Site): string {
  return new URL(origin).hostname;
}

/** What must have been signed, by which key, where. */
export interface Expected {
  readonly passkey: Pick<Passkey, 'credentialId' | 'publicKey'>;
  readonly challenge: Uint8Array;
  readonly site: Site;
}

/** @throws Flaw unless this passkey signed this challenge on this site, with the person verified. */
export async function verifyPasskeySignature(assertion: PasskeyAssertion, expected: Expected): Promise<void> {
  const { passkey, challenge, site } = expected;
  must(assertion.credentialId === passkey.credentialId, 'credential id');
  for (const member of Object.values(assertion)) must(isBase64url(member), 'assertion encoding');
  checkClientData(assertion.clientDataJSON);
  must(await isSigned(assertion, { passkey, challenge, site }), 'passkey signature');
}

async function isSigned(
  assertion: PasskeyAssertion,
  { passkey, challenge, site }: Expected,
): Promise<boolean> {
  const { credentialId, authenticatorData, clientDataJSON, signature } = assertion;
  // its parsers of certificates take long to load, and most functions that could ask never do
  const { verifyAuthenticationResponse } = await import('./assertion-verifier.ts');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { authenticatorData, clientDataJSON, signature },
      },
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: site.origin,
      expectedRPID: rpIdOf(site),
      expectedType: 'webauthn.get',
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: 0,
      },
    });
    return verified && authenticationInfo.userVerified;
  } catch (cause) {
    // hostile bytes end in whatever error their parser has
    throw new Flaw('passkey assertion', { cause });
  }
}

/** One reading of the browser's word, and no frame of another site around the page. */
export function checkClientData(clientDataJSON: string): void {
  const data = readJson(Buffer.from(clientDataJSON, 'base64url'));
  must(isObject(data), 'client data');
  must(data['crossOrigin'] === undefined || data['crossOrigin'] === false, 'cross origin');
  must(data['topOrigin'] === undefined, 'top origin');
}

/** Base64url without padding, of one spelling and bounded. */
export function isBase64url(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text !== '' &&
    text.length <= MAX_MEMBER_CHARACTERS &&
    Buffer.from(text, 'base64url').toString('base64url') === text
  );
}
