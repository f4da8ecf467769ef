// Room for one more grant: in the budgets of agent and task, and where people decide in their queue. What was taken goes
// back when the assertion turns out to have been shown before: a retry counts once.

import { countRequest, requireRoomInQueue } from '../approve/queue.ts';
import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { GrantId, Ruling } from '../model.ts';
import { repeatedKey } from '../record/retry.ts';
import type { Caller } from '../verify/caller.ts';
import { hasBudget } from './budget.ts';
import { type BudgetDeps, giveBack, requireBudgetInTime, type Spending, spend } from './spend.ts';

/** A request that the policies let through. */
interface Admitted extends Spending {
  readonly caller: Caller;
  readonly now: Date;
  readonly ruling: Ruling;
  /** Whether its grant's id comes of an Idempotency-Key, so that the grant may be there already. */
  readonly isNamed: boolean;
}

type RoomDeps = BudgetDeps & Pick<ExchangeDeps, 'grants' | 'catalog'>;

/** Ties a bound assertion; @returns the grant of an earlier, identical request. */
type Tie = () => Promise<GrantId | undefined>;

/**
 * Takes the room, then ties the assertion: a request that is refused for want of room must not use it up.
 * @returns the grant that the assertion made before, when this is a retry
 * @throws Refusal `budget_exceeded`, `budget_too_small`, `budget_busy`, `approval_queue_full`, `asked_too_often`, `request_repeated`,
 *   `idempotency_key_reused`, and those of the tie
 */
export async function takeRoom(
  deps: RoomDeps,
  { admitted, tie }: { readonly admitted: Admitted; readonly tie: Tie },
  context: RequestContext,
): Promise<GrantId | undefined> {
  await requireUnmade(deps, admitted);
  if (admitted.ruling.outcome === 'needs-approval') {
    await requireRoomInQueue(deps, admitted);
    await requireBudgetInTime(deps, admitted);
    // the last, for it counts
    await countRequest(deps, admitted);
    return tie();
  }
  const isOurs = await spend(deps, admitted);
  if (!isOurs) return tie();
  return tieOrGiveBack(deps, { admitted, tie }, context);
}

/** A grant that was made already is told, whatever the budgets have left. */
async function requireUnmade(
  deps: Pick<ExchangeDeps, 'grants'>,
  { caller, isNamed, grantId, agent, task, parameters }: Admitted,
): Promise<void> {
  if (!isNamed || !hasBudget(agent, task)) return;
  if ((await deps.grants.get(grantId)) === undefined) return;
  throw await repeatedKey(deps, caller, { grantId, task, parameters });
}

async function tieOrGiveBack(
  deps: RoomDeps,
  { admitted, tie }: { readonly admitted: Admitted; readonly tie: Tie },
  context: RequestContext,
): Promise<GrantId | undefined> {
  let isTied = false;
  try {
    const earlier = await tie();
    isTied = earlier === undefined;
    return earlier;
  } finally {
    if (!isTied) await giveBackIfPossible(deps, admitted, context);
  }
}

/** What cannot be given back stays counted: too much is refused, never too little. */
async function giveBackIfPossible(
  deps: RoomDeps,
  admitted: Admitted,
  context: RequestContext,
): Promise<void> {
  try {
    await giveBack(deps, admitted);
  } catch (error) {
    context.log.note({ budgetKept: error instanceof Error ? error.name : 'unknown' });
  }
}
