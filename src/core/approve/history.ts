// What an agent did before with a task, read from its newest grants: bounded, so that a page costs a known number of
// reads however busy the agent is.

import type { Grant } from '../model.ts';
import type { GrantStore, GrantSummary } from '../ports.ts';
import { RETENTION_DAYS } from '../record/lifetime.ts';
import type { History } from './unusual.ts';

/** Newest grants of the agent that are looked at. */
export const HISTORY_GRANTS = 200;
/** Of those, the ones of the task whose rows are read. */
export const HISTORY_ROWS = 25;

/** The agent's grants of this task that had a lease, before `grant` was asked for. */
export async function readHistory(
  deps: { readonly grants: Pick<GrantStore, 'get' | 'listByAgent'> },
  { grantId, agent, task, requestedAt }: Grant,
): Promise<History> {
  const from = new Date(requestedAt.getTime() - RETENTION_DAYS * 86_400_000);
  const page = await deps.grants.listByAgent(agent, { limit: HISTORY_GRANTS, from, to: requestedAt });
  const ofTask = page.grants.filter(
    (each) => each.task === task && each.grantId !== grantId && wasUsed(each),
  );
  const rows = await Promise.all(ofTask.slice(0, HISTORY_ROWS).map((each) => deps.grants.get(each.grantId)));
  return {
    used: rows.filter((row) => row !== undefined),
    isComplete: page.next === undefined && ofTask.length <= HISTORY_ROWS,
  };
}

/** A reserved or failed grant has a lease counted that nobody got. */
function wasUsed({ status, leaseCount }: GrantSummary): boolean {
  return leaseCount > 0 && ['active', 'completed', 'expired', 'killed'].includes(status);
}
