// What people see of agents: lists with filters, and one agent with what it holds and what was done to it. Every list
// comes from an index, a bounded number of pages at a time.

import { type BudgetSight, type Seen, seeUses } from '../budget/see.ts';
import type { BudgetUse } from '../budget/use.ts';
import type { Agent, AgentStatus, Catalog, Person, RegisteredAgent } from '../model.ts';
import type { Clock, GrantStore, GrantSummary } from '../ports.ts';
import type { Possibility } from '../questions/rulings.ts';
import { addSeconds, isOpen } from '../record/lifetime.ts';
import { type RecentGrants, recentGrants } from '../record/recent-grants.ts';
import { Refusal } from '../refusal.ts';
import { dayOf, isOverdue } from '../review/due.ts';
import type { Possible } from '../review/possible.ts';
import { agentDigest } from './agent-digest.ts';
import { driftOf } from './drift.ts';
import { requireAgent } from './orders.ts';
import type { AgentBook, AgentPage, AgentSummary } from './ports.ts';

/** An agent without a grant for this long is idle. */
export const IDLE_DAYS = 30;
/** Index pages that one list reads at most. */
const LIST_PAGES = 20;
/** The same when each agent's grants are looked at. */
const IDLE_PAGES = 3;
/** Newest grants that are shown of one agent. */
const SHOWN_GRANTS = 20;
const ORDER: readonly AgentStatus[] = ['active', 'suspended', 'proposed', 'retired'];

/** What the views read. */
export interface AgentViewDeps {
  readonly agents: Pick<AgentBook, 'find' | 'listByStatus' | 'listByOwner'>;
  readonly grants: Pick<GrantStore, 'listByAgent'>;
  readonly catalog: Pick<Catalog, 'agents' | 'tasks'>;
  /** What the policies say of an agent, by task. @throws Refusal `policy_error` */
  readonly possible: (agent: Agent) => Possible;
  readonly budgets: BudgetSight['budgets'];
  readonly clock: Clock;
}

/** Which agents; all filters together. */
export interface AgentFilter {
  readonly status?: AgentStatus | undefined;
  readonly owner?: Person | undefined;
  readonly environment?: string | undefined;
  /** Only those whose review date has passed. */
  readonly overdue?: boolean | undefined;
  /** Only those without a grant in 30 days. */
  readonly idle?: boolean | undefined;
  readonly limit: number;
  readonly next?: string | undefined;
}

/** Lists agents; a page can be empty and still have a next one. */
export async function listAgents(deps: AgentViewDeps, filter: AgentFilter): Promise<AgentPage> {
  const { limit } = filter;
  const found: AgentSummary[] = [];
  let next = filter.next;
  for (let pages = 0; pages < (filter.idle ? IDLE_PAGES : LIST_PAGES); pages += 1) {
    const page = await readPage(deps, { ...filter, limit: limit - found.length, next });
    const kept = await Promise.all(page.agents.map((agent) => matches(deps, agent, filter)));
    found.push(...page.agents.filter((_, at) => kept[at]));
    next = page.next;
    if (next === undefined || found.length >= limit) break;
  }
  return { agents: found, ...(next !== undefined && { next }) };
}

/** One page, of one owner or of one status; without a status the next page goes on with the next one. */
async function readPage(deps: AgentViewDeps, filter: AgentFilter): Promise<AgentPage> {
  const { owner, limit, next } = filter;
  if (owner !== undefined)
    return deps.agents.listByOwner(owner, { limit, ...(next !== undefined && { next }) });
  const { status, inner } = place(filter);
  const page = await deps.agents.listByStatus(status, {
    limit,
    ...(inner !== '' && { next: inner }),
    ...(filter.overdue && { reviewBy: dayBefore(deps.clock()) }),
  });
  if (page.next !== undefined) return { agents: page.agents, next: `${status}.${page.next}` };
  const following = filter.status === undefined ? ORDER[ORDER.indexOf(status) + 1] : undefined;
  return { agents: page.agents, ...(following && { next: `${following}.` }) };
}

function place({ next, status = 'active' }: AgentFilter): { status: AgentStatus; inner: string } {
  if (next === undefined) return { status, inner: '' };
  const [first, inner = ''] = next.split('.');
  const found = ORDER.find((each) => each === first);
  if (found === undefined) throw new Refusal('query_malformed', { detail: 'next' });
  return { status: found, inner };
}

