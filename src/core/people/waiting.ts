// Which passkeys can still be confirmed. A first one waits for somebody else, some days long; once a key of the person
// counts, or has counted since, what waited beside it never will: whoever planted it had no more than a sign-in, and a
// further key needs the signature of one that counts.

import { addSeconds } from '../record/lifetime.ts';
import { isActive, type Passkey, type PersonRecord } from './person.ts';

/** Days that a passkey waits to be confirmed. */
export const WAITING_DAYS = 7;

/** When a passkey that waits has waited too long. */
export function lapsesAt({ enrolledAt }: Pick<Passkey, 'enrolledAt'>): Date {
  return addSeconds(enrolledAt, WAITING_DAYS * 86_400);
}

/** Whether it waited too long; it never counted, and goes from the row with the next write. */
export function hasLapsed(passkey: Passkey, now: Date): boolean {
  return passkey.status === 'waiting' && now >= lapsesAt(passkey);
}

/** Whether somebody may confirm it now. */
export function canBeConfirmed(
  { passkeys }: Pick<PersonRecord, 'passkeys'>,
  passkey: Passkey,
  now: Date,
): boolean {
  if (passkey.status !== 'waiting' || hasLapsed(passkey, now)) return false;
  return !passkeys.some(
    (each) => isActive(each) || (each.activeSince !== undefined && each.activeSince >= passkey.enrolledAt),
  );
}
