// People as the broker knows them: by the ID token of their identity provider, never by e-mail. What a person may do
// follows from the groups in that token, in one place.

import type { Person } from '../model.ts';

/** The identity provider of people. Its issuer and audience are never those of workloads. */
export interface PeopleIssuer {
  /** Exact `iss`. */
  readonly issuer: string;
  /** Exact single `aud`: the client id of the console. */
  readonly audience: string;
  /** Claim that lists the person's groups: `groups`, `cognito:groups`, … */
  readonly groupsClaim: string;
  readonly algorithms: readonly string[];
  readonly jwksUri?: string;
  /** Groups that carry a role. Approvers are named by the tasks. */
  readonly roles: Readonly<Record<GroupRole, readonly string[]>>;
}

export const GROUP_ROLES = ['viewer', 'operator', 'administrator'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];
/** What a person may do; each later one includes `viewer`. */
export type Role = GroupRole | 'approver';

declare const verified: unique symbol;

/** A person whose ID token was verified. Only `people/` constructs one. */
export interface VerifiedPerson {
  readonly [verified]: true;
  readonly person: Person;
  readonly groups: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** A passkey of one person (WebAuthn credential), as the enrolment function keeps it. */
export interface Passkey {
  /** Credential id, base64url. */
  readonly credentialId: string;
  /** COSE public key, base64url. */
  readonly publicKey: string;
  readonly transports: readonly string[];
  /** The person's own name for it. */
  readonly label: string;
  /** `waiting` until somebody else has confirmed it (waiting.ts says how long); only an `active` one decides. */
  readonly status: 'waiting' | 'active' | 'removed';
  readonly enrolledAt: Date;
  /** From then on it counts; a request made before is not decided by it. */
  readonly activeSince?: Date;
  readonly confirmedBy?: Person;
  readonly removedAt?: Date;
  readonly removedBy?: Person;
  /** Why, when it was not the person's own act. */
  readonly removalReason?: string;
  /** How whoever confirmed it knew whose it is. */
  readonly confirmationReason?: string;
}

/** One person's row: who it is and its passkeys, whole. */
export interface PersonRecord {
  readonly person: Person;
  readonly passkeys: readonly Passkey[];
  /** Counts the writes; each write names the one it saw. */
  readonly version: number;
}

/** Who a person is: issuer and subject, nothing else. */
export type PersonKey = Pick<Person, 'issuer' | 'subject'>;

/** Whether two people are one: by issuer and subject, never by name. */
export function samePerson(one: PersonKey, other: PersonKey): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}

/** Issuer and subject alone, as texts that are signed name a person. */
export function keyOf({ issuer, subject }: PersonKey): PersonKey {
  return { issuer, subject };
}

/** The passkeys of a person that count now. */
export function activePasskeys(record: PersonRecord | undefined): readonly Passkey[] {
  return (record?.passkeys ?? []).filter(isActive);
}

/** Confirmed, and not removed, by every member that says so. */
export function isActive({ status, activeSince, removedAt }: Passkey): boolean {
  return status === 'active' && activeSince !== undefined && removedAt === undefined;
}
