// What the proof of an offboarding needs of the world: it reads the registry, the grants and the kill lists, and writes
// one row, its own.

import type { KillLists } from '../kill/ports.ts';
import type { AgentBook } from '../lifecycle/ports.ts';
import type { Catalog, Grant } from '../model.ts';
import type { AuditEvent, Clock, GrantStore, Registry } from '../ports.ts';
import type { ToldCheck } from './check.ts';

/** From when on the maker of proofs has known an agent as retired, by its own clock. */
export interface Watch {
  readonly agent: string;
  readonly seenAt: Date;
  /** Longest lease of the catalog of that time. */
  readonly longestLeaseSeconds: number;
}

/** The row of an agent's proof. */
export interface ProofRow {
  readonly watch: Watch;
  /** The signed proof, as it was handed out: canonical JSON. */
  readonly document?: string;
}

/** Proofs and what leads to them; every read is strongly consistent, every write one conditional write. */
export interface ProofBook {
  read(agent: string): Promise<ProofRow | undefined>;
  /** Begins the watch; one that has begun stays as it is. */
  begin(watch: Watch): Promise<void>;
  /** Stores the proof, once. @returns false when there is one. */
  store(agent: string, document: string, event: AuditEvent): Promise<boolean>;
}

/** The key of proofs. */
export interface ProofKey {
  /** @returns an ECDSA P-256 SHA-256 signature, DER. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** SPKI as PEM. */
  publicKey(): Promise<string>;
}

/** What became of a request that was signed as the session of a grant's last lease. */
export interface ProbeResult {
  /** `forgotten`: nobody knows these credentials any more, so nothing could be signed with them. */
  readonly outcome: 'refused' | 'allowed' | 'forgotten' | 'not-possible';
  /** The refusal's code: `ExpiredToken`, `AccessDenied`, …; or why it was not possible. */
  readonly code: string;
  /** `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
}

/** Tries the last credentials of a grant with an action of its task. Only where sessions can be had: in local mode. */
export interface Probe {
  attempt(grant: Grant): Promise<ProbeResult>;
}

/** What is needed to say how far an offboarding is. */
export interface OffboardDeps {
  readonly agents: Pick<AgentBook, 'find'>;
  readonly registry: Pick<Registry, 'findWorkload'>;
  readonly grants: Pick<GrantStore, 'get' | 'listByAgent'>;
  readonly lists: Pick<KillLists, 'read'>;
  readonly proofs: ProofBook;
  readonly key: ProofKey;
  readonly catalog: Pick<Catalog, 'tasks' | 'digest'>;
  readonly clock: Clock;
  /** The broker's own; into others the writer of kill lists has to be let. */
  readonly account: string;
  /** Which deployment this is. */
  readonly deployment: string;
  readonly probe?: Probe;
}

/** How far the offboarding of an agent is. */
export interface Offboarding {
  readonly agent: string;
  /** `dead` comes with the proof. */
  readonly state: 'waiting' | 'failed' | 'dead';
  readonly checks: readonly ToldCheck[];
  /** When to look again; only where that can be told. */
  readonly until?: string;
  /** The signed proof: canonical JSON (docs/schemas/offboarding-proof.json). */
  readonly proof?: string;
}

/** Asks for an agent's offboarding; the only one who signs is behind it. */
export interface ProofMaker {
  /** @throws Refusal `agent_not_found`, `agent_not_retired`, `store_unavailable` */
  ask(agent: string): Promise<Offboarding>;
}
