// Reviews that are due, and what a reviewer looks at: what the agent was granted since the last review, by task, and
// which tasks of its environment it never asked for.

import type { Catalog, Person } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { type AgentViewDeps, isOverdue, showAgent } from './agent-views.ts';
import type { AgentSummary } from './ports.ts';
import { REVIEW_DAYS } from './register.ts';

/** A review is due this many days before its date. */
export const DUE_DAYS = 14;
const MOST_REVIEWS = 200;
const PAGE = 100;
const GRANT_PAGES = 10;

/** An agent whose review is due. */
export interface ReviewSummary extends AgentSummary {
  readonly agent: string;
  readonly overdue: boolean;
}

/** Active and suspended agents, the longest overdue first; of one owner when given. */
export async function listReviews(
  deps: AgentViewDeps,
  { state, owner }: { readonly state?: 'due' | 'overdue' | undefined; readonly owner?: Person | undefined },
): Promise<{ readonly reviews: readonly ReviewSummary[]; readonly partial: boolean }> {
  const now = deps.clock();
  const until = addSeconds(now, DUE_DAYS * 86_400)
    .toISOString()
    .slice(0, 10);
  const listing = { limit: MOST_REVIEWS, reviewBy: until };
  const pages =
    owner === undefined
      ? await Promise.all([
          deps.agents.listByStatus('active', listing),
          deps.agents.listByStatus('suspended', listing),
        ])
      : [await deps.agents.listByOwner(owner, listing)];
  const reviews = pages
    .flatMap(({ agents }) => agents)
    .filter(({ status, reviewBy }) => (status === 'active' || status === 'suspended') && reviewBy <= until)
    .map((agent) => ({ ...agent, agent: agent.id, overdue: isOverdue(agent, now) }))
    .filter(({ overdue }) => state === undefined || overdue === (state === 'overdue'))
    .sort((one, other) => (one.reviewBy < other.reviewBy ? -1 : 1));
  return { reviews, partial: pages.some(({ next }) => next !== undefined) };
}

/** What a reviewer looks at. @throws Refusal `agent_not_found` */
export async function showReview(
  deps: AgentViewDeps & { readonly catalog: Pick<Catalog, 'agents' | 'tasks'> },
  id: string,
) {
  const { agent, overdue, drift } = await showAgent(deps, id);
  const from = addSeconds(deps.clock(), -REVIEW_DAYS * 86_400);
  const { granted, partial } = await grantedSince(deps, id, from);
  const unusedTasks = deps.catalog.tasks
    .filter(({ id: task, environment }) => environment === agent.environment && !granted.has(task))
    .map(({ id: task }) => task);
  const used = [...granted].map(([task, each]) => ({ task, ...each }));
  return { agent, overdue, drift, from, granted: used, partial, unusedTasks: partial ? [] : unusedTasks };
}

/** How often a task was granted, how often it came to a lease, and when last. */
interface Use {
  readonly count: number;
  readonly leased: number;
  readonly last: Date;
}

async function grantedSince({ grants }: AgentViewDeps, id: string, from: Date) {
  const granted = new Map<string, Use>();
  let next: string | undefined;
  for (let pages = 0; pages < GRANT_PAGES; pages += 1) {
    const page = await grants.listByAgent(id, { limit: PAGE, from, ...(next !== undefined && { next }) });
    for (const { task, requestedAt, leaseCount } of page.grants) {
      const { count, leased, last } = granted.get(task) ?? { count: 0, leased: 0, last: requestedAt };
      const newest = requestedAt > last ? requestedAt : last;
      granted.set(task, { count: count + 1, leased: leased + (leaseCount > 0 ? 1 : 0), last: newest });
    }
    next = page.next;
    if (next === undefined) break;
  }
  return { granted, partial: next !== undefined };
}
