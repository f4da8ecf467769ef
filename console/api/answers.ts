// What people's API answers, as JSON: dates are ISO texts. What is signed is not read from here but from the facts
// (passkey/facts.ts), whose digest the browser computes itself.

import type { Seen } from '../../src/core/budget/see.ts';
import type { BudgetShare } from '../../src/core/budget/use.ts';
import type { Decision, GrantStatus, Person, PolicyStatement } from '../../src/core/model.ts';
import type { Told, Untold } from './told.ts';

/** `GET /api/config`. */
export interface Config {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: string;
  readonly rpId: string;
  readonly origin: string;
  readonly brokerUrl: string;
  readonly version: string;
}

/** `GET /api/me`. */
export interface Me {
  readonly person: Person;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  /** How many passkeys count. */
  readonly passkeys: number;
}

/** What the signed-in person is to a request. */
export type Standing =
  | 'can-decide'
  | 'decided'
  | 'owner'
  | 'owner-unknown'
  | 'not-an-approver'
  | 'break-glass'
  | 'passkey-too-new';

/** One request in the queue. */
export interface RequestSummary {
  readonly grantId: string;
  readonly agent: string;
  readonly task: string;
  readonly title: string;
  readonly environment: string;
  readonly purpose: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly status: GrantStatus;
  readonly requestDigest: string;
  readonly bindingCode: string;
  readonly quorum: number;
  readonly approved: number;
  readonly approvers: readonly string[];
  /** Group of which one person may approve alone. */
  readonly breakGlass?: string;
  readonly mine: Standing;
  /** Digest of agent, task and parameters. */
  readonly sameAs: string;
  /** How many open requests have it. */
  readonly same: number;
  readonly unusual: readonly string[];
  readonly breakGlassUsed: boolean;
}

/** One decision as the row tells it. */
export interface DecisionTold {
  readonly approver: Person;
  readonly decision: Decision;
  readonly decidedAt: string;
  readonly reason?: string;
}

/** `GET /api/approvals`. */
export interface RequestList {
  readonly approvals: readonly RequestSummary[];
  /** There are more than these. */
  readonly more: boolean;
}

/** One request with everything. */
export interface RequestView extends RequestSummary {
  /** Canonical JSON whose SHA-256 is `requestDigest`. */
  readonly facts: string;
  readonly owner: Person;
  readonly workload: { readonly issuer: string; readonly subject: string; readonly assertionId: string };
  readonly policies: readonly string[];
  readonly account: string;
  readonly permissions: readonly PolicyStatement[];
  readonly idempotency?: string;
  readonly outlivesLease?: string;
  readonly decisions: readonly DecisionTold[];
  /** The catalog of now would grant something else. */
  readonly changed: boolean;
  /** What it would use of each budget, while it may still be redeemed. */
  readonly budgets: Told<Seen<BudgetShare>> | Untold;
}

/** What a passkey is asked to sign. */
export interface Challenge {
  readonly nonce: string;
  readonly expiresAt: string;
  /** base64url; compared with the one computed here. */
  readonly challenge: string;
  readonly credentialIds: readonly string[];
  readonly rpId: string;
}

/** A passkey's answer, as the API takes it. */
export interface AssertionBody {
  readonly credentialId: string;
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** `POST /api/approvals/{grantId}/decision`. */
export interface Outcome {
  readonly grantId: string;
  readonly status: GrantStatus;
  readonly approved: number;
  readonly quorum: number;
}

/** One grant in the table. */
export interface GrantRow {
  readonly grantId: string;
  readonly agent: string;
  readonly task: string;
  readonly environment: string;
  readonly status: GrantStatus;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly leaseExpiresAt?: string;
  readonly leaseCount: number;
  readonly endedAt?: string;
  readonly endReason?: string;
  readonly breakGlassUsed?: boolean;
}

/** A page of grants. */
export interface GrantRows {
  readonly grants: readonly GrantRow[];
  readonly next?: string;
}

/** One thing that happened to a grant. */
export interface TimelineEntry {
  readonly at: string;
  readonly what: string;
  readonly by?: string | Person;
  readonly detail?: string;
}

/** `GET /api/grants/{grantId}`: the row without its secrets. */
export interface GrantStory {
  readonly grant: GrantRow & {
    readonly owner: Person;
    readonly account: string;
    readonly purpose: string;
    readonly parameters: Readonly<Record<string, string | number | boolean>>;
    readonly ruling: { readonly outcome: string; readonly policies: readonly string[] };
    readonly workload: { readonly issuer: string; readonly subject: string; readonly assertionId: string };
    readonly requestDigest: string;
    readonly catalogDigest: string;
    readonly roleArn: string;
    readonly leaseSeconds: number;
    readonly leaseKind?: string;
    readonly accessKeyId?: string;
    readonly sessionPolicyDigest?: string;
    readonly approvals: readonly DecisionTold[];
    readonly outcome?: string;
    readonly facts?: unknown;
  };
  readonly timeline: readonly TimelineEntry[];
}

/** Something that people should look at. */
export interface FindingRow {
  readonly findingId: string;
  readonly kind: string;
  readonly severity: 'low' | 'medium' | 'high';
  readonly at: string;
  readonly sentence: string;
  readonly agent?: string;
  readonly task?: string;
  readonly grantId?: string;
  readonly person?: Person;
}

/** One of the signed-in person's passkeys. */
export interface PasskeyRow {
  readonly credentialId: string;
  readonly label: string;
  /** `lapsed`: nobody can confirm it any more. */
  readonly status: 'waiting' | 'active' | 'removed' | 'lapsed';
  readonly enrolledAt: string;
  readonly activeSince?: string;
  readonly confirmedBy?: Person;
  readonly removedAt?: string;
  readonly removedBy?: Person;
  /** Why somebody else removed it. */
  readonly removalReason?: string;
  readonly confirmationReason?: string;
  /** What the confirmer compares, while it waits. */
  readonly code?: string;
  /** Until then it waits. */
  readonly lapsesAt?: string;
}

/** Somebody else's passkey that waits for a confirmation. */
export interface WaitingPasskey {
  readonly person: Person;
  readonly credentialId: string;
  readonly label: string;
  readonly enrolledAt: string;
  readonly lapsesAt: string;
  readonly code: string;
  /** COSE key, base64url: what the code is made of, and what a confirmation signs. */
  readonly publicKey: string;
}

/** `GET /api/passkeys`. */
export interface Passkeys {
  readonly passkeys: readonly PasskeyRow[];
  readonly toConfirm: readonly WaitingPasskey[];
}
