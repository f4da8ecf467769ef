// What enrolment needs of the world: the rows of people with their passkeys, of which it is the only writer, and
// challenges that are used once.

import type { PeopleReader } from '../approve/ports.ts';
import type { AuditEvent } from '../ports.ts';
import type { PersonKey, PersonRecord } from './person.ts';

/** The People table. Reads are strongly consistent, except for the list. */
export interface PeopleStore extends PeopleReader {
  /**
   * Writes a person's row whole with the event of what changed, when the row in the table has version
   * `record.version - 1` (no row: 0).
   * @returns false when another write came first
   */
  putPerson(record: PersonRecord, event: AuditEvent): Promise<boolean>;
  /**
   * Says once and for all whose a credential id is; it stays so after removal. One conditional write on
   * `CREDENTIAL#<id>`. @returns false when it is somebody else's
   */
  claimCredential(credentialId: string, person: PersonKey): Promise<boolean>;
  /** People with a passkey that waits for confirmation and none that counts, of those enrolled since then, newest first. */
  listWaiting(limit: number, since: Date): Promise<readonly PersonRecord[]>;
}

/** One passkey of somebody. */
interface OfSomebody {
  readonly of: PersonKey;
  readonly credentialId: string;
  /** Of an act on another's. */
  readonly reason?: string;
}

/** What a challenge of the enrolment function is for. What was asked for cannot be answered with another. */
export type PasskeyTerms =
  | { readonly kind: 'enrol'; readonly label: string }
  | ({ readonly kind: 'confirm' } & OfSomebody)
  | ({ readonly kind: 'remove' } & OfSomebody);

/** A challenge for one person. */
export interface PasskeyChallenge {
  /** 256 bits, base64url. */
  readonly nonce: string;
  readonly person: PersonKey;
  readonly terms: PasskeyTerms;
  readonly expiresAt: Date;
}

/** Each challenge is used once. */
export interface PasskeyChallengeStore {
  openPasskeyChallenge(challenge: PasskeyChallenge): Promise<void>;
  /** Marks it used. @returns undefined when unknown, used, or too old. */
  usePasskeyChallenge(nonce: string, now: Date): Promise<PasskeyChallenge | undefined>;
}
