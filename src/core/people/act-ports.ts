// What acts need of the world: a challenge that is signed once and becomes the evidence of what was signed and of how
// it ended.

import type { PasskeyAssertion } from '../approve/evidence.ts';
import type { PeopleReader } from '../approve/ports.ts';
import type { KillDeps } from '../kill/kill.ts';
import type { Random } from '../ports.ts';
import type { Refusal, RefusalCode } from '../refusal.ts';
import type { ActTerms } from './act-text.ts';
import type { Site } from './passkey-signature.ts';
import type { PeopleIssuer } from './person.ts';

/** Challenges of acts, what was signed, and what came of it. Every read is consistent. */
export interface ActStore {
  openAct(terms: ActTerms): Promise<void>;
  findAct(nonce: string): Promise<KeptAct | undefined>;
  /**
   * Uses the challenge up and keeps the signature, in one write, before anything is done.
   * @returns false when it was used before, is too old, or is not there
   */
  signAct(nonce: string, signed: SignedAct): Promise<boolean>;
  /** Keeps how it ended. */
  endAct(nonce: string, outcome: ActOutcome): Promise<void>;
}

/** The row of an act. */
export interface KeptAct {
  readonly terms: ActTerms;
  /** Absent: nobody has answered the challenge. */
  readonly signed?: SignedAct;
  /** Absent: not done yet, or broken off. */
  readonly outcome?: ActOutcome;
}

/** What stands behind an act that was done. */
export interface SignedAct {
  readonly assertion: PasskeyAssertion;
  readonly signedAt: Date;
  /** Finds the audit events of what it did. */
  readonly requestId: string;
}

/** How an act ended. */
export type ActOutcome =
  /** What it answered, as JSON. */
  { readonly result: string } | { readonly refused: RefusalCode; readonly members: Refusal['members'] };

/** Waits for work as long as a caller may wait for an answer. @returns undefined when that was not enough */
export type Patience = <Result>(work: Promise<Result>) => Promise<Result | undefined>;

/** What acts need. */
export interface ActDeps extends KillDeps {
  readonly people: PeopleReader;
  readonly acts: ActStore;
  readonly issuer: Pick<PeopleIssuer, 'issuer' | 'roles'>;
  readonly site: Site;
  readonly random: Random;
  readonly patience: Patience;
}
