// Passkeys of made-up people, with real WebAuthn: registrations and assertions of the browser are verified.

import { createHash } from 'node:crypto';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { AssertionBody } from '../../console/api/answers.ts';
import { canonicalText } from '../../src/core/record/canonical.ts';
import { shortCodeOf } from './short-code.ts';

/** A person's key. */
export interface FakePasskey {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly label: string;
  status: 'waiting' | 'active' | 'removed';
  readonly enrolledAt: string;
  activeSince?: string;
  removedAt?: string;
}

/** Somebody who signed in. */
export interface FakePerson {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** 32 bytes over the canonical JSON. */
export function challengeOver(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(canonicalText(value)).digest());
}

export const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** Options of a registration at this origin. */
export function registrationOptions(person: FakePerson, challenge: Uint8Array<ArrayBuffer>) {
  return generateRegistrationOptions({
    rpName: 'Remit',
    rpID: 'localhost',
    userName: person.name,
    userID: challengeOver([person.issuer, person.subject]),
    challenge,
    attestationType: 'none',
    authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
  });
}

/** The key of a registration. @throws Error when it does not verify */
export async function register(
  origin: string,
  {
    credential,
    challenge,
    label,
  }: { credential: RegistrationResponseJSON; challenge: string; label: string },
): Promise<FakePasskey> {
  const { registrationInfo } = await verifyRegistrationResponse({
    response: credential,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: 'localhost',
  });
  if (registrationInfo === undefined) throw new Error('the registration does not verify');
  const { id, publicKey } = registrationInfo.credential;
  const enrolledAt = new Date().toISOString();
  return { credentialId: id, publicKey: base64url(publicKey), label, status: 'waiting', enrolledAt };
}

/** Whether one of the keys signed the challenge. */
export async function isSignedBy(
  keys: readonly FakePasskey[],
  { origin, assertion, challenge }: { origin: string; assertion: AssertionBody; challenge: string },
): Promise<boolean> {
  const key = keys.find(({ credentialId }) => credentialId === assertion.credentialId);
  if (key === undefined) return false;
  const { credentialId: id, ...response } = assertion;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: 'localhost',
      credential: { id, publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')), counter: 0 },
    });
    return verified;
  } catch {
    return false;
  }
}

/** What two people compare. */
export function codeOf({ issuer, subject }: FakePerson, { credentialId, publicKey }: FakePasskey): string {
  return shortCodeOf({
    domain: 'remit/passkey-code/v1',
    person: { issuer, subject },
    credentialId,
    publicKey,
  });
}
