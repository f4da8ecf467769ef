// One passkey on its person's row, written whole with the version that was seen. Every try checks anew: what another
// call changed meanwhile counts.

import type { AuditEvent } from '../ports.ts';
import { canonicalText } from '../record/canonical.ts';
import { Refusal } from '../refusal.ts';
import type { PasskeyDeps } from './passkey-deps.ts';
import { keyOf, type Passkey, type PersonKey, type PersonRecord } from './person.ts';
import { hasLapsed } from './waiting.ts';

/** Tries of the write; each lost one means that another call has changed the row. */
const MAX_TRIES = 5;

/** A change of one passkey: from what it is now, if there is one, to what it shall be. */
export interface PasskeyChange {
  readonly person: PersonKey & { readonly name?: string };
  readonly credentialId: string;
  /** What the audit trail says happened. */
  readonly act: PasskeyAct;
  /** @throws Refusal when it may not be */
  change(current: Passkey | undefined, record: PersonRecord): Passkey;
}

/** Who did what. */
export interface PasskeyAct {
  readonly type: 'passkey.enrolled' | 'passkey.confirmed' | 'passkey.removed';
  readonly by: PersonKey;
  readonly at: Date;
  readonly requestId: string;
  /** Why, of an act on somebody else's. */
  readonly reason?: string | undefined;
}

/** Writes the change. @throws Refusal those of the change; `store_unavailable` */
export async function writePasskey(
  deps: Pick<PasskeyDeps, 'people'>,
  { person, credentialId, act, change }: PasskeyChange,
): Promise<Passkey> {
  let attempted: Passkey | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const empty: PersonRecord = { person, passkeys: [], version: 0 };
    const record = (await deps.people.findPerson(keyOf(person))) ?? empty;
    const current = record.passkeys.find((each) => each.credentialId === credentialId);
    // a write whose answer was lost has been made all the same
    if (attempted !== undefined && current !== undefined && isSame(current, attempted)) return current;
    attempted = change(current, record);
    const others = record.passkeys.filter(
      (each) => each.credentialId !== credentialId && !hasLapsed(each, act.at),
    );
    const passkeys = [...others, attempted];
    const next = { ...record, passkeys, version: record.version + 1 };
    if (await deps.people.putPerson(next, passkeyEvent(person, attempted, act))) return attempted;
  }
  throw new Refusal('store_unavailable', { detail: 'other changes came first each time' });
}

/** Whose key, which one, and who did it: never what it is labelled, nor the key itself. */
function passkeyEvent(person: PersonKey, { credentialId, status }: Passkey, act: PasskeyAct): AuditEvent {
  const { type, by, at, requestId, reason } = act;
  return {
    type,
    at,
    requestId,
    facts: {
      personIssuer: person.issuer,
      personSubject: person.subject,
      credentialId,
      status,
      actorIssuer: by.issuer,
      actorSubject: by.subject,
      ...(reason !== undefined && { reason }),
    },
  };
}

function isSame(one: Passkey, other: Passkey): boolean {
  return textOf(one) === textOf(other);
}

function textOf(passkey: Passkey): string {
  return canonicalText(JSON.parse(JSON.stringify(passkey)));
}
