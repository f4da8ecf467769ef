// Somebody else says whose first passkey it is: an administrator or any other person who has a passkey, signing with
// it after comparing a short code, and saying how they know. Nobody confirms their own. Where there is nobody yet, or
// nobody any more, whoever may invoke the function directly confirms a first one. Of somebody who has a key that counts
// nothing is confirmed: a further one is signed by that key (enrol.ts).

import type { Person } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { requireActReason } from './act-reason.ts';
import {
  openPasskeyChallenge,
  type PasskeyAnswer,
  type PasskeyDeps,
  type PasskeyQuestion,
  questionFor,
  requireActive,
  requirePasskeySignature,
  takePasskeyChallenge,
} from './passkey-deps.ts';
import { passkeyChallenge, passkeyCode } from './passkey-texts.ts';
import {
  keyOf,
  type Passkey,
  type PersonKey,
  type PersonRecord,
  samePerson,
  type VerifiedPerson,
} from './person.ts';
import { canBeConfirmed } from './waiting.ts';
import { writePasskey } from './write-passkey.ts';

/** Who confirmed when IAM, and no person, did: `lambda:InvokeFunction` on the passkeys function. */
export const DIRECT_INVOCATION: Person = { issuer: 'aws:lambda', subject: 'direct-invocation' };

/** Somebody's passkey that waits. */
export interface WaitingPasskey {
  readonly of: PersonKey;
  readonly credentialId: string;
}

/** How whoever confirms knows whose passkey it is. */
interface Saying {
  readonly reason?: string | undefined;
}

/** @throws Refusal `confirmer_not_qualified`, `reason_missing`, `passkey_unknown` */
export async function beginConfirmation(
  deps: PasskeyDeps,
  asked: WaitingPasskey & Saying & { readonly person: VerifiedPerson },
): Promise<PasskeyQuestion> {
  const { person } = asked.person;
  const { credentialId } = asked;
  const of = keyOf(asked.of);
  requireAnother(person, of);
  const passkeys = await requireActive(deps, person, 'confirmer_not_qualified');
  const reason = requireActReason(asked.reason);
  const { passkey } = await findWaiting(deps, { of, credentialId });
  const challenge = await openPasskeyChallenge(deps, person, { kind: 'confirm', of, credentialId, reason });
  const signed = passkeyChallenge('remit/passkey-confirm/v1', challenge, { publicKey: passkey.publicKey });
  return questionFor(deps, challenge, { challenge: signed, passkeys });
}

/** From now on it counts. @throws Refusal those of `beginConfirmation`, `challenge_unknown`, `passkey_rejected` */
export async function confirmPasskey(
  deps: PasskeyDeps,
  answer: PasskeyAnswer & { readonly person: VerifiedPerson },
  requestId: string,
): Promise<Passkey> {
  const { person } = answer.person;
  const challenge = await takePasskeyChallenge(deps, { person, nonce: answer.nonce, kind: 'confirm' });
  const { of, credentialId } = challenge.terms;
  const reason = requireActReason(challenge.terms.reason);
  requireAnother(person, of);
  const passkeys = await requireActive(deps, person, 'confirmer_not_qualified');
  const { passkey } = await findWaiting(deps, { of, credentialId });
  const signed = passkeyChallenge('remit/passkey-confirm/v1', challenge, { publicKey: passkey.publicKey });
  await requirePasskeySignature(deps, answer.assertion, { challenge: signed, passkeys });
  return activate(deps, { of, passkey, confirmedBy: person, reason, requestId });
}

/** Confirms by the code alone; whoever may invoke the function stands for the person. @throws Refusal `reason_missing`, `passkey_unknown` */
export async function confirmByInvocation(
  deps: PasskeyDeps,
  asked: Saying & { readonly of: PersonKey; readonly code: string },
  requestId: string,
): Promise<Passkey> {
  const of = keyOf(asked.of);
  const reason = requireActReason(asked.reason);
  const record = (await deps.people.findPerson(of)) ?? { passkeys: [] };
  const [passkey, ...others] = record.passkeys.filter(
    (each) => canBeConfirmed(record, each, deps.clock()) && passkeyCode(of, each) === asked.code,
  );
  if (passkey === undefined || others.length > 0)
    throw new Refusal('passkey_unknown', { detail: 'none waits with this code' });
  return activate(deps, { of, passkey, confirmedBy: DIRECT_INVOCATION, reason, requestId });
}

function activate(
  deps: PasskeyDeps,
  asked: {
    readonly of: PersonKey;
    readonly passkey: Passkey;
    readonly confirmedBy: Person;
    readonly reason: string;
    readonly requestId: string;
  },
): Promise<Passkey> {
  const { of, passkey, confirmedBy, reason, requestId } = asked;
  const activeSince = deps.clock();
  return writePasskey(deps, {
    person: of,
    credentialId: passkey.credentialId,
    act: { type: 'passkey.confirmed', by: confirmedBy, at: activeSince, requestId, reason },
    change: (current, record) => {
      // another of the person's keys may have been confirmed meanwhile
      const isIt = current?.publicKey === passkey.publicKey && canBeConfirmed(record, current, activeSince);
      if (!isIt) throw new Refusal('passkey_unknown', { detail: 'waits no longer' });
      return { ...current, status: 'active', activeSince, confirmedBy, confirmationReason: reason };
    },
  });
}

async function findWaiting(
  deps: PasskeyDeps,
  { of, credentialId }: WaitingPasskey,
): Promise<{ readonly record: PersonRecord; readonly passkey: Passkey }> {
  const record = await deps.people.findPerson(of);
  const passkey = record?.passkeys.find((each) => each.credentialId === credentialId);
  if (record === undefined || passkey === undefined || !canBeConfirmed(record, passkey, deps.clock()))
    throw new Refusal('passkey_unknown', { detail: 'none that waits' });
  return { record, passkey };
}

function requireAnother(person: PersonKey, of: PersonKey): void {
  if (samePerson(person, of)) throw new Refusal('confirmer_not_qualified', { detail: 'an own passkey' });
}
