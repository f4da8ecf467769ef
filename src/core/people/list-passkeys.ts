// The signed-in person's passkeys, and those of others that wait for somebody to confirm them.

import type { Person } from '../model.ts';
import type { PasskeyDeps } from './passkey-deps.ts';
import { passkeyCode } from './passkey-texts.ts';
import { activePasskeys, keyOf, type Passkey, samePerson, type VerifiedPerson } from './person.ts';

/** People that are listed to be confirmed at once. */
export const MOST_TO_CONFIRM = 50;

/** A passkey as lists show it: without key material. */
export type PasskeyView = Omit<Passkey, 'publicKey' | 'transports'>;

/** Somebody else's first passkey. */
export interface PasskeyToConfirm {
  readonly person: Person;
  readonly credentialId: string;
  readonly label: string;
  readonly enrolledAt: Date;
  /** To compare with what the other's screen shows. */
  readonly code: string;
}

/** Both lists; the second only for somebody who could confirm. */
export async function listPasskeys(
  deps: Pick<PasskeyDeps, 'people'>,
  { person }: Pick<VerifiedPerson, 'person'>,
): Promise<{ readonly passkeys: readonly PasskeyView[]; readonly toConfirm: readonly PasskeyToConfirm[] }> {
  const record = await deps.people.findPerson(keyOf(person));
  const passkeys = (record?.passkeys ?? []).map(viewOf);
  if (activePasskeys(record).length === 0) return { passkeys, toConfirm: [] };
  const others = (await deps.people.listWaiting(MOST_TO_CONFIRM)).filter(
    (each) => !samePerson(each.person, person),
  );
  const toConfirm = others.flatMap(({ person: of, passkeys: theirs }) =>
    theirs
      .filter(({ status }) => status === 'waiting')
      .map((passkey) => ({
        person: of,
        credentialId: passkey.credentialId,
        label: passkey.label,
        enrolledAt: passkey.enrolledAt,
        code: passkeyCode(of, passkey),
      })),
  );
  return { passkeys, toConfirm };
}

function viewOf({ publicKey: _material, transports: _hints, ...view }: Passkey): PasskeyView {
  return view;
}
