// What the core needs of the world. Every port has a contract suite in test/contracts that each of its
// implementations passes. No port decides anything: conditions are named here and stated by the adapters.

import type { KeyObject } from 'node:crypto';
import type { Stop } from './kill/stop.ts';
import type {
  Agent,
  Binding,
  Grant,
  GrantId,
  GrantStatus,
  Issuer,
  LeaseCredentials,
  LeaseKind,
  Person,
  RegisteredAgent,
  RoleArn,
} from './model.ts';

/** Time and randomness, handed in. */
export type Clock = () => Date;
export interface Random {
  /** Cryptographically secure bytes. */
  bytes(count: number): Uint8Array;
}

/** A verification key with the one algorithm it may be used with (RFC 8725bis §3.1). */
export interface VerificationKey {
  readonly kid?: string;
  readonly algorithm: string;
  readonly key: KeyObject;
}

/** The keys of an allow-listed issuer. */
export interface KeySource {
  /**
   * The key of `issuer` for this header, or undefined when its key set has none.
   * @throws Refusal `issuer_unavailable` when no usable key set can be had.
   */
  find(
    issuer: Issuer,
    header: { readonly kid?: string; readonly alg: string },
  ): Promise<VerificationKey | undefined>;
}

/** One showing of an assertion. */
export interface Showing {
  readonly issuer: string;
  readonly assertionId: string;
  /** The row must live until then: assertion expiry plus leeway. */
  readonly keepUntil: Date;
  /** `sha256:<hex>` of what was asked, to recognise a retry. */
  readonly requestHash: string;
  readonly grantId: GrantId;
  /** `handle:<hash>` or `jkt:<thumbprint>`: what a `bound` assertion is tied to. Absent: single use. */
  readonly boundTo?: string;
  /** Id of the DPoP proof shown with a bound assertion; the same proof is refused a second time. */
  readonly proofId?: string;
}

export type ShowingResult =
  | { readonly kind: 'first' }
  /** Shown again with what it is bound to. */
  | { readonly kind: 'again' }
  /** Refused: single use, another binding, or the same proof. `requestHash` and `grantId` are the first one's. */
  | { readonly kind: 'refused'; readonly requestHash: string; readonly grantId: GrantId };

/** Remembers assertions that were shown, and Idempotency-Keys. One conditional write per call. */
export interface ReplayLedger {
  record(showing: Showing): Promise<ShowingResult>;
}

/** The registry of agents; every read is strongly consistent. */
export interface Registry {
  /** Id of the agent that this exact (issuer, subject) belongs to, with the claims that must hold. */
  findWorkload(issuer: string, subject: string): Promise<WorkloadEntry | undefined>;
  findAgent(id: string): Promise<RegisteredAgent | undefined>;
  /** The agent and the switches that are on for it, in one read. */
  readStanding(of: StandingKey): Promise<Standing>;
}
/** What a lease depends on: the agent, its task, and the issuer of its workload. */
export interface StandingKey {
  readonly agent: string;
  /** Absent: a task that the catalog does not have. */
  readonly task?: string;
  readonly issuer: string;
}
export interface Standing {
  readonly agent: RegisteredAgent | undefined;
  readonly stops: readonly Stop[];
}
export interface WorkloadEntry {
  readonly agent: string;
  readonly claims: Readonly<Record<string, string>>;
}

/** Writes of the registry at deploy. Each is one write on one item. */
export interface RegistryWriter {
  /** Ids that the last sync found in the catalog. */
  readCataloguedAgents(): Promise<readonly string[]>;
  writeCataloguedAgents(ids: readonly string[]): Promise<void>;
  findAgent(id: string): Promise<RegisteredAgent | undefined>;
  /** Creates the agent as `active`, or updates everything but its status. */
  putAgent(agent: Agent): Promise<void>;
  /** @returns false when the identity belongs to another agent. */
  bind(agent: string, binding: Binding): Promise<boolean>;
  /**
   * Gives this agent an identity that a registration holds which was never let act, and tells the trail.
   * @returns false when another agent keeps it
   */
  takeBack(agent: string, binding: Binding): Promise<boolean>;
  /** Removes the identity, if it is this agent's. */
  unbind(agent: string, binding: Binding): Promise<void>;
  /** The agent has left the catalog: it keeps its row and status, without identities. */
  clearBindings(agent: string): Promise<void>;
}

