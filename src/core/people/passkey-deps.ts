// What the flows of passkeys need of the world, and their challenges: each for one person and one purpose, used once.

import { CHALLENGE_SECONDS } from '../approve/challenge.ts';
import type { PasskeyAssertion } from '../approve/evidence.ts';
import type { PeopleReader } from '../approve/ports.ts';
import type { Clock, Random } from '../ports.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { Flaw } from '../verify/flaw.ts';
import { rpIdOf, type Site, verifyPasskeySignature } from './passkey-signature.ts';
import {
  activePasskeys,
  keyOf,
  type Passkey,
  type PeopleIssuer,
  type PersonKey,
  samePerson,
} from './person.ts';
import type { PasskeyChallenge, PasskeyChallengeStore, PasskeyTerms, PeopleStore } from './ports.ts';

export interface PasskeyDeps {
  readonly people: PeopleStore;
  readonly challenges: PasskeyChallengeStore;
  readonly issuer: Pick<PeopleIssuer, 'roles'>;
  readonly site: Site;
  readonly clock: Clock;
  readonly random: Random;
}

/** What the browser needs to ask a passkey of the person. */
export interface PasskeyQuestion {
  readonly nonce: string;
  /** Base64url. */
  readonly challenge: string;
  readonly credentialIds: readonly string[];
  readonly expiresAt: Date;
  readonly rpId: string;
}

/** A person's answer to a challenge. */
export interface PasskeyAnswer {
  readonly nonce: string;
  readonly assertion: PasskeyAssertion;
}

/** Opens a challenge of this person for these terms. */
export async function openPasskeyChallenge(
  deps: PasskeyDeps,
  person: PersonKey,
  terms: PasskeyTerms,
): Promise<PasskeyChallenge> {
  const challenge: PasskeyChallenge = {
    nonce: Buffer.from(deps.random.bytes(32)).toString('base64url'),
    person: keyOf(person),
    terms,
    expiresAt: addSeconds(deps.clock(), CHALLENGE_SECONDS),
  };
  await deps.challenges.openPasskeyChallenge(challenge);
  return challenge;
}

type TermsOf<Kind extends PasskeyTerms['kind']> = Extract<PasskeyTerms, { readonly kind: Kind }>;

/** Uses a challenge that was opened for this person and purpose. @throws Refusal `challenge_unknown` */
export async function takePasskeyChallenge<Kind extends PasskeyTerms['kind']>(
  deps: PasskeyDeps,
  asked: { readonly person: PersonKey; readonly nonce: string; readonly kind: Kind },
): Promise<PasskeyChallenge & { readonly terms: TermsOf<Kind> }> {
  const challenge = await deps.challenges.usePasskeyChallenge(asked.nonce, deps.clock());
  if (challenge === undefined) throw new Refusal('challenge_unknown');
  if (challenge.terms.kind !== asked.kind || !samePerson(challenge.person, asked.person))
    throw new Refusal('challenge_unknown', { detail: 'made for something else' });
  return challenge as PasskeyChallenge & { readonly terms: TermsOf<Kind> };
}

/** The question for these passkeys. */
export function questionFor(
  deps: Pick<PasskeyDeps, 'site'>,
  { nonce, expiresAt }: PasskeyChallenge,
  asked: { readonly challenge: Uint8Array; readonly passkeys: readonly Passkey[] },
): PasskeyQuestion {
  return {
    nonce,
    challenge: Buffer.from(asked.challenge).toString('base64url'),
    credentialIds: asked.passkeys.map(({ credentialId }) => credentialId),
    expiresAt,
    rpId: rpIdOf(deps.site),
  };
}

/** The person's passkeys that count; none is a refusal with this code. */
export async function requireActive(
  deps: { readonly people: PeopleReader },
  person: PersonKey,
  otherwise: 'passkey_unknown' | 'confirmer_not_qualified',
): Promise<readonly Passkey[]> {
  const active = activePasskeys(await deps.people.findPerson(keyOf(person)));
  if (active.length === 0) throw new Refusal(otherwise, { detail: 'no active passkey' });
  return active;
}

/** @returns the one of these passkeys that signed. @throws Refusal `passkey_unknown`, `passkey_rejected` */
export async function requirePasskeySignature(
  deps: Pick<PasskeyDeps, 'site'>,
  assertion: PasskeyAssertion,
  asked: { readonly challenge: Uint8Array; readonly passkeys: readonly Passkey[] },
): Promise<Passkey> {
  const passkey = asked.passkeys.find(({ credentialId }) => credentialId === assertion.credentialId);
  if (passkey === undefined) throw new Refusal('passkey_unknown', { detail: 'not an active one' });
  try {
    await verifyPasskeySignature(assertion, { passkey, challenge: asked.challenge, site: deps.site });
    return passkey;
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('passkey_rejected', { detail: error.message, cause: error.cause });
  }
}
