// The signed-in person's passkeys, and those of others that wait for somebody to confirm them.

import type { Person } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import type { PasskeyDeps } from './passkey-deps.ts';
import { passkeyCode } from './passkey-texts.ts';
import {
  activePasskeys,
  keyOf,
  type Passkey,
  type PersonRecord,
  samePerson,
  type VerifiedPerson,
} from './person.ts';
import { canBeConfirmed, lapsesAt, WAITING_DAYS } from './waiting.ts';

/** People that are listed to be confirmed at once, those who enrolled last first: nobody keeps others out of it by waiting. */
export const MOST_TO_CONFIRM = 50;

/**
 * A passkey as its person sees it; with the code to tell while it waits, and the end of that. `lapsed`: nobody can
 * confirm it any more, as it waited too long or another began to count.
 */
export type PasskeyView = Omit<Passkey, 'publicKey' | 'transports' | 'status'> & {
  readonly status: Passkey['status'] | 'lapsed';
  readonly code?: string;
  readonly lapsesAt?: Date;
};

/** Somebody else's first passkey. */
export interface PasskeyToConfirm {
  readonly person: Person;
  readonly credentialId: string;
  readonly label: string;
  readonly enrolledAt: Date;
  /** Nobody can confirm it from then on. */
  readonly lapsesAt: Date;
  /** To compare with what the other's screen shows. */
  readonly code: string;
  /** COSE key, base64url: what the code is made of and a confirmation signs, so that the browser checks both. */
  readonly publicKey: string;
}

/** Both lists; the second only for somebody who could confirm. */
export async function listPasskeys(
  deps: Pick<PasskeyDeps, 'people' | 'clock'>,
  { person }: Pick<VerifiedPerson, 'person'>,
): Promise<{ readonly passkeys: readonly PasskeyView[]; readonly toConfirm: readonly PasskeyToConfirm[] }> {
  const now = deps.clock();
  const record = await deps.people.findPerson(keyOf(person));
  const passkeys = (record?.passkeys ?? []).map((passkey) => viewOf(person, record, { passkey, now }));
  if (activePasskeys(record).length === 0) return { passkeys, toConfirm: [] };
  const since = addSeconds(now, -WAITING_DAYS * 86_400);
  const others = (await deps.people.listWaiting(MOST_TO_CONFIRM, since)).filter(
    (each) => !samePerson(each.person, person),
  );
  const toConfirm = others.flatMap((theirs) => toConfirmOf(theirs, now));
  return { passkeys, toConfirm };
}

function toConfirmOf(record: PersonRecord, now: Date): readonly PasskeyToConfirm[] {
  const { person: of } = record;
  return record.passkeys
    .filter((passkey) => canBeConfirmed(record, passkey, now))
    .map((passkey) => ({
      person: of,
      credentialId: passkey.credentialId,
      label: passkey.label,
      enrolledAt: passkey.enrolledAt,
      lapsesAt: lapsesAt(passkey),
      code: passkeyCode(of, passkey),
      publicKey: passkey.publicKey,
    }));
}

interface Looked {
  readonly passkey: Passkey;
  readonly now: Date;
}

function viewOf(person: Person, record: PersonRecord | undefined, { passkey, now }: Looked): PasskeyView {
  const { publicKey: _material, transports: _hints, ...view } = passkey;
  if (view.status !== 'waiting') return view;
  if (record === undefined || !canBeConfirmed(record, passkey, now)) return { ...view, status: 'lapsed' };
  return { ...view, code: passkeyCode(person, passkey), lapsesAt: lapsesAt(passkey) };
}
