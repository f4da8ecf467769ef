// Passkeys of one's own and of others: enrolling, confirming, removing. Every signature that an existing key gives is
// over a text written here; its domain makes it worthless as a decision.

import { startRegistration } from '@simplewebauthn/browser';
import type { Person } from '../../src/core/model.ts';
import { canonicalText } from '../../src/core/record/canonical.ts';
import type { AssertionBody, Challenge, PasskeyRow } from '../api/answers.ts';
import type { Api } from '../api/client.ts';
import { PasskeyFailure, passkeySentence, signText } from './ceremony.ts';

type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** `POST /api/passkeys/enrol/challenge`. */
interface EnrolmentBegun {
  readonly nonce: string;
  readonly options: RegistrationOptions;
  readonly needs: 'confirmation' | 'existing-key';
  readonly existing?: Omit<Challenge, 'nonce'>;
}

/** A passkey that was enrolled; `code` when somebody has to confirm it. */
export interface Enrolled {
  readonly passkey: PasskeyRow;
  readonly code?: string;
}

/** Whose passkey a signature is about. */
export interface PasskeyOf {
  readonly person: Person;
  readonly credentialId: string;
}

type Domain = 'remit/passkey-add/v1' | 'remit/passkey-confirm/v1' | 'remit/passkey-remove/v1';

interface Signing {
  readonly domain: Domain;
  readonly signer: Person;
  readonly of: PasskeyOf;
  readonly challenge: Challenge;
}

/** Makes a passkey on this device or key and enrols it. @throws ApiFailure, PasskeyFailure */
export async function enrolPasskey(api: Api, signer: Person, label: string): Promise<Enrolled> {
  const begun = await api.post<EnrolmentBegun>('/api/passkeys/enrol/challenge', { label });
  const credential = await create(begun.options);
  const existing = await vouch(signer, begun, credential.id);
  return api.post<Enrolled>('/api/passkeys/enrol', {
    nonce: begun.nonce,
    credential,
    ...(existing && { existing }),
  });
}

/** Confirms somebody else's passkey. @throws ApiFailure, PasskeyFailure */
export async function confirmPasskey(api: Api, signer: Person, of: PasskeyOf): Promise<void> {
  const challenge = await api.post<Challenge>('/api/passkeys/confirm/challenge', addressOf(of));
  const assertion = await sign({ domain: 'remit/passkey-confirm/v1', signer, of, challenge });
  await api.post('/api/passkeys/confirm', { nonce: challenge.nonce, assertion });
}

/** Removes a passkey. @throws ApiFailure, PasskeyFailure */
export async function removePasskey(api: Api, signer: Person, of: PasskeyOf): Promise<void> {
  const challenge = await api.post<Challenge>('/api/passkeys/remove/challenge', addressOf(of));
  const assertion = await sign({ domain: 'remit/passkey-remove/v1', signer, of, challenge });
  await api.post('/api/passkeys/remove', { nonce: challenge.nonce, assertion });
}

function addressOf({ person: { issuer, subject }, credentialId }: PasskeyOf) {
  return { issuer, subject, credentialId };
}

async function create(optionsJSON: RegistrationOptions) {
  try {
    return await startRegistration({ optionsJSON });
  } catch (error) {
    throw new PasskeyFailure(passkeySentence(error), { cause: error });
  }
}

/** A further key is vouched for by one that counts already. */
async function vouch(
  signer: Person,
  { needs, existing, nonce }: EnrolmentBegun,
  credentialId: string,
): Promise<AssertionBody | undefined> {
  if (needs !== 'existing-key' || existing === undefined) return undefined;
  const of = { person: signer, credentialId };
  return sign({ domain: 'remit/passkey-add/v1', signer, of, challenge: { ...existing, nonce } });
}

function sign({ domain, signer, of, challenge }: Signing): Promise<AssertionBody> {
  const text = canonicalText({
    domain,
    person: { issuer: of.person.issuer, subject: of.person.subject },
    credentialId: of.credentialId,
    signer: { issuer: signer.issuer, subject: signer.subject },
    nonce: challenge.nonce,
    expiresAt: challenge.expiresAt,
  });
  return signText(text, challenge);
}
