// The vocabulary of Remit as types (docs/architecture.md): what a workload, agent, task, grant and lease are.
// Branded strings stand where a mix-up would be a vulnerability. Nothing here decides anything.

import type { AgentBudget, TaskBudget } from './budget/budget.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** ULID of one grant, 26 Crockford base32 characters. */
export type GrantId = Branded<'GrantId'>;
/** `<grantId>.<43 base64url characters>`: 256 bits of secret; stored only as its SHA-256. */
export type GrantHandle = Branded<'GrantHandle'>;
/** Full IAM role ARN. */
export type RoleArn = Branded<'RoleArn'>;
/** RFC 7638 SHA-256 thumbprint of a DPoP key, base64url. */
export type KeyThumbprint = Branded<'KeyThumbprint'>;

/** Values of one request's parameters, already validated against the task. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

// ---------------------------------------------------------------- catalog

export type IssuerKind =
  | 'aws-sts'
  | 'kubernetes'
  | 'github'
  | 'gitlab'
  | 'google'
  | 'entra'
  | 'spiffe'
  | 'oidc';

/** How often one assertion may be shown (docs/security-model.md): see design §3. */
export type ReplayRule = 'single-use' | 'bound' | 'reusable';

/** An issuer we trust to attest workloads. Every check is mandatory: none of these can be left out. */
export interface Issuer {
  readonly name: string;
  readonly kind: IssuerKind;
  /** Exact `iss`; for spiffe the trust domain URI `spiffe://<trust-domain>`. */
  readonly issuer: string;
  /** Exact single `aud`. */
  readonly audience: string;
  /** Allowed JWS algorithms; asymmetric only. */
  readonly algorithms: readonly string[];
  /** Longest `exp - iat` accepted, in seconds. */
  readonly maxLifetimeSeconds: number;
  readonly replay: ReplayRule;
  /** Where the keys are; when absent, OIDC discovery below `issuer` says so. Required for spiffe. */
  readonly jwksUri?: string;
}

/** A person, by identity provider issuer and subject; never by e-mail. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
}

/** One exact workload identity of an agent; `claims` must hold too, by equality of strings at dotted paths. */
export interface Binding {
  readonly issuer: string;
  readonly subject: string;
  readonly claims?: Readonly<Record<string, string>>;
}

export type AgentStatus = 'proposed' | 'active' | 'suspended' | 'retired';

export interface Agent {
  readonly id: string;
  readonly owner: Person;
  readonly purpose: string;
  readonly environment: string;
  readonly groups: readonly string[];
  /** Date (YYYY-MM-DD); from the day after, new grants are refused. A catalog may leave it to the registry. */
  readonly reviewBy?: string;
  readonly bindings: readonly Binding[];
  readonly budget?: AgentBudget;
}

/** Who changed something last, what, when and why; the audit trail has what was before. */
export interface LastChange {
  readonly what: string;
  readonly by: Person;
  readonly reason: string;
  readonly at: Date;
}

/** An agent as the registry holds it. */
export interface RegisteredAgent extends Agent {
  readonly reviewBy: string;
  readonly status: AgentStatus;
  /** `runtime`: registered by a person, not by the catalog. */
  readonly origin?: 'runtime';
  readonly lastChange?: LastChange;
  /** The last confirmed review, with the evidence of the reviewer's passkey where there is one. */
  readonly review?: Omit<LastChange, 'what'> & { readonly evidenceId?: string };
}

export type ParameterSpec =
  | {
      readonly type: 'string';
      readonly pattern: string;
      readonly path?: boolean;
      readonly maxLength?: number;
    }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'uuid' };

/** One Allow statement of a task template; `{name}` placeholders in resources and condition values. */
export interface PermissionTemplate {
  /** Exact IAM actions, no wildcards. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: ConditionBlock;
}

/** IAM condition block: operator → key → values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Who has to agree before a task is granted. Groups are those of the people's identity provider. */
export interface ApprovalRule {
  readonly required: boolean;
  /** Groups of which a person must carry one to decide. */
  readonly approvers: readonly string[];
  /** How many distinct people must approve; one denial ends the request. */
  readonly quorum: number;
  readonly expiresAfterSeconds: number;
  /** Whether the agent's owner may decide on its own agent's requests. */
  readonly ownerMayApprove: boolean;
  /** Group of which one person may approve alone, with a reason; it raises a finding. */
  readonly breakGlass?: string;
  /** Groups that are told too once reminders went unheard; they decide only if they are approvers as well. */
  readonly escalateTo: readonly string[];
}

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly environment: string;
  /** 12-digit account, or `self` for the account Remit is deployed in. */
  readonly account: string;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly permissions: readonly PermissionTemplate[];
  /** 15 to 900. */
  readonly leaseSeconds: number;
  readonly maxDurationSeconds: number;
  /** How many leases one grant may have; absent: as many as fit its duration. */
  readonly leases?: number;
  /** `required`: the request must carry a DPoP proof and the grant is bound to its key. */
  readonly proof: 'optional' | 'required';
  readonly approval: ApprovalRule;
  readonly budget?: TaskBudget;
  /** Why and how long what the task makes may live on after its lease; shown to approvers. */
  readonly outlivesLease?: string;
  /** What makes a repetition within one lease harmless; shown to approvers. */
  readonly idempotency?: string;
}

/** A resource server that may introspect grants of the tasks it serves. */
export interface ResourceServer {
  readonly name: string;
  readonly bindings: readonly Binding[];
  readonly tasks: readonly string[];
}

