// What people change of a registered agent beside its status: its owner, its review date, and of agents registered at
// run time also purpose, groups and identities. What the catalog says is changed in the catalog.

import { isHeldBack } from '../catalog/held-back.ts';
import type { Catalog, RegisteredAgent } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { reviewDigest } from './agent-digest.ts';
import { type BindingChange, claimAdded, namedDuring, withoutBindings } from './bindings.ts';
import { agentEvent, changeOf, type Moment, requireAgent, write } from './orders.ts';
import type { AgentBook, Order, SeenAgent } from './ports.ts';
import { checkRegistration, type OwnersOf, requireOwner, requireReviewDate } from './register.ts';
import { reviewDate } from './review-date.ts';

interface Asked {
  readonly id: string;
  readonly order: Order;
}

/** Gives the agent to another owner. @throws Refusal `agent_malformed`, `agent_not_found`, `move_illegal`, `agent_changed` */
export async function transferAgent(
  { agents, peopleIssuer }: { readonly agents: AgentBook } & OwnersOf,
  asked: Asked & { readonly owner: unknown },
  moment: Moment,
): Promise<RegisteredAgent> {
  const owner = requireOwner(asked.owner, { peopleIssuer });
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
  readonly reviewDigest: string;
  /** Of the reviewer's signature; absent over the operators' channel, where IAM alone says who may. */
  readonly evidenceId?: string;
}

/**
 * Records that somebody looked at what the agent may do, and when it is looked at next.
 * @throws Refusal `agent_changed` when the agent or the catalog is not as it was shown, `agent_malformed`, `agent_not_found`,
 * `move_illegal`
 */
export async function confirmReview(
  { agents, catalog }: { readonly agents: AgentBook; readonly catalog: Pick<Catalog, 'digest'> },
  asked: Asked & Review,
  moment: Moment,
): Promise<RegisteredAgent> {
  const seen = await requireLiving(agents, asked.id);
  const { reviewBy = reviewDate(moment.at), reviewDigest: digest, evidenceId } = asked;
  const change = changeOf('reviewed', asked.order, moment.at);
  if (digest !== reviewDigest(seen.agent, catalog))
    throw new Refusal('agent_changed', { detail: 'not as it was reviewed' });
  requireReviewDate(reviewBy, moment.at);
  const { by, reason, at } = change;
  const review = { by, reason, at, ...(evidenceId !== undefined && { evidenceId }) };
  const next = { ...seen.agent, reviewBy, review, lastChange: change };
  const facts = {
    before: seen.agent.reviewBy,
    signed: evidenceId !== undefined,
    ...(evidenceId !== undefined && { evidenceId }),
  };
  return write(agents, seen, { next, event: agentEvent(next, change, { ...moment, facts }) });
}

/** What is changed of an agent that was registered at run time. */
export interface AgentUpdate extends BindingChange {
  readonly purpose?: string;
  /** All its groups from now on. */
  readonly groups?: readonly string[];
  /** Further ones. */
  readonly addGroups?: readonly string[];
}

/** Whether a person's signature, or IAM, stands behind what makes an agent able to do more. */
interface Authority {
  readonly mayWiden: boolean;
}

/**
 * Changes purpose, groups or identities of an agent that was registered at run time.
 * @throws Refusal `agent_catalogued`, `agent_malformed`, `group_not_assignable`, `widening_unsigned`, `binding_taken`,
 * `agent_changed`
 */
export async function updateAgent(
  { agents, catalog }: { readonly agents: AgentBook; readonly catalog: Catalog },
  asked: Asked & AgentUpdate & Authority,
  moment: Moment,
): Promise<RegisteredAgent> {
  const seen = await requireLiving(agents, asked.id);
  if (seen.agent.origin !== 'runtime') throw new Refusal('agent_catalogued');
  const { id, owner, environment } = seen.agent;
  const { purpose = seen.agent.purpose, removeBindings = [] } = asked;
  const groups = [...new Set([...(asked.groups ?? seen.agent.groups), ...(asked.addGroups ?? [])])];
  requireMayWiden(catalog, seen.agent, { ...asked, groups });
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
  const { claimed, taken } = await claimAdded(agents, id, asked);
  if (taken === undefined && removeBindings.length === 0) return updated;
  // one that was retired meanwhile keeps its identities from others
  const now = await requireLiving(agents, id);
  const gone = taken === undefined ? removeBindings : withoutBindings(named, seen.agent.bindings);
  const left = await save(now, { bindings: withoutBindings(now.agent.bindings, gone) });
  // only now: a retirement that came between keeps every identity that its row names
  for (const each of taken === undefined ? removeBindings : claimed) await agents.release(id, each);
  if (taken === undefined) return left;
  throw new Refusal('binding_taken', { members: { issuer: taken.issuer, subject: taken.subject } });
}

/**
 * Nothing is given without a signature to an agent that somebody let act; who lets a proposed one begin signs what it has
 * by then. The write that follows names the version that was looked at here: one that began meanwhile is not changed.
 */
function requireMayWiden(
  catalog: Pick<Catalog, 'policies'>,
  { status, groups: before }: RegisteredAgent,
  { mayWiden, groups = [], addBindings = [] }: AgentUpdate & Authority,
): void {
  if (mayWiden || status === 'proposed') return;
  const isMore = addBindings.length > 0 || groups.some((each) => !before.includes(each));
  // a group may keep from something: the check lets none such be assignable, but it may have been before
  const isLoose = before.some((each) => !groups.includes(each) && isHeldBack(catalog, each));
  if (isMore || isLoose) throw new Refusal('widening_unsigned');
}

async function requireLiving(agents: AgentBook, id: string) {
  const seen = await requireAgent(agents, id);
  if (seen.agent.status === 'retired') throw new Refusal('move_illegal', { members: { status: 'retired' } });
  return seen;
}
