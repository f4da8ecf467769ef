// Budgets for people to look at: one read of the agent's row, and none where no budget applies. It never makes or changes
// the row. What cannot be read is said to be unreadable, and is no reason to show nothing else.

import type { Agent, Catalog, Grant, RegisteredAgent, Task } from '../model.ts';
import type { Clock } from '../ports.ts';
import type { RecentGrants } from '../record/recent-grants.ts';
import { Refusal } from '../refusal.ts';
import { hasBudget } from './budget.ts';
import type { BudgetStore } from './ports.ts';
import { freeSlots } from './slots.ts';
import type { BudgetState } from './take.ts';
import { type BudgetShare, type BudgetUse, sharesOf, usesOf } from './use.ts';

/** What is read. */
export interface BudgetSight {
  readonly budgets: Pick<BudgetStore, 'readBudget'>;
  readonly clock: Clock;
}

/** What was found; the row could not be read, or does not read back. */
export type Seen<Found> = readonly Found[] | 'unreadable';

/** The agent's grants that may be open; asked for when a place is held. */
type Recent = () => Promise<RecentGrants>;

/** The budgets of an agent. Grants that are over hold no place, whether somebody has asked for it since or not. */
export async function seeUses(
  deps: BudgetSight & { readonly catalog: Pick<Catalog, 'tasks'> },
  agent: Agent,
  recent: Recent,
): Promise<Seen<BudgetUse>> {
  const tasks = deps.catalog.tasks.filter(
    (task) => task.environment === agent.environment && task.budget !== undefined,
  );
  if (agent.budget === undefined && tasks.length === 0) return [];
  const state = await stateOf(deps, agent.id);
  if (state === undefined) return 'unreadable';
  const now = deps.clock();
  return usesOf(await freed(state, recent, now), { agent, tasks }, now);
}

/** What a request would use. */
export async function seeShares(
  deps: BudgetSight,
  request: { readonly grant: Grant; readonly agent: RegisteredAgent; readonly task: Task },
  recent: Recent,
): Promise<Seen<BudgetShare>> {
  const { grant, agent, task } = request;
  if (!hasBudget(agent, task)) return [];
  const state = await stateOf(deps, agent.id);
  if (state === undefined) return 'unreadable';
  const now = deps.clock();
  const { grantId, parameters } = grant;
  return sharesOf(await freed(state, recent, now), { grantId, agent, task, parameters }, now);
}

async function stateOf({ budgets }: BudgetSight, agent: string): Promise<BudgetState | undefined> {
  try {
    return (await budgets.readBudget(agent)).state;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A grant that was not among all recent ones is a request that died; among some of them nothing follows. */
async function freed(state: BudgetState, recent: Recent, now: Date): Promise<BudgetState> {
  if (state.held.size === 0) return state;
  const { rows, isWhole } = await recent();
  const known = new Set(rows.map(({ grantId }) => grantId));
  const asked = [...state.held.keys()].filter((id) => isWhole || known.has(id));
  return freeSlots(state, { asked, rows }, Math.ceil(now.getTime() / 1000));
}
