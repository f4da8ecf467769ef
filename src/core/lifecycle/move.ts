// Suspends, resumes and retires. What ends with it (grants, leases) is done by kill/; here one conditional write
// flips the status, and from then on nothing that reads it gets a lease.

import type { RegisteredAgent } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { agentDigest } from './agent-digest.ts';
import { type LifeAct, nextStatus } from './life.ts';
import { agentEvent, changeOf, type Moment, requireAgent } from './orders.ts';
import type { AgentBook, Order } from './ports.ts';

const SAID: Readonly<Record<LifeAct, string>> = {
  suspend: 'suspended',
  resume: 'resumed',
  retire: 'retired',
};
/** Two people at once: the second one's move is tried on what the first one left. */
const MOVE_TRIES = 5;

interface Move {
  readonly id: string;
  readonly act: LifeAct;
  readonly order: Order;
  /** Of the agent as the person saw it; another one is not moved. */
  readonly agentDigest?: string;
}

/**
 * Moves the agent; an agent that is there already stays as it is.
 * @throws Refusal `agent_not_found`, `move_illegal`, `agent_without_identity`, `agent_changed`, `reason_missing`
 */
export async function moveAgent(
  { agents }: { readonly agents: AgentBook },
  asked: Move,
  moment: Moment,
): Promise<RegisteredAgent> {
  const change = changeOf(SAID[asked.act], asked.order, moment.at);
  for (let attempt = 0; attempt < MOVE_TRIES; attempt += 1) {
    const seen = await requireAgent(agents, asked.id);
    if (asked.agentDigest !== undefined && asked.agentDigest !== agentDigest(seen.agent))
      throw new Refusal('agent_changed', { detail: 'not as it was seen' });
    const status = nextStatus(seen.agent.status, asked.act);
    if (status === undefined) throw new Refusal('move_illegal', { members: { status: seen.agent.status } });
    if (status === 'already') return seen.agent;
    // a registration that was withdrawn: nothing could ever ask as this agent
    if (status === 'active' && seen.agent.bindings.length === 0) throw new Refusal('agent_without_identity');
    const next: RegisteredAgent = { ...seen.agent, status, lastChange: change };
    const facts = { from: seen.agent.status };
    if (await agents.change(seen, next, agentEvent(next, change, { ...moment, facts }))) return next;
  }
  throw new Refusal('agent_changed');
}
