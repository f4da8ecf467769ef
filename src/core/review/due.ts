// When a review is due, and which are: by the index that sorts agents by review date, to a bound.

import type { AgentBook, AgentSummary } from '../lifecycle/ports.ts';
import type { Person } from '../model.ts';
import type { Clock } from '../ports.ts';
import { listAgents } from '../questions/read-agents.ts';

/** A review is due this many days before its date. */
export const DUE_DAYS = 14;
/** Pages of one owner's agents that are read. */
const OWNER_PAGES = 20;
const PAGE = 100;

/** YYYY-MM-DD in UTC. */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

/** The last day whose reviews are due. */
export function untilDue(now: Date): string {
  return dayOf(new Date(now.getTime() + DUE_DAYS * 86_400_000));
}

/** From the day (UTC) after the review date; a retired agent is reviewed no more. */
export function isOverdue(
  { reviewBy, status }: Pick<AgentSummary, 'reviewBy' | 'status'>,
  now: Date,
): boolean {
  return status !== 'retired' && reviewBy < dayOf(now);
}

/** Days from today to a date; negative when it has passed. */
export function daysUntil(date: string, now: Date): number {
  return Math.round((Date.parse(date) - Date.parse(dayOf(now))) / 86_400_000);
}

/** One agent whose review is due. */
export interface DueReview extends AgentSummary {
  readonly agent: string;
  readonly overdue: boolean;
  readonly days: number;
}

/** Which reviews. */
export interface DueFilter {
  readonly state?: 'due' | 'overdue' | undefined;
  readonly owner?: Person | undefined;
  /** Due within so many days. @default 14 */
  readonly days?: number | undefined;
}

/** The longest overdue first. */
export async function dueReviews(
  {
    agents,
    clock,
  }: { readonly agents: Pick<AgentBook, 'listByStatus' | 'listByOwner'>; readonly clock: Clock },
  { state, owner, days = DUE_DAYS }: DueFilter,
): Promise<{ readonly reviews: readonly DueReview[]; readonly partial: boolean }> {
  const now = clock();
  const until = state === 'overdue' ? dayOf(now) : dayOf(new Date(now.getTime() + days * 86_400_000));
  const { items, isCut } =
    owner === undefined
      ? await listAgents({ agents }, ['active', 'suspended'], until)
      : await listOwned(agents, owner);
  const reviews = items
    .filter(({ status, reviewBy }) => (status === 'active' || status === 'suspended') && reviewBy <= until)
    .map((agent) => ({
      ...agent,
      agent: agent.id,
      overdue: isOverdue(agent, now),
      days: daysUntil(agent.reviewBy, now),
    }))
    .filter(({ overdue }) => state === undefined || overdue === (state === 'overdue'))
    .sort((one, other) => (one.reviewBy < other.reviewBy ? -1 : 1));
  return { reviews, partial: isCut };
}

/** All agents of one owner, to a bound. */
export async function listOwned(
  agents: Pick<AgentBook, 'listByOwner'>,
  owner: Person,
): Promise<{ readonly items: readonly AgentSummary[]; readonly isCut: boolean }> {
  const items: AgentSummary[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < OWNER_PAGES; pages += 1) {
    const page = await agents.listByOwner(owner, { limit: PAGE, ...(next !== undefined && { next }) });
    items.push(...page.agents);
    next = page.next;
    if (next === undefined) break;
  }
  return { items, isCut: next !== undefined };
}
