// All grants of an agent that may still be open or have a lease, from their index and to a bound.

import { LONGEST_GRANT_SECONDS } from '../kill/end-scope.ts';
import type { Clock, GrantStore, GrantSummary } from '../ports.ts';
import { addSeconds } from './lifetime.ts';

const PAGE = 100;
/** Pages of one agent's recent grants that are looked through for open ones. */
const OPEN_PAGES = 10;

/** What was read, and whether it is all of them. */
export interface RecentGrants {
  readonly rows: readonly GrantSummary[];
  readonly isWhole: boolean;
}

/** Newest first. */
export async function recentGrants(
  { grants, clock }: { readonly grants: Pick<GrantStore, 'listByAgent'>; readonly clock: Clock },
  agent: string,
): Promise<RecentGrants> {
  const from = addSeconds(clock(), -LONGEST_GRANT_SECONDS);
  const rows: GrantSummary[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < OPEN_PAGES; pages += 1) {
    const page = await grants.listByAgent(agent, { limit: PAGE, from, ...(next !== undefined && { next }) });
    rows.push(...page.grants);
    next = page.next;
    if (next === undefined) break;
  }
  return { rows, isWhole: next === undefined };
}