/** One audit event, written in the same item as the state change it tells of. Hashes, never tokens. */
export interface AuditEvent {
  /** `grant.reserved`, `lease.issued`, … */
  readonly type: string;
  readonly at: Date;
  readonly requestId: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** What `beginLease` writes before a mint. */
export interface LeaseIntent {
  readonly grantId: GrantId;
  /** The grant as it was read: its status, leaseCount and proof time are the condition. */
  readonly seen: Grant;
  readonly leaseExpiresAt: Date;
  readonly proofIssuedAt?: Date;
  readonly catalogDigest: string;
}

/** What `confirmLease` writes after a mint, before credentials are handed over. */
export interface LeaseRecord {
  readonly grantId: GrantId;
  /** The value of `leaseCount` that this mint wrote in `reserve` or `beginLease`. */
  readonly leaseCount: number;
  readonly leaseKind: LeaseKind;
  readonly accessKeyId: string;
  readonly sessionPolicyDigest: string;
  /** The first lease under people's approvals: the grant lives from then on. */
  readonly redeemed?: { readonly at: Date; readonly expiresAt: Date };
}

export interface GrantEnd {
  readonly grantId: GrantId;
  readonly status: Extract<GrantStatus, 'completed' | 'expired' | 'killed' | 'denied' | 'lapsed' | 'failed'>;
  readonly reason: string;
  readonly outcome?: string;
  /** The person who killed it. */
  readonly by?: Person;
  readonly at: Date;
  /** Statuses from which this move is legal. */
  readonly from: readonly GrantStatus[];
}

/** What the indexes hold of a grant: enough for a list; the row has the rest. */
export type GrantSummary = Pick<
  Grant,
  | 'grantId'
  | 'agent'
  | 'task'
  | 'environment'
  | 'status'
  | 'requestedAt'
  | 'expiresAt'
  | 'leaseExpiresAt'
  | 'leaseCount'
  | 'endedAt'
  | 'endReason'
  | 'flags'
>;

export interface GrantPage {
  readonly grants: readonly GrantSummary[];
  /** Opaque; pass it back for the next page. */
  readonly next?: string;
}

/** The grant table. Each write is one conditional write on one item. */
export interface GrantStore {
  /** Creates the row, `reserved` or `pending`. @returns false when the id exists. */
  reserve(grant: Grant, event: AuditEvent): Promise<boolean>;
  get(grantId: GrantId): Promise<Grant | undefined>;
  /** Grant and workload entry in one consistent read, for renewals. */
  getWithWorkload(
    grantId: GrantId,
    issuer: string,
    subject: string,
  ): Promise<{ readonly grant: Grant | undefined; readonly workload: WorkloadEntry | undefined }>;
  /** Writes the end of the lease about to be made; status, leaseCount and proof time must be as seen. */
  beginLease(intent: LeaseIntent, event: AuditEvent): Promise<Grant | undefined>;
  /** `reserved|approved|active → active` while the lease count is the mint's own. @returns undefined when it lost. */
  confirmLease(record: LeaseRecord, event: AuditEvent): Promise<Grant | undefined>;
  /** Ends a grant; @returns the row as it is afterwards, ended by this call or an earlier one. */
  end(
    end: GrantEnd,
    event: AuditEvent,
  ): Promise<{ readonly grant: Grant | undefined; readonly moved: boolean }>;
  /** Open grants whose deadline has passed, a page at a time, by shard. */
  listDue(shard: number, before: Date, limit: number): Promise<readonly GrantSummary[]>;
  /** Open grants of one shard by deadline, whether due or not: who holds what now. */
  listOpen(shard: number, page: PageRequest): Promise<GrantPage>;
  listByAgent(agent: string, page: PageRequest): Promise<GrantPage>;
  listByTask(task: string, page: PageRequest): Promise<GrantPage>;
}
export interface PageRequest {
  readonly limit: number;
  readonly next?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** What AWS STS is asked for. */
export interface SessionRequest {
  readonly roleArn: RoleArn;
  readonly sessionName: string;
  readonly sourceIdentity: string;
  readonly taskTag: string;
  readonly policy: string;
}
export interface ScopeDownRequest {
  readonly session: LeaseCredentials;
  readonly policy: string;
  readonly durationSeconds: number;
  readonly description: string;
}
export interface IssuedCredentials {
  readonly credentials: LeaseCredentials;
  readonly expiresAt: Date;
  readonly tokenUtilization?: number;
}

/** AWS STS. @throws Refusal `credentials_unavailable` for anything retryable, `misconfigured` otherwise. */
export interface CredentialIssuer {
  assumeRole(request: SessionRequest): Promise<IssuedCredentials>;
  /** @returns undefined where the API is missing or denied: the dated Deny then bounds the lease. */
  scopeDown(request: ScopeDownRequest): Promise<IssuedCredentials | undefined>;
}

/** One audit event per request, filled as facts arrive; the adapter emits it on every exit. */
export interface RequestLog {
  note(facts: Readonly<Record<string, string | number | boolean | undefined>>): void;
}
