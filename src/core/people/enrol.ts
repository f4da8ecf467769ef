// A new passkey of the person who is signed in. The first one waits until somebody else has confirmed it; a further
// one needs the signature of one that counts already. A credential id is one person's for ever, also once removed.

import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { PasskeyAssertion } from '../approve/evidence.ts';
import { Refusal } from '../refusal.ts';
import { Flaw } from '../verify/flaw.ts';
import { isPlainWords } from '../verify/plain-text.ts';
import {
  openPasskeyChallenge,
  type PasskeyDeps,
  type PasskeyQuestion,
  requirePasskeySignature,
  takePasskeyChallenge,
} from './passkey-deps.ts';
import { passkeyChallenge, passkeyCode } from './passkey-texts.ts';
import {
  activePasskeys,
  isActive,
  keyOf,
  type Passkey,
  type PersonRecord,
  type VerifiedPerson,
} from './person.ts';
import type { PasskeyChallenge } from './ports.ts';
import { type Registered, registrationOptions, verifyRegistration } from './registration.ts';
import { hasLapsed } from './waiting.ts';
import { writePasskey } from './write-passkey.ts';

export const MAX_LABEL_CHARACTERS = 64;
/** Passkeys of one person that count or wait. */
export const MAX_PASSKEYS = 10;
/** With removed ones, which stay on the row so that they never come back. */
const MAX_PASSKEYS_EVER = 200;

/** What the browser needs to make a passkey, and to ask an existing one. */
export interface BegunEnrolment {
  readonly nonce: string;
  readonly options: PublicKeyCredentialCreationOptionsJSON;
  readonly needs: 'confirmation' | 'existing-key';
  /**
   * Keys of which one has to sign `remit/passkey-add/v1` over the new key (signed-text.ts). There is no challenge yet:
   * it is made of what the authenticator answers.
   */
  readonly existing?: Pick<PasskeyQuestion, 'credentialIds' | 'expiresAt'>;
}

/** @throws Refusal `body_malformed` for a label that cannot be shown, `passkeys_full` */
export async function beginEnrolment(
  deps: PasskeyDeps,
  asked: { readonly person: VerifiedPerson; readonly label: string },
): Promise<BegunEnrolment> {
  const { person } = asked.person;
  const label = readLabel(asked.label);
  const record = await deps.people.findPerson(keyOf(person));
  requireRoom(record, deps.clock());
  const challenge = await openPasskeyChallenge(deps, person, { kind: 'enrol', label });
  const options = await registrationOptions(person, {
    site: deps.site,
    challenge: passkeyChallenge('remit/passkey-enrol/v1', challenge),
    known: (record?.passkeys ?? []).filter(({ status }) => status !== 'removed'),
  });
  const passkeys = activePasskeys(record);
  const { nonce, expiresAt } = challenge;
  if (passkeys.length === 0) return { nonce, options, needs: 'confirmation' };
  const existing = { credentialIds: passkeys.map(({ credentialId }) => credentialId), expiresAt };
  return { nonce, options, needs: 'existing-key', existing };
}

/** What the browser made. */
export interface Enrolment {
  readonly person: VerifiedPerson;
  readonly nonce: string;
  readonly credential: RegistrationResponseJSON;
  /** The signature of a passkey that counts over the new one's material, from everybody who has one. */
  readonly existing?: PasskeyAssertion | undefined;
}

/** The new passkey; with the code to compare when it waits for confirmation. */
export interface Enrolled {
  readonly passkey: Passkey;
  readonly code?: string;
}

