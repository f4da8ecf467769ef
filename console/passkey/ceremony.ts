// Asks a passkey for its signature (WebAuthn Level 3), always with user verification, over a challenge computed here.
// The server's own idea of the challenge only has to agree.

import { startAuthentication, WebAuthnError } from '@simplewebauthn/browser';
import type { AssertionBody, Challenge } from '../api/answers.ts';
import { serverNow } from '../parts/clock.ts';
import { isTooLate } from './challenge-end.ts';
import { base64url, sha256 } from './digest.ts';

/** The passkey gave no signature; `message` says why and what to do. */
export class PasskeyFailure extends Error {
  override readonly name = 'PasskeyFailure';
}

/** Signs the SHA-256 of `text`. @throws PasskeyFailure */
export async function signText(text: string, challenge: Challenge): Promise<AssertionBody> {
  const computed = base64url(await sha256(text));
  if (computed !== challenge.challenge)
    throw new PasskeyFailure(
      'The server asked for a signature over something else than this page shows. Nothing was signed; tell an administrator.',
    );
  if (isTooLate(challenge.expiresAt, Date.now()))
    throw new PasskeyFailure(
      'The server asked for a signature that could be used for longer than two minutes, or the clock of this device is more than a minute behind. Nothing was signed; set the clock, and if it is right tell an administrator.',
    );
  if (challenge.credentialIds.length === 0)
    throw new PasskeyFailure('You have no passkey that may be used for this.');
  const { id, response } = await ask(computed, challenge);
  return {
    credentialId: id,
    authenticatorData: response.authenticatorData,
    clientDataJSON: response.clientDataJSON,
    signature: response.signature,
  };
}

async function ask(computed: string, { credentialIds, rpId, expiresAt }: Challenge) {
  try {
    return await startAuthentication({
      optionsJSON: {
        challenge: computed,
        rpId,
        userVerification: 'required',
        timeout: Math.max(1000, Date.parse(expiresAt) - serverNow()),
        allowCredentials: credentialIds.map((id) => ({ id, type: 'public-key' as const })),
      },
    });
  } catch (error) {
    throw new PasskeyFailure(passkeySentence(error), { cause: error });
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  NotAllowedError: 'The passkey was not used: it was cancelled, or took too long. Nothing was changed.',
  AbortError: 'The passkey was not used: the question was withdrawn. Nothing was changed.',
  InvalidStateError: 'This device has a passkey of yours already.',
  SecurityError: 'The browser does not allow passkeys at this address.',
  NotSupportedError: 'This device has no passkey of a kind that can be used here.',
  ConstraintError: 'This device cannot check that it is you (PIN, fingerprint or face are needed).',
};

/** What happened, for the reader. */
export function passkeySentence(error: unknown): string {
  const name =
    error instanceof WebAuthnError && error.cause instanceof Error ? error.cause.name : nameOf(error);
  if (/not supported in this browser/.test(String(error)))
    return 'This browser has no passkeys (WebAuthn). Use another one.';
  return SENTENCES[name] ?? 'The passkey could not be used. Nothing was changed.';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