async function matches(deps: AgentViewDeps, agent: AgentSummary, filter: AgentFilter): Promise<boolean> {
  const { status, environment, overdue, idle } = filter;
  if (status !== undefined && agent.status !== status) return false;
  if (environment !== undefined && agent.environment !== environment) return false;
  if (overdue && !isOverdue(agent, deps.clock())) return false;
  return !idle || isIdle(deps, agent.id);
}

async function isIdle({ grants, clock }: AgentViewDeps, id: string): Promise<boolean> {
  const from = addSeconds(clock(), -IDLE_DAYS * 86_400);
  return (await grants.listByAgent(id, { limit: 1, from })).grants.length === 0;
}

function dayBefore(now: Date): string {
  return dayOf(addSeconds(now, -86_400));
}

/** One agent, whole. */
export interface AgentView {
  readonly agent: RegisteredAgent;
  /** Of the agent as it is shown; who resumes it signs this. */
  readonly agentDigest: string;
  readonly overdue: boolean;
  readonly drift: readonly string[];
  readonly grants: readonly GrantSummary[];
  /** Tasks of its environment, and what the policies say of it and each. */
  readonly tasks: readonly AgentTask[];
  readonly story: readonly Deed[];
  readonly holds: Holdings;
  /** Its own and those of the tasks of its environment. */
  readonly budgets: Seen<BudgetUse>;
}

/** One task and what the policies say; `depends` on the values of its parameters. */
export interface AgentTask {
  readonly task: string;
  readonly title: string;
  readonly ruling: Possibility['outcome'];
  readonly policies: readonly string[];
}

/** What was done to an agent, as its row tells it. */
export interface Deed {
  readonly at: Date;
  readonly what: string;
  readonly by: Person;
  readonly reason: string;
}

/** What an agent holds now. */
export interface Holdings {
  readonly open: number;
  /** No credential of any of its grants works past this instant; absent: none does now. */
  readonly leaseEndsBy?: Date;
  /** More was open or recent than was read. */
  readonly partial: boolean;
}

/** @throws Refusal `agent_not_found` */
export async function showAgent(deps: AgentViewDeps, id: string): Promise<AgentView> {
  const { agent } = await requireAgent(deps.agents, id);
  const [{ grants }, recent] = await Promise.all([
    deps.grants.listByAgent(id, { limit: SHOWN_GRANTS }),
    recentGrants(deps, id),
  ]);
  const catalogued = deps.catalog.agents.find((each) => each.id === id);
  return {
    agent,
    agentDigest: agentDigest(agent),
    overdue: isOverdue(agent, deps.clock()),
    drift: driftOf(agent, catalogued),
    grants,
    tasks: tasksOf(deps, agent),
    story: storyOf(agent),
    holds: holdingsOf(recent, deps.clock()),
    budgets: await seeUses(deps, agent, async () => recent),
  };
}

function tasksOf({ catalog, possible }: AgentViewDeps, agent: Agent): readonly AgentTask[] {
  const titles = new Map(catalog.tasks.map(({ id, title }) => [id, title]));
  return [...possible(agent)].map(([task, { outcome, policies }]) => ({
    task,
    title: titles.get(task) ?? task,
    ruling: outcome,
    policies,
  }));
}

/** Of all grants that may still be open or have a lease. */
function holdingsOf({ rows, isWhole }: RecentGrants, now: Date): Holdings {
  const ends = rows.flatMap(({ leaseExpiresAt }) =>
    leaseExpiresAt && leaseExpiresAt > now ? [leaseExpiresAt] : [],
  );
  const last = ends.sort((one, other) => other.getTime() - one.getTime())[0];
  return { open: rows.filter(isOpen).length, ...(last && { leaseEndsBy: last }), partial: !isWhole };
}

function storyOf({ lastChange, review }: RegisteredAgent): Deed[] {
  const reviewed = review === undefined ? [] : [{ ...review, what: 'reviewed' }];
  const changed = lastChange === undefined || lastChange.what === 'reviewed' ? [] : [lastChange];
  return [...changed, ...reviewed]
    .map(({ at, what, by, reason }) => ({ at, what, by, reason }))
    .sort((one, other) => other.at.getTime() - one.at.getTime());
}