/** @throws Refusal `challenge_unknown`, `passkey_rejected`, `passkey_unknown`, `passkeys_full`, `store_unavailable` */
export async function finishEnrolment(
  deps: PasskeyDeps,
  enrolment: Enrolment,
  requestId: string,
): Promise<Enrolled> {
  const { person } = enrolment.person;
  const { nonce, credential } = enrolment;
  const challenge = await takePasskeyChallenge(deps, { person, nonce, kind: 'enrol' });
  const signedBy = await existingKey(deps, enrolment, challenge);
  const registered = await readRegistration(deps, credential, challenge);
  const { credentialId } = registered;
  if (!(await deps.people.claimCredential(credentialId, keyOf(person))))
    throw new Refusal('passkey_rejected', { detail: 'credential id of another person' });
  const now = deps.clock();
  const passkey: Passkey = {
    ...registered,
    label: challenge.terms.label,
    enrolledAt: now,
    ...(signedBy === undefined
      ? { status: 'waiting' }
      : { status: 'active', activeSince: now, confirmedBy: person }),
  };
  const written = await writePasskey(deps, {
    person,
    credentialId,
    act: { type: 'passkey.enrolled', by: person, at: now, requestId },
    change: (current, record) => {
      requireRoom(record, now);
      if (current !== undefined) throw new Refusal('passkey_rejected', { detail: 'enrolled before' });
      requireOwnCode(record, passkey);
      if (signedBy !== undefined) requireStillActive(record, signedBy);
      // the first one was confirmed meanwhile: from then on it has to sign
      else if (activePasskeys(record).length > 0)
        throw new Refusal('passkey_unknown', { detail: 'needs an existing one' });
      return passkey;
    },
  });
  return signedBy === undefined
    ? { passkey: written, code: passkeyCode(person, written) }
    : { passkey: written };
}

/** The passkey that vouches for the new one; undefined for somebody who has none. */
async function existingKey(
  deps: PasskeyDeps,
  { person, existing, credential }: Enrolment,
  challenge: PasskeyChallenge,
): Promise<Passkey | undefined> {
  const passkeys = activePasskeys(await deps.people.findPerson(keyOf(person.person)));
  if (passkeys.length === 0) return undefined;
  if (existing === undefined) throw new Refusal('passkey_unknown', { detail: 'needs an existing one' });
  const { attestationObject } = credential.response;
  const signed = passkeyChallenge('remit/passkey-add/v1', challenge, { attestationObject });
  return requirePasskeySignature(deps, existing, { challenge: signed, passkeys });
}

async function readRegistration(
  deps: PasskeyDeps,
  credential: RegistrationResponseJSON,
  challenge: PasskeyChallenge,
): Promise<Registered> {
  const signed = passkeyChallenge('remit/passkey-enrol/v1', challenge);
  try {
    return await verifyRegistration(credential, { challenge: signed, site: deps.site });
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('passkey_rejected', { detail: error.message, cause: error.cause });
  }
}

/**
 * The code is 40 bits, and whoever sees one can look for another key that has it: two keys of a person with one code
 * could not be told apart by whoever confirms.
 */
function requireOwnCode({ person, passkeys }: PersonRecord, passkey: Passkey): void {
  const code = passkeyCode(person, passkey);
  if (passkeys.some((each) => passkeyCode(person, each) === code))
    throw new Refusal('passkey_rejected', { detail: 'code of another of these keys' });
}

function requireStillActive(record: PersonRecord, { credentialId }: Passkey): void {
  const still = record.passkeys.some((each) => each.credentialId === credentialId && isActive(each));
  if (!still) throw new Refusal('passkey_unknown', { detail: 'removed meanwhile' });
}

/** What waits no longer takes no room: whoever signs in as somebody for a while must not lock them out for good. */
function requireRoom(record: PersonRecord | undefined, now: Date): void {
  const passkeys = (record?.passkeys ?? []).filter((each) => !hasLapsed(each, now));
  const kept = passkeys.filter(({ status }) => status !== 'removed');
  if (kept.length >= MAX_PASSKEYS || passkeys.length >= MAX_PASSKEYS_EVER) throw new Refusal('passkeys_full');
}

function readLabel(text: string): string {
  const label = text.trim();
  if (isPlainWords(label, MAX_LABEL_CHARACTERS)) return label;
  throw new Refusal('body_malformed', { detail: 'label' });
}
