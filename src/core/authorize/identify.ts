// Which agent a workload is, and whether it may ask at all: bound, active, reviewed. Exact identity only.

import type { ExchangeDeps } from '../deps.ts';
import type { RegisteredAgent, Workload } from '../model.ts';
import type { WorkloadEntry } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { claimsHold } from '../verify/claims.ts';

/** The id of the agent that this workload belongs to. @throws Refusal `agent_unknown`. */
export function agentOf(workload: Workload, entry: WorkloadEntry | undefined): string {
  if (entry === undefined) throw new Refusal('agent_unknown', { detail: 'no binding' });
  if (!claimsHold(workload, entry.claims)) throw new Refusal('agent_unknown', { detail: 'claims differ' });
  return entry.agent;
}

/** Reads the agent and checks that it may hold leases now. Review dates matter to new grants only. */
export async function readActiveAgent(
  deps: Pick<ExchangeDeps, 'registry'>,
  id: string,
): Promise<RegisteredAgent> {
  const agent = await deps.registry.findAgent(id);
  if (agent === undefined) throw new Refusal('agent_unknown', { detail: 'binding without agent' });
  if (agent.status !== 'active') throw new Refusal('agent_inactive', { detail: agent.status });
  return agent;
}

/** @throws Refusal `review_overdue` from the day (UTC) after the agent's review date. */
export function requireReviewed(agent: RegisteredAgent, now: Date): void {
  if (now.toISOString().slice(0, 10) > agent.reviewBy) {
    throw new Refusal('review_overdue', { detail: agent.reviewBy });
  }
}
