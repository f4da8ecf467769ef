// Whose agent it is: the owner when the request was made, and the owner now. An agent that is not active cannot use
// an approval, so nobody is asked to give one; a denial always counts.

import { readActiveAgent } from '../authorize/identify.ts';
import type { Decision, Grant, Person } from '../model.ts';
import type { Registry } from '../ports.ts';

/** @throws Refusal `agent_unknown`, `agent_inactive` for approvals */
export async function agentOwner(
  deps: { readonly registry: Pick<Registry, 'findAgent'> },
  grant: Grant,
  decision: Decision,
): Promise<readonly Person[]> {
  const agent =
    decision === 'deny'
      ? await deps.registry.findAgent(grant.agent)
      : await readActiveAgent(deps, grant.agent);
  return agent === undefined ? [grant.owner] : [grant.owner, agent.owner];
}
