// The signed-in person's passkeys, and those of others that wait for somebody to confirm them.

import type { Person } from '../model.ts';
import type { PasskeyDeps } from './passkey-deps.ts';
import { passkeyCode } from './passkey-texts.ts';
import { activePasskeys, keyOf, type Passkey, samePerson, type VerifiedPerson } from './person.ts';

/** People that are listed to be confirmed at once. */
export const MOST_TO_CONFIRM = 50;

/** A passkey as its person sees it; with the code to tell while it waits. */
export type PasskeyView = Omit<Passkey, 'publicKey' | 'transports'> & { readonly code?: string };

/** Somebody else's first passkey. */
export interface PasskeyToConfirm {
  readonly person: Person;
  readonly credentialId: string;
  readonly label: string;
  readonly enrolledAt: Date;
  /** To compare with what the other's screen shows. */
  readonly code: string;
  /** COSE key, base64url: what the code is made of and a confirmation signs, so that the browser checks both. */
  readonly publicKey: string;
}

/** Both lists; the second only for somebody who could confirm. */
export async function listPasskeys(
  deps: Pick<PasskeyDeps, 'people'>,
  { person }: Pick<VerifiedPerson, 'person'>,
): Promise<{ readonly passkeys: readonly PasskeyView[]; readonly toConfirm: readonly PasskeyToConfirm[] }> {
  const record = await deps.people.findPerson(keyOf(person));
  const passkeys = (record?.passkeys ?? []).map((passkey) => viewOf(person, passkey));
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
        publicKey: passkey.publicKey,
      })),
  );
  return { passkeys, toConfirm };
}

function viewOf(person: Person, passkey: Passkey): PasskeyView {
  const { publicKey: _material, transports: _hints, ...view } = passkey;
  return view.status === 'waiting' ? { ...view, code: passkeyCode(person, passkey) } : view;
}
