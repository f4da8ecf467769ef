// Whose agent it is: the owner when the request was made, and the owner now. An agent that is not active cannot use
// an approval, so nobody is asked to give one; a denial always counts.

import { readActiveAgent } from '../authorize/identify.ts';
import type { ExchangeDeps } from '../deps.ts';
import type { Decision, Grant, Person } from '../model.ts';
import type { Registry } from '../ports.ts';

/** @throws Refusal `agent_unknown`, `agent_inactive`, `stopped` for approvals */
export async function agentOwner(
  deps: Pick<ExchangeDeps, 'catalog'> & { readonly registry: Pick<Registry, 'findAgent' | 'readStanding'> },
  grant: Grant,
  decision: Decision,
): Promise<readonly Person[]> {
  const agent =
    decision === 'deny'
      ? await deps.registry.findAgent(grant.agent)
      : await readActiveAgent(deps, { agent: grant.agent, task: grant.task, issuer: grant.workload.issuer });
  return agent === undefined ? [grant.owner] : [grant.owner, agent.owner];
}
