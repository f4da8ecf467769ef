// Agents, workload entries and switches as DynamoDB items and back. A row that does not read back is an error, never
// an agent with holes.

import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Stop, StopScope } from '../../core/kill/stop.ts';
import type { Agent, LastChange, RegisteredAgent } from '../../core/model.ts';
import type { WorkloadEntry } from '../../core/ports.ts';

type Item = Record<string, unknown>;

/** Agents of one status are spread over this many index partitions. */
export const AGENT_SHARDS = 4;

const text = z.string();
const claims = z.record(z.string(), z.string());
const time = z.iso.datetime().transform((value) => new Date(value));
const person = z.object({ issuer: text, subject: text, name: text.exactOptional() });
const status = z.enum(['proposed', 'active', 'suspended', 'retired']);
const change = z.object({ what: text, by: person, reason: text, at: time });

const budget = z.object({
  concurrent: z.int().min(1).exactOptional(),
  perHour: z.int().min(1).exactOptional(),
});

const agentSchema = z.object({
  id: text,
  status,
  owner: person,
  purpose: text,
  environment: text,
  groups: z.array(text),
  reviewBy: z.iso.date(),
  bindings: z.array(z.object({ issuer: text, subject: text, claims: claims.exactOptional() })),
  // always written, so that one that is taken out of the catalog goes
  budget: budget.exactOptional(),
  origin: z.literal('runtime').exactOptional(),
  lastChange: change.exactOptional(),
  review: z.object({ by: person, reason: text, at: time, evidenceId: text.exactOptional() }).exactOptional(),
});

const workloadSchema = z.object({ agent: text, claims });

const stopSchema = z.object({
  on: z.boolean(),
  scope: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('everything') }),
    z.object({ kind: z.literal('task'), id: text }),
    z.object({ kind: z.literal('issuer'), id: text }),
  ]),
  change,
  orders: z.number().default(1),
});

/** Key of an agent's row. */
export function agentKey(id: string): string {
  return `AGENT#${id}`;
}

/** Key of an identity's row. An issuer has no `#` (the catalog refuses it), so no two identities share a key. */
export function workloadKey(issuer: string, subject: string): string {
  return `WORKLOAD#${issuer}#${subject}`;
}

/** Key of a switch. */
export function stopKey(scope: StopScope): string {
  return scope.kind === 'everything' ? 'STOP#everything' : `STOP#${scope.kind}#${scope.id}`;
}

/** @throws Error when the row is not an agent. */
export function readAgent(item: Item): RegisteredAgent {
  const { budget: row = {}, ...agent } = agentSchema.parse(item);
  return Object.keys(row).length > 0 ? { ...agent, budget: row } : agent;
}

/** @throws Error when the row is not a workload entry. */
export function readWorkload(item: Item): WorkloadEntry {
  return workloadSchema.parse(item);
}

/** The switch, when it is on. @throws Error when the row is not a switch. */
export function readStop(item: Item): Stop | undefined {
  const { on, ...stop } = stopSchema.parse(item);
  return on ? stop : undefined;
}

/** Attributes of an agent that a catalog may say, too. */
export function agentAttributes(agent: Agent & Pick<RegisteredAgent, 'reviewBy'>): Item {
  const { id, owner, purpose, environment, groups, reviewBy, bindings, budget: has = {} } = agent;
  return { id, owner, purpose, environment, groups, reviewBy, bindings, budget: has };
}

/** All attributes of a registered agent, with those of the indexes. */
export function registeredAttributes(agent: RegisteredAgent): Item {
  const { origin, lastChange, review } = agent;
  return {
    ...agentAttributes(agent),
    status: agent.status,
    ...(origin && { origin }),
    ...(lastChange && { lastChange: changeAttributes(lastChange) }),
    ...(review && { review: { ...review, at: review.at.toISOString() } }),
    ...agentIndexes(agent),
  };
}

/** Who changed what, as an attribute. */
export function changeAttributes(each: LastChange): Item {
  return { ...each, at: each.at.toISOString() };
}

/** @throws Error when the attribute is not a change. */
export function readChange(value: unknown): LastChange {
  return change.parse(value);
}

/** Where the lists find an agent. */
export function agentIndexes(agent: RegisteredAgent): Item {
  return {
    shelf: agentShelf(agent.status, shardOfAgent(agent.id)),
    shelfOrder: `${agent.reviewBy}#${agent.id}`,
    ownerKey: ownerKey(agent.owner),
  };
}

/** Index partition of the agents in one status. */
export function agentShelf(of: string, shard: number): string {
  return `${of}#${shard}`;
}

/** Index partition of an owner's agents. */
export function ownerKey({ issuer, subject }: Agent['owner']): string {
  return `${issuer}#${subject}`;
}

function shardOfAgent(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() % AGENT_SHARDS;
}