export interface PolicySource {
  /** Policy id shown in rulings: `<file>#<n>` or its `@id`. */
  readonly id: string;
  readonly file: string;
  readonly text: string;
}

/** The compiled catalog: JSON-serialisable, validated, digested. */
export interface Catalog {
  /** `sha256:<hex>` over the canonical JSON of everything below. */
  readonly digest: string;
  readonly issuers: readonly Issuer[];
  readonly agents: readonly Agent[];
  readonly tasks: readonly Task[];
  readonly policies: readonly PolicySource[];
  readonly resourceServers: readonly ResourceServer[];
  /** Groups that agents registered at run time may have. */
  readonly runtimeAssignableGroups: readonly string[];
}

// ---------------------------------------------------------------- the request path

declare const verified: unique symbol;

/** The verified runtime identity behind an assertion. Only `verify/` constructs one. */
export interface Workload {
  readonly [verified]: true;
  readonly issuer: Issuer;
  readonly subject: string;
  /** Verified claims, for exact claim bindings; null-prototype, never logged whole. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** `jti`, or `sha256:<hex>` of the signing input where the issuer sends none. */
  readonly assertionId: string;
  readonly assertionExpiresAt: Date;
}

/** A verified DPoP proof (RFC 9449 §4.3) of one request. */
export interface KeyProof {
  readonly thumbprint: KeyThumbprint;
  readonly proofId: string;
  readonly issuedAt: Date;
}

/** What the caller asks for: one task with typed parameters and a purpose in the agent's own words. */
export interface TaskRequest {
  readonly task: string;
  readonly parameters: Parameters;
  readonly purpose: string;
}

export interface Ruling {
  readonly outcome: 'allowed' | 'needs-approval' | 'denied';
  /** Ids of the policies that decided, sorted. */
  readonly policies: readonly string[];
}

/** Every state a grant can be in. */
export const GRANT_STATUSES = [
  'reserved',
  'pending',
  'approved',
  'active',
  'completed',
  'expired',
  'killed',
  'denied',
  'lapsed',
  'failed',
] as const;
export type GrantStatus = (typeof GRANT_STATUSES)[number];

/** What every list shows of a grant beside its state: that one person approved it alone. */
export const GRANT_FLAGS = ['break-glass'] as const;
export type GrantFlag = (typeof GRANT_FLAGS)[number];

/** How a lease ends by itself: the credential's own expiry, or the dated Deny in its session policy. */
export type LeaseKind = 'scoped' | 'dated';

/** The row of the grant table: one row is the whole story. */
export interface Grant {
  readonly grantId: GrantId;
  readonly agent: string;
  readonly owner: Person;
  readonly task: string;
  readonly environment: string;
  readonly account: string;
  readonly parameters: Parameters;
  readonly purpose: string;
  readonly status: GrantStatus;
  readonly ruling: Ruling;
  readonly catalogDigest: string;
  /** `sha256:<hex>`; what approvers see and sign. */
  readonly requestDigest: string;
  readonly workload: { readonly issuer: string; readonly subject: string; readonly assertionId: string };
  /** `sha256:<hex>` of the grant handle. */
  readonly handleHash: string;
  /** DPoP key that every later call must prove, when the first one did. */
  readonly boundKey?: KeyThumbprint;
  /** Time of the newest proof accepted, so that a proof cannot be shown twice. */
  readonly proofIssuedAt?: Date;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly leaseSeconds: number;
  readonly maxLeases?: number;
  readonly leaseCount: number;
  /** No credential of this grant works past this instant. Written before each mint. */
  readonly leaseExpiresAt?: Date;
  readonly leaseKind?: LeaseKind;
  readonly accessKeyId?: string;
  readonly roleArn: RoleArn;
  readonly sessionPolicyDigest?: string;
  readonly approvals: readonly Approval[];
  readonly flags?: readonly GrantFlag[];
  /** Of a request that people decide: the canonical JSON (RFC 8785) whose SHA-256 is `requestDigest`. */
  readonly facts?: string;
  /** CIBA: when the agent last asked, and how many seconds it must leave between two polls. */
  readonly polledAt?: Date;
  readonly pollSeconds?: number;
  /** When the workflow took the request over; absent: it must still be started. */
  readonly workflowAt?: Date;
  /** The first lease under the approvals was begun. */
  readonly redeemedAt?: Date;
  readonly endedAt?: Date;
  readonly endReason?: string;
  /** The person who killed it. */
  readonly endedBy?: Person;
  /** The agent's own words at completion. */
  readonly outcome?: string;
  readonly purgeAt?: Date;
}

/** What a person can decide; `break-glass` approves alone, with a reason. */
export const DECISIONS = ['approve', 'deny', 'break-glass'] as const;
export type Decision = (typeof DECISIONS)[number];

/** One person's decision on one request digest, as the row tells it. It proves nothing: the evidence does. */
export interface Approval {
  readonly approver: Person;
  readonly decision: Decision;
  readonly requestDigest: string;
  readonly decidedAt: Date;
  readonly reason?: string;
  /** Key of the evidence that every mint verifies again. */
  readonly evidenceId: string;
}

/** AWS credentials of one lease, as `credential_process` names them. Never logged, never stored. */
export interface LeaseCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Lease {
  readonly credentials: LeaseCredentials;
  readonly expiresAt: Date;
  readonly kind: LeaseKind;
  /** Share of the session token's maximum size used, percent, when STS told. */
  readonly tokenUtilization?: number;
}

/** IAM policy document, as JSON. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | boolean | number | readonly string[]>>>
  >;
}
