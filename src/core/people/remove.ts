// A passkey goes: by its person with any own passkey that counts, or by an administrator when it was lost, signed too.
// It stays on the row as removed: approvals it gave verify no more, and its credential id never comes back.

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
import { passkeyChallenge } from './passkey-texts.ts';
import { keyOf, type Passkey, type PersonKey, samePerson, type VerifiedPerson } from './person.ts';
import { requireRole } from './roles.ts';
import { writePasskey } from './write-passkey.ts';

/** @throws Refusal `role_missing` and `reason_missing` for somebody else's, `passkey_unknown` */
export async function beginRemoval(
  deps: PasskeyDeps,
  asked: {
    readonly person: VerifiedPerson;
    readonly credentialId: string;
    /** Whose passkey. @default the person's own */
    readonly of?: PersonKey | undefined;
    /** Needed for somebody else's. */
    readonly reason?: string | undefined;
  },
): Promise<PasskeyQuestion> {
  const { person } = asked.person;
  const { credentialId } = asked;
  const of = keyOf(asked.of ?? person);
  requireMayRemove(deps, asked.person, of);
  const needsNone = samePerson(person, of) && asked.reason === undefined;
  const reason = needsNone ? {} : { reason: requireActReason(asked.reason) };
  const passkeys = await requireActive(deps, person, 'passkey_unknown');
  requirePresent(
    (await deps.people.findPerson(of))?.passkeys.find((each) => each.credentialId === credentialId),
  );
  const challenge = await openPasskeyChallenge(deps, person, { kind: 'remove', of, credentialId, ...reason });
  const signed = passkeyChallenge('remit/passkey-remove/v1', challenge);
  return questionFor(deps, challenge, { challenge: signed, passkeys });
}

/** From now on it counts no more. @throws Refusal those of `beginRemoval`, `challenge_unknown`, `passkey_rejected` */
export async function removePasskey(
  deps: PasskeyDeps,
  answer: PasskeyAnswer & { readonly person: VerifiedPerson },
  requestId: string,
): Promise<Passkey> {
  const { person } = answer.person;
  const challenge = await takePasskeyChallenge(deps, { person, nonce: answer.nonce, kind: 'remove' });
  const { of, credentialId, reason } = challenge.terms;
  requireMayRemove(deps, answer.person, of);
  if (!samePerson(person, of)) requireActReason(reason);
  const passkeys = await requireActive(deps, person, 'passkey_unknown');
  const signed = passkeyChallenge('remit/passkey-remove/v1', challenge);
  await requirePasskeySignature(deps, answer.assertion, { challenge: signed, passkeys });
  const removedAt = deps.clock();
  return writePasskey(deps, {
    person: of,
    credentialId,
    act: { type: 'passkey.removed', by: person, at: removedAt, requestId, reason },
    change: (current) => ({
      ...requirePresent(current),
      status: 'removed',
      removedAt,
      removedBy: person,
      ...(reason !== undefined && { removalReason: reason }),
    }),
  });
}

function requireMayRemove(deps: PasskeyDeps, remover: VerifiedPerson, of: PersonKey): void {
  if (!samePerson(remover.person, of)) requireRole(remover, deps.issuer, 'administrator');
}

function requirePresent(passkey: Passkey | undefined): Passkey {
  if (passkey === undefined || passkey.status === 'removed')
    throw new Refusal('passkey_unknown', { detail: 'no such passkey, or removed' });
  return passkey;
}
