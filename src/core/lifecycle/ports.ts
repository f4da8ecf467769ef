// What people's changes to agents need of the world. Each write is one conditional write on one item, and carries its
// audit event.

import type { AgentStatus, Binding, Person, RegisteredAgent } from '../model.ts';
import type { AuditEvent } from '../ports.ts';

/** An agent as it was read; a write that names it fails when somebody else was faster. */
export interface SeenAgent {
  readonly agent: RegisteredAgent;
  /** Opaque: counts the writes. */
  readonly version: number | undefined;
}

/** The part of an agent that lists show. */
export type AgentSummary = Pick<
  RegisteredAgent,
  'id' | 'owner' | 'purpose' | 'environment' | 'reviewBy' | 'status' | 'origin'
>;

export interface AgentPage {
  readonly agents: readonly AgentSummary[];
  /** Opaque; pass it back for the next page. */
  readonly next?: string;
}

export interface AgentListing {
  readonly limit: number;
  readonly next?: string;
  /** Only agents whose review date is this day or earlier (YYYY-MM-DD). */
  readonly reviewBy?: string;
}

/** The registry as people change it. */
export interface AgentBook {
  find(id: string): Promise<SeenAgent | undefined>;
  /** @returns false when the name is taken. */
  create(agent: RegisteredAgent, event: AuditEvent): Promise<boolean>;
  /** @returns false when somebody else changed the agent since. */
  change(seen: SeenAgent, next: RegisteredAgent, event: AuditEvent): Promise<boolean>;
  /** @returns `new` when this call claimed it, `ours` when it was this agent's, `taken` when it is another's. */
  claim(agent: string, binding: Binding): Promise<'new' | 'ours' | 'taken'>;
  release(agent: string, binding: Binding): Promise<void>;
  /** Agents of one status, in the order of their review dates within each of a few partitions. */
  listByStatus(status: AgentStatus, listing: AgentListing): Promise<AgentPage>;
  listByOwner(owner: Person, listing: AgentListing): Promise<AgentPage>;
}

/** Lets time pass: what may still be under way ends meanwhile. */
export type Pause = (seconds: number) => Promise<void>;

/** Who does something to agents or grants, and why. */
export interface Order {
  readonly by: Person;
  readonly reason: string;
}
