// What acts need of the world: a challenge that is used once and becomes the evidence of what was signed.

import type { PasskeyAssertion } from '../approve/evidence.ts';
import type { PeopleReader } from '../approve/ports.ts';
import type { KillDeps } from '../kill/kill.ts';
import type { Random } from '../ports.ts';
import type { ActTerms } from './act-text.ts';
import type { Site } from './passkey-signature.ts';
import type { PeopleIssuer } from './person.ts';

/** Challenges of acts, and what was signed. */
export interface ActStore {
  openAct(terms: ActTerms): Promise<void>;
  /** Marks it used. @returns undefined when unknown, used, or too old. */
  useAct(nonce: string, now: Date): Promise<ActTerms | undefined>;
  /** Keeps the signature beside the terms, before anything is done. */
  keepAct(nonce: string, signed: SignedAct): Promise<void>;
}
export interface SignedAct {
  readonly assertion: PasskeyAssertion;
  readonly signedAt: Date;
  /** Finds the audit events of what it did. */
  readonly requestId: string;
}

/** What acts need. */
export interface ActDeps extends KillDeps {
  readonly people: PeopleReader;
  readonly acts: ActStore;
  readonly issuer: Pick<PeopleIssuer, 'roles'>;
  readonly site: Site;
  readonly random: Random;
}
