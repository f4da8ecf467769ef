// What approvals need of the world: people with their passkeys, challenges, evidence, the workflow that times and
// wakes, the channels that tell, and findings. Each port has a contract suite in test/contracts.

import type { Approval, Grant, GrantId, Person } from '../model.ts';
import type { PersonRecord } from '../people/person.ts';
import type { AuditEvent } from '../ports.ts';
import type { DecisionTerms, Evidence } from './evidence.ts';

/** Strongly consistent. */
export interface PeopleReader {
  findPerson(person: Pick<Person, 'issuer' | 'subject'>): Promise<PersonRecord | undefined>;
}

/** Evidence of decisions; written once, never changed. */
export interface EvidenceWriter {
  /** @returns false when there is evidence of that id. */
  putEvidence(evidence: Evidence): Promise<boolean>;
}

/** What a mint verifies: evidence and the people behind it in one consistent read. */
export interface EvidenceReader {
  readEvidence(
    evidenceIds: readonly string[],
    people: readonly Pick<Person, 'issuer' | 'subject'>[],
  ): Promise<{ readonly evidence: readonly Evidence[]; readonly people: readonly PersonRecord[] }>;
}

/** Challenges for decisions: each is used once, by the person it was made for. */
export interface ChallengeStore {
  openChallenge(terms: DecisionTerms): Promise<void>;
  /** Marks it used. @returns its terms; undefined when unknown, used, or too old. */
  useChallenge(nonce: string, now: Date): Promise<DecisionTerms | undefined>;
}

/** How often a person has approved within the last hour: never fewer than it were, and up to five minutes more. */
export interface ApprovalCounter {
  /** Counts one more. @returns the count of the hour that ends now, with it */
  countApproval(person: Pick<Person, 'issuer' | 'subject'>, at: Date): Promise<number>;
}

/** How a poll was counted. */
export interface CountedPoll {
  readonly tooEarly: boolean;
  readonly seconds: number;
}

/** Moves of a grant that people decide. Each is one conditional write on the grant's row. */
export interface DecisionStore {
  /**
   * Appends a decision to a pending grant that has as many as `seen`, and moves it on when it settles the matter.
   * @returns the row after it; undefined when the grant moved or another decision came first
   */
  decide(
    move: {
      readonly seen: Grant;
      readonly approval: Approval;
      readonly to: 'pending' | 'approved' | 'denied';
    },
    event: AuditEvent,
  ): Promise<Grant | undefined>;
  /** The workflow has the request; @returns the row, or undefined when it is no longer pending. */
  takeOver(grantId: GrantId, at: Date): Promise<Grant | undefined>;
  /** Keeps the task token of a waiting workflow on the row. @returns the row as it is then. */
  keepWaiting(grantId: GrantId, taskToken: string): Promise<Grant | undefined>;
  /** Task token of a workflow that still waits for this grant. */
  waitingToken(grantId: GrantId): Promise<string | undefined>;
  /**
   * The workflow was woken with this token, or without one nobody waits: it is forgotten, and the row no longer due
   * for it.
   */
  woken(grantId: GrantId, taskToken: string | undefined): Promise<void>;
  /** The workflow of a request that none has taken over was started again: the row is due again then. */
  postponeStart(grantId: GrantId, until: Date): Promise<void>;
  /**
   * Counts a poll of a pending grant. @returns the seconds to leave before the next one, and whether this one came
   * too early (the interval has then grown by 5 s, CIBA Core §11). A proof that came with it is kept as the newest;
   * undefined when the grant has seen one as new.
   */
  recordPoll(seen: Grant, now: Date, proofIssuedAt?: Date): Promise<CountedPoll | undefined>;
}

/** Times and wakes; it decides nothing (Step Functions, or timers in local mode). */
export interface ApprovalWorkflow {
  /** Starts the one execution of this grant; repeating it changes nothing. */
  start(grantId: GrantId, requestDigest: string): Promise<void>;
  /** Tells the waiting execution to go on. @returns false when it waits no longer. */
  wake(taskToken: string): Promise<boolean>;
}

/** What people are told of. Names and numbers only: no parameter values, no credentials. */
export interface ApprovalNotice {
  readonly kind:
    | 'opened'
    | 'reminder'
    | 'escalation'
    | 'approved'
    | 'denied'
    | 'lapsed'
    | 'killed'
    | 'failed'
    | 'withdrawn'
    | 'break-glass';
  readonly grantId: GrantId;
  readonly requestDigest: string;
  readonly agent: string;
  readonly task: string;
  readonly environment: string;
  /** Groups that are asked, or told. */
  readonly groups: readonly string[];
  readonly expiresAt: Date;
  /** `XXXX-XXXX`, shown to the agent's operator too. */
  readonly bindingCode: string;
  /** The page of this request. Never a link that decides. */
  readonly link: string;
}

/** Channels to people and programs. A channel that is down does not stop the others. */
export interface Notifier {
  /** @returns the names of the channels that failed. */
  notify(notice: ApprovalNotice): Promise<readonly string[]>;
}

/** Something that people should look at. */
export interface Finding {
  readonly findingId: string;
  readonly kind: 'break-glass' | 'approval-rate' | 'approval-evidence' | 'notification-failed';
  readonly severity: 'low' | 'medium' | 'high';
  readonly at: Date;
  /** One sentence. */
  readonly sentence: string;
  readonly agent?: string;
  readonly task?: string;
  readonly grantId?: GrantId;
  readonly person?: Person;
}

export interface FindingStore {
  /** Writing the same id twice changes nothing. */
  putFinding(finding: Finding): Promise<void>;
  /** Newest first, by UTC days. */
  listFindings(range: {
    readonly from: Date;
    readonly to: Date;
    readonly limit: number;
  }): Promise<readonly Finding[]>;
}
