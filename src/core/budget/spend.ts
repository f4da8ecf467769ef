// Takes a new grant's share of the budgets of its agent and its task, before anything is recorded of the grant. One row
// an agent, written only if nobody wrote it since it was read: of requests at once each counts what the others took.
// Where no budget applies nothing is read or written.

import type { ExchangeDeps } from '../deps.ts';
import type { Grant, GrantId, Parameters, RegisteredAgent, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { hasBudget, limitsOf } from './budget.ts';
import { freeSlots } from './slots.ts';
import {
  type BudgetRequest,
  type BudgetState,
  countsUntil,
  heldUnder,
  returnBudget,
  type Shortage,
  type Taking,
  takeBudget,
} from './take.ts';

/** Times that a request tries while others of its agent are faster. */
const MAX_TRIES = 12;
/** Longest pause before the second try; doubles, up to eight times as much. */
const FIRST_PAUSE_MS = 40;
const LONGEST_FACTOR = 8;
/** A grant whose slot nobody counts is remembered this long, so that the same request counts once. */
const REMEMBER_SECONDS = 20;
const BUSY_RETRY_SECONDS = 2;

/** What budgets need. */
export type BudgetDeps = Pick<ExchangeDeps, 'budgets' | 'pause' | 'random' | 'clock'>;

/** A grant that is about to be. */
export interface Spending {
  readonly grantId: GrantId;
  readonly agent: RegisteredAgent;
  readonly task: Task;
  readonly parameters: Parameters;
  /** Until when people's approval of it can be redeemed; absent: nobody was asked. */
  readonly redeemableUntil?: Date;
}

/**
 * Counts the grant, once however often it is asked for.
 * @returns whether this call counted it, and may give it back
 * @throws Refusal `budget_exceeded`, `budget_too_small`, `budget_busy`, `idempotency_key_reused`, `store_unavailable`
 */
export async function spend(deps: BudgetDeps, spending: Spending): Promise<boolean> {
  if (!hasBudget(spending.agent, spending.task)) return false;
  let isOurs = false;
  await change(deps, spending, async (state, now) => {
    const taking = await takeOrFree(deps, state, requestAt(spending, now));
    if (taking.kind === 'short') throw shortRefusal(taking.shortages, now);
    if (taking.kind === 'misnamed') throw new Refusal('idempotency_key_reused');
    isOurs = taking.kind === 'taken';
    return taking.next;
  });
  return isOurs;
}

/** Gives back what a grant took that came to nothing before anything was recorded of it. */
export async function giveBack(deps: BudgetDeps, spending: Spending): Promise<void> {
  await change(deps, spending, async (state, now) => {
    const next = returnBudget(state, requestAt(spending, now));
    return next === state ? undefined : next;
  });
}

/**
 * Lets a request pass that can still be redeemed once people approved it; nothing is taken. Grants at once do not matter:
 * they may end at any moment.
 * @throws Refusal `budget_exceeded`, `budget_too_small`, `store_unavailable`
 */
export async function requireBudgetInTime(
  { budgets, clock }: Pick<ExchangeDeps, 'budgets' | 'clock'>,
  spending: Spending,
): Promise<void> {
  const { agent, task } = spending;
  if (!hasBudget(agent, task)) return;
  const { state } = await budgets.readBudget(agent.id);
  const now = epochSeconds(clock());
  const taking = takeBudget(state, requestAt(spending, now));
  if (taking.kind !== 'short') return;
  const lapsesAt = now + task.approval.expiresAfterSeconds;
  const hopeless = taking.shortages.filter(
    ({ limit, freeAt }) => limit.window !== 'concurrent' && (freeAt === undefined || freeAt >= lapsesAt),
  );
  if (hopeless.length > 0) throw shortRefusal(hopeless, now);
}

/** A grant that people approved, whose first lease is asked for. */
export function redeeming(grant: Grant, agent: RegisteredAgent, task: Task): Spending {
  const { grantId, parameters, expiresAt } = grant;
  return { grantId, agent, task, parameters, redeemableUntil: expiresAt };
}

/** When only grants at once are in the way, the rows of those tell which are over. */
async function takeOrFree(
  { budgets }: Pick<ExchangeDeps, 'budgets'>,
  state: BudgetState,
  request: BudgetRequest,
): Promise<Taking> {
  const first = takeBudget(state, request);
  if (first.kind !== 'short' || first.shortages.some(({ limit }) => limit.window !== 'concurrent'))
    return first;
  const inTheWay = first.shortages.flatMap(({ limit }) => heldUnder(state, request.task, limit));
  const asked = [...new Set(inTheWay.map(([grantId]) => grantId))];
  const rows = await budgets.readSlots(asked);
  return takeBudget(freeSlots(state, { asked, rows }, request.now), request);
}

/** Reads, decides and writes until nobody was faster; `undefined` writes nothing. */
async function change(
  deps: BudgetDeps,
  { agent }: Pick<Spending, 'agent'>,
  decide: (state: BudgetState, now: number) => Promise<BudgetState | undefined>,
): Promise<void> {
  for (let number = 1; number <= MAX_TRIES; number += 1) {
    const seen = await deps.budgets.readBudget(agent.id);
    // after the read: whatever is written between that and our write makes ours fail
    const state = await decide(seen.state, epochSeconds(deps.clock()));
    if (state === undefined) return;
    const keepUntil = new Date(countsUntil(state) * 1000);
    if (await deps.budgets.writeBudget(agent.id, seen, { state, keepUntil })) return;
    await deps.pause(pauseSeconds(deps, number));
  }
  throw new Refusal('budget_busy', { retryAfterSeconds: BUSY_RETRY_SECONDS });
}

/** Any time up to the longest pause of this try. */
function pauseSeconds({ random }: Pick<ExchangeDeps, 'random'>, number: number): number {
  const share = (random.bytes(1)[0] ?? 0) / 255;
  return (share * FIRST_PAUSE_MS * Math.min(2 ** (number - 1), LONGEST_FACTOR)) / 1000;
}

/** What is asked of the budgets at `now`, in epoch seconds. */
function requestAt(
  { grantId, agent, task, parameters, redeemableUntil }: Spending,
  now: number,
): BudgetRequest {
  const hasSlots = agent.budget?.concurrent !== undefined || task.budget?.concurrent !== undefined;
  const end = now + (hasSlots ? task.maxDurationSeconds : REMEMBER_SECONDS);
  const sums = Object.keys(task.budget?.perDay ?? {});
  return {
    grantId,
    task: task.id,
    limits: limitsOf(agent, task),
    amounts: new Map(sums.map((name) => [name, amountOf(parameters, name)])),
    until: Math.max(end, redeemableUntil === undefined ? end : epochSeconds(redeemableUntil)),
    now,
  };
}

/** The catalog check lets only integers be summed that cannot be negative; anything else would add room. */
function amountOf(parameters: Parameters, name: string): number {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Refusal('misconfigured', { detail: `budget of ${name}` });
  return value;
}

/** Told of the shortage that lasts longest: afterwards there is room. */
function shortRefusal(shortages: readonly Shortage[], now: number): Refusal {
  const worst = [...shortages].sort((one, other) => untilFree(other) - untilFree(one))[0];
  const { scope, window, parameter, most } = worst?.limit ?? {};
  const members = {
    ...(scope !== undefined && { budget: scope }),
    ...(window !== undefined && { budget_window: window }),
    ...(parameter !== undefined && { budget_parameter: parameter }),
    ...(most !== undefined && { budget_limit: most }),
  };
  const detail = [scope, window, parameter].join(' ').trim();
  if (worst?.freeAt === undefined) return new Refusal('budget_too_small', { detail, members });
  const wait = Math.max(1, worst.freeAt - now);
  return new Refusal('budget_exceeded', {
    detail,
    retryAfterSeconds: wait,
    members: { ...members, retry_after: wait },
  });
}

function untilFree({ freeAt = Number.POSITIVE_INFINITY }: Shortage): number {
  return freeAt;
}

/** The whole second at or after it. */
function epochSeconds(time: Date): number {
  return Math.ceil(time.getTime() / 1000);
}
