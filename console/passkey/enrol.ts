// Passkeys of one's own and of others: enrolling, confirming, removing. Every signature that an existing key gives is
// over a text written here (src/core/people/signed-text.ts); its domain makes it worthless as a decision.

import { type RegistrationResponseJSON, startRegistration } from '@simplewebauthn/browser';
import type { Person } from '../../src/core/model.ts';
import type { PasskeyTerms } from '../../src/core/people/ports.ts';
import { type KeyMaterial, type PasskeyDomain, passkeyText } from '../../src/core/people/signed-text.ts';
import type { AssertionBody, Challenge, PasskeyRow, WaitingPasskey } from '../api/answers.ts';
import type { Api } from '../api/client.ts';
import { PasskeyFailure, passkeySentence, signText } from './ceremony.ts';
import { base64url, sha256 } from './digest.ts';
import { passkeyCode, publicKeyOf } from './passkey-code.ts';

type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** `POST /api/passkeys/enrol/challenge`. */
interface EnrolmentBegun {
  readonly nonce: string;
  readonly options: RegistrationOptions;
  readonly needs: 'confirmation' | 'existing-key';
  readonly existing?: Pick<Challenge, 'credentialIds' | 'expiresAt'>;
}

/** A passkey that was enrolled; `code` when somebody has to confirm it. */
export interface Enrolled {
  readonly passkey: PasskeyRow;
  readonly code?: string;
}

/** Whose passkey a removal is about. */
export interface PasskeyOf {
  readonly person: Person;
  readonly credentialId: string;
  /** Needed for somebody else's. */
  readonly reason?: string;
}

interface Signing {
  readonly domain: PasskeyDomain;
  readonly signer: Person;
  readonly terms: PasskeyTerms;
  readonly challenge: Challenge;
  /** The key that is confirmed. */
  readonly key?: KeyMaterial;
}

const keyOf = ({ issuer, subject }: Person) => ({ issuer, subject });

/** Makes a passkey on this device or key and enrols it. @throws ApiFailure, PasskeyFailure */
export async function enrolPasskey(api: Api, signer: Person, label: string): Promise<Enrolled> {
  const begun = await api.post<EnrolmentBegun>('/api/passkeys/enrol/challenge', { label });
  const credential = await create(begun.options);
  const existing = await vouch(signer, begun, { label, credential });
  const { nonce } = begun;
  const enrolled = await api.post<Enrolled>('/api/passkeys/enrol', {
    nonce,
    credential,
    ...(existing && { existing }),
  });
  const publicKey = publicKeyOf(credential);
  if (enrolled.code !== undefined && publicKey !== undefined)
    await requireCode(enrolled.code, { person: signer, credentialId: credential.id, publicKey });
  return enrolled;
}

/** Somebody's waiting passkey, and how the signer knows whose it is. */
export type Vouching = WaitingPasskey & { readonly reason: string };

/** Confirms somebody else's passkey: the very key whose code was compared. @throws ApiFailure, PasskeyFailure */
export async function confirmPasskey(api: Api, signer: Person, waiting: Vouching): Promise<void> {
  const { person, credentialId, publicKey, reason } = waiting;
  await requireCode(waiting.code, waiting);
  const of = keyOf(person);
  const challenge = await api.post<Challenge>('/api/passkeys/confirm/challenge', {
    ...of,
    credentialId,
    reason,
  });
  const terms = { kind: 'confirm' as const, of, credentialId, reason };
  const assertion = await sign({
    domain: 'remit/passkey-confirm/v1',
    signer,
    terms,
    challenge,
    key: { publicKey },
  });
  await api.post('/api/passkeys/confirm', { nonce: challenge.nonce, assertion });
}

/** Removes a passkey. @throws ApiFailure, PasskeyFailure */
export async function removePasskey(api: Api, signer: Person, passkey: PasskeyOf): Promise<void> {
  const { credentialId } = passkey;
  const of = keyOf(passkey.person);
  const why = passkey.reason === undefined ? {} : { reason: passkey.reason };
  const asked = { ...of, credentialId, ...why };
  const challenge = await api.post<Challenge>('/api/passkeys/remove/challenge', asked);
  const terms = { kind: 'remove' as const, of, credentialId, ...why };
  const assertion = await sign({ domain: 'remit/passkey-remove/v1', signer, terms, challenge });
  await api.post('/api/passkeys/remove', { nonce: challenge.nonce, assertion });
}

async function create(optionsJSON: RegistrationOptions) {
  try {
    return await startRegistration({ optionsJSON });
  } catch (error) {
    throw new PasskeyFailure(passkeySentence(error), { cause: error });
  }
}

/** A further key is vouched for by one that counts already, which signs that very key. */
async function vouch(
  signer: Person,
  { needs, existing, nonce, options }: EnrolmentBegun,
  { label, credential }: { readonly label: string; readonly credential: RegistrationResponseJSON },
): Promise<AssertionBody | undefined> {
  if (needs !== 'existing-key' || existing === undefined) return undefined;
  const { attestationObject } = credential.response;
  const terms = { kind: 'enrol' as const, label };
  const expiresAt = new Date(existing.expiresAt);
  const about = { nonce, person: keyOf(signer), terms, expiresAt };
  const text = passkeyText('remit/passkey-add/v1', about, { attestationObject });
  // the server learns of the new key with this signature: the challenge is ours alone
  const challenge = base64url(await sha256(text));
  const rpId = options.rp.id ?? window.location.hostname;
  return signText(text, { ...existing, nonce, rpId, challenge });
}

function sign({ domain, signer, terms, challenge, key }: Signing): Promise<AssertionBody> {
  const { nonce } = challenge;
  const expiresAt = new Date(challenge.expiresAt);
  const text = passkeyText(domain, { nonce, person: keyOf(signer), terms, expiresAt }, key);
  return signText(text, challenge);
}

/** A server that shows one code and means another key is found out. */
async function requireCode(
  told: string,
  passkey: Pick<WaitingPasskey, 'person' | 'credentialId' | 'publicKey'>,
): Promise<void> {
  if ((await passkeyCode(passkey)) === told) return;
  throw new PasskeyFailure(
    'The code that the server shows is not that of the passkey. Tell an administrator.',
  );
}
