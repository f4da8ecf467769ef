// Which agent a workload is, and whether it may ask at all: bound, active, reviewed. Exact identity only.

import { type ExchangeDeps, findTask } from '../deps.ts';
import type { RegisteredAgent, Workload } from '../model.ts';
import type { Registry, WorkloadEntry } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { claimsHold } from '../verify/claims.ts';

/** The id of the agent that this workload belongs to. @throws Refusal `agent_unknown`. */
export function agentOf(workload: Workload, entry: WorkloadEntry | undefined): string {
  if (entry === undefined) throw new Refusal('agent_unknown', { detail: 'no binding' });
  if (!claimsHold(workload, entry.claims)) throw new Refusal('agent_unknown', { detail: 'claims differ' });
  return entry.agent;
}

/** Whose next lease is asked about. */
export interface Asking {
  readonly agent: string;
  readonly task: string;
  readonly issuer: string;
}

/**
 * Reads the agent and the switches, and checks that it may hold leases now. Review dates matter to new grants only.
 * @throws Refusal `agent_unknown`, `agent_inactive`, `stopped`
 */
export async function readActiveAgent(
  deps: Pick<ExchangeDeps, 'catalog'> & { readonly registry: Pick<Registry, 'readStanding'> },
  { agent: id, task, issuer }: Asking,
): Promise<RegisteredAgent> {
  // a name that the caller made up is no key to look for
  const known = findTask(deps.catalog, task) === undefined ? {} : { task };
  const { agent, stops } = await deps.registry.readStanding({ agent: id, issuer, ...known });
  if (agent === undefined) throw new Refusal('agent_unknown', { detail: 'binding without agent' });
  if (agent.status !== 'active') throw new Refusal('agent_inactive', { detail: agent.status });
  const [stop] = stops;
  if (stop !== undefined) {
    const { kind } = stop.scope;
    throw new Refusal('stopped', { detail: kind, members: { stopped: kind } });
  }
  return agent;
}

/**
 * The agent's own row must name the identity, with claims that hold: it is what people see of an agent, review and sign.
 * @throws Refusal `agent_unknown`
 */
export function requireNamed({ bindings }: Pick<RegisteredAgent, 'bindings'>, workload: Workload): void {
  const named = bindings.find(
    ({ issuer, subject }) => issuer === workload.issuer.issuer && subject === workload.subject,
  );
  if (named === undefined) throw new Refusal('agent_unknown', { detail: 'its row does not name it' });
  if (!claimsHold(workload, named.claims ?? {}))
    throw new Refusal('agent_unknown', { detail: 'claims of its row differ' });
}

/** @throws Refusal `review_overdue` from the day (UTC) after the agent's review date. */
export function requireReviewed(agent: RegisteredAgent, now: Date): void {
  if (now.toISOString().slice(0, 10) > agent.reviewBy) {
    throw new Refusal('review_overdue', { detail: agent.reviewBy });
  }
}
