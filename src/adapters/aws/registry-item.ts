// Agents and workload entries as DynamoDB items and back.

import { z } from 'zod';
import type { Agent, RegisteredAgent } from '../../core/model.ts';
import type { WorkloadEntry } from '../../core/ports.ts';

const text = z.string();
const claims = z.record(z.string(), z.string());

const agentSchema = z.object({
  id: text,
  status: z.enum(['proposed', 'active', 'suspended', 'retired']),
  owner: z.object({ issuer: text, subject: text, name: text.exactOptional() }),
  purpose: text,
  environment: text,
  groups: z.array(text),
  reviewBy: z.iso.date(),
  bindings: z.array(z.object({ issuer: text, subject: text, claims: claims.exactOptional() })),
});

const workloadSchema = z.object({ agent: text, claims });

/** Key of an agent's row. */
export function agentKey(id: string): string {
  return `AGENT#${id}`;
}

/** Key of an identity's row. An issuer has no `#` (the catalog refuses it), so no two identities share a key. */
export function workloadKey(issuer: string, subject: string): string {
  return `WORKLOAD#${issuer}#${subject}`;
}

/** @throws Error when the row is not an agent. */
export function readAgent(item: Record<string, unknown>): RegisteredAgent {
  return agentSchema.parse(item);
}

/** @throws Error when the row is not a workload entry. */
export function readWorkload(item: Record<string, unknown>): WorkloadEntry {
  return workloadSchema.parse(item);
}

/** Attributes of an agent, without its status. */
export function agentAttributes(agent: Agent): Record<string, unknown> {
  const { id, owner, purpose, environment, groups, reviewBy, bindings } = agent;
  return { id, owner, purpose, environment, groups, reviewBy, bindings };
}
