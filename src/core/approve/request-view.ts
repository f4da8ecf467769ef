// The form in which people see requests: for the list and whole. The console takes these types as they are; dates are
// ISO strings on the wire.

import type { Seen } from '../budget/see.ts';
import type { BudgetShare } from '../budget/use.ts';
import type { Decision, Grant, GrantId, Parameters, Person, PolicyStatement } from '../model.ts';

/** What the person who looks can do about a request. */
export type Mine =
  | 'can-decide'
  | 'decided'
  | 'owner'
  /** May deny alone: the agent's owner is of another identity provider, and might be the very person who looks. */
  | 'owner-unknown'
  | 'not-an-approver'
  | 'break-glass'
  /** Might decide, but every passkey of theirs is newer than the request: somebody else, or the agent asks again. */
  | 'passkey-too-new';

/** One request in a list. */
export interface RequestSummary {
  readonly grantId: GrantId;
  readonly agent: string;
  readonly task: string;
  readonly title: string;
  readonly environment: string;
  /** The agent's own words. */
  readonly purpose: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly status: Grant['status'];
  readonly requestDigest: string;
  readonly bindingCode: string;
  readonly quorum: number;
  readonly approved: number;
  readonly approvers: readonly string[];
  readonly breakGlass?: string;
  readonly mine: Mine;
  /** Equal for requests of one agent for one task with the same values. */
  readonly sameAs: string;
  /** How many that wait are the same, this one included. */
  readonly same: number;
  /** Sentences. */
  readonly unusual: readonly string[];
  readonly breakGlassUsed: boolean;
}

/** A person's decision as others see it. */
export interface DecisionView {
  readonly approver: Person;
  readonly decision: Decision;
  readonly decidedAt: Date;
  readonly reason?: string;
}

/** One request whole. */
export interface RequestView extends RequestSummary {
  /** The canonical JSON text whose SHA-256 is the request digest. */
  readonly facts: string;
  readonly owner: Person;
  readonly workload: Grant['workload'];
  readonly policies: readonly string[];
  readonly account: string;
  readonly parameters: Parameters;
  readonly permissions: readonly PolicyStatement[];
  readonly leaseSeconds: number;
  readonly maxDurationSeconds: number;
  readonly leases?: number;
  /** What makes a repetition within one lease harmless, in the catalog's words. */
  readonly idempotency?: string;
  readonly outlivesLease?: string;
  readonly decisions: readonly DecisionView[];
  /** The catalog of now would grant something else: the request lapses with the next decision or poll. */
  readonly changed: boolean;
  /** Of a request that may still be redeemed: what it would use of each budget, as they were when it was looked at. */
  readonly budgets: Seen<BudgetShare>;
}
