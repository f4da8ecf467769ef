// What people change of a registered agent beside its status: its owner, its review date, and of agents registered at
// run time also purpose, groups and identities. What the catalog says is changed in the catalog.

import type { Catalog, Person, RegisteredAgent } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { reviewDigest } from './agent-digest.ts';
import { type BindingChange, claimAdded, namedDuring, withoutBindings } from './bindings.ts';
import { agentEvent, changeOf, type Moment, requireAgent, write } from './orders.ts';
import type { AgentBook, Order, SeenAgent } from './ports.ts';
import { checkRegistration, requireOwner, requireReviewDate, reviewDate } from './register.ts';

interface Asked {
  readonly id: string;
  readonly order: Order;
}

/** Gives the agent to another owner. @throws Refusal `agent_malformed`, `agent_not_found`, `move_illegal`, `agent_changed` */
export async function transferAgent(
  { agents }: { readonly agents: AgentBook },
  asked: Asked & { readonly owner: Person },
  moment: Moment,
): Promise<RegisteredAgent> {
  const owner = requireOwner(asked.owner);
  const seen = await requireLiving(agents, asked.id);
  const change = changeOf('transferred', asked.order, moment.at);
  const { owner: from } = seen.agent;
  const next = { ...seen.agent, owner, lastChange: change };
  const facts = {
    fromIssuer: from.issuer,
    fromSubject: from.subject,
    toIssuer: owner.issuer,
    toSubject: owner.subject,
  };
  return write(agents, seen, { next, event: agentEvent(next, change, { ...moment, facts }) });
}

interface Review {
  readonly reviewBy?: string;
  /** Of the agent and the catalog as the person saw them; others are not confirmed. */
  readonly reviewDigest?: string;
  readonly evidenceId?: string;
}

/** Records that somebody looked at what the agent may do, and when it is looked at next. */
export async function confirmReview(
  { agents, catalog }: { readonly agents: AgentBook; readonly catalog: Pick<Catalog, 'digest'> },
  asked: Asked & Review,
  moment: Moment,
): Promise<RegisteredAgent> {
  const seen = await requireLiving(agents, asked.id);
  const { reviewBy = reviewDate(moment.at), reviewDigest: digest, evidenceId } = asked;
  if (digest !== undefined && digest !== reviewDigest(seen.agent, catalog))
    throw new Refusal('agent_changed', { detail: 'not as it was reviewed' });
  requireReviewDate(reviewBy, moment.at);
  const change = changeOf('reviewed', asked.order, moment.at);
  const { by, reason, at } = change;
  const review = { by, reason, at, ...(evidenceId !== undefined && { evidenceId }) };
  const next = { ...seen.agent, reviewBy, review, lastChange: change };
  const facts = { before: seen.agent.reviewBy, ...(evidenceId !== undefined && { evidenceId }) };
  return write(agents, seen, { next, event: agentEvent(next, change, { ...moment, facts }) });
}

/** What is changed of an agent that was registered at run time. */
export interface AgentUpdate extends BindingChange {
  readonly purpose?: string;
  readonly groups?: readonly string[];
}

/**
 * Changes purpose, groups or identities of an agent that was registered at run time.
 * @throws Refusal `agent_catalogued`, `agent_malformed`, `group_not_assignable`, `binding_taken`, `agent_changed`
 */
export async function updateAgent(
  { agents, catalog }: { readonly agents: AgentBook; readonly catalog: Catalog },
  asked: Asked & AgentUpdate,
  moment: Moment,
): Promise<RegisteredAgent> {
  const seen = await requireLiving(agents, asked.id);
  if (seen.agent.origin !== 'runtime') throw new Refusal('agent_catalogued');
  const { id, owner, environment } = seen.agent;
  const { purpose = seen.agent.purpose, groups = seen.agent.groups, removeBindings = [] } = asked;
  const named = namedDuring(seen.agent.bindings, asked);
  const bindings = withoutBindings(named, removeBindings);
  const wanted = { id, owner, environment, bindings, purpose, groups };
  // the review date is left alone: one that is overdue can be changed all the same
  const { groups: checked } = checkRegistration(catalog, wanted, moment.at);
  const change = changeOf('updated', asked.order, moment.at);
  const save = (from: SeenAgent, changes: Partial<RegisteredAgent>) => {
    const next = { ...from.agent, ...changes, lastChange: change };
    const facts = { groups: next.groups.join(' '), bindings: next.bindings.length };
    return write(agents, from, { next, event: agentEvent(next, change, { ...moment, facts }) });
  };
  const updated = await save(seen, { purpose, groups: checked, bindings: named });
  const taken = await claimAdded(agents, id, asked);
  if (taken === undefined && removeBindings.length === 0) return updated;
  // one that was retired meanwhile keeps its identities from others
  const now = await requireLiving(agents, id);
  if (taken === undefined) for (const each of removeBindings) await agents.release(id, each);
  const gone = taken === undefined ? removeBindings : withoutBindings(named, seen.agent.bindings);
  const left = await save(now, { bindings: withoutBindings(now.agent.bindings, gone) });
  if (taken === undefined) return left;
  throw new Refusal('binding_taken', { members: { issuer: taken.issuer, subject: taken.subject } });
}

async function requireLiving(agents: AgentBook, id: string) {
  const seen = await requireAgent(agents, id);
  if (seen.agent.status === 'retired') throw new Refusal('move_illegal', { detail: 'retired' });
  return seen;
}
