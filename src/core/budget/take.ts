// Decides whether a budget has room for one grant, and what is used afterwards. Nothing here knows a clock or a table:
// whoever calls it writes what it answers only if nobody wrote since.

import type { GrantId } from '../model.ts';
import type { Limit } from './budget.ts';
import {
  addUse,
  coarsen,
  currentUses,
  DAY,
  fitsAt,
  HOUR,
  leavesAt,
  type Series,
  SKEW_SECONDS,
  takeBack,
} from './series.ts';

/** A grant that counts among those at once, or was counted a moment ago. */
export interface Held {
  readonly task: string;
  /** When it was counted, in epoch seconds. */
  readonly at: number;
  /** When it is over at the latest, in epoch seconds. */
  readonly until: number;
  /** What was counted of it: another request of the same name is counted too. */
  readonly amounts: ReadonlyMap<string, number>;
  /** Several calls go on with it: none of them may give it back. */
  readonly shared?: true;
}

/** What one agent has used of all its budgets. */
export interface BudgetState {
  readonly held: ReadonlyMap<GrantId, Held>;
  /** Grants begun within the last hour, by task. */
  readonly begun: ReadonlyMap<string, Series>;
  /** Sums of the last day, by task and parameter. */
  readonly sums: ReadonlyMap<string, ReadonlyMap<string, Series>>;
}

/** Of an agent that has used nothing. */
export const UNUSED: BudgetState = { held: new Map(), begun: new Map(), sums: new Map() };

/** A grant that wants room. */
export interface BudgetRequest {
  readonly grantId: GrantId;
  readonly task: string;
  readonly limits: readonly Limit[];
  /** Values of the parameters that are summed. */
  readonly amounts: ReadonlyMap<string, number>;
  /** When the grant is over at the latest, in epoch seconds. */
  readonly until: number;
  /** In epoch seconds. */
  readonly now: number;
}

/** Why there is no room, and from when on there is. */
export interface Shortage {
  readonly limit: Limit;
  /** Epoch seconds; absent when there never will be. */
  readonly freeAt?: number;
}

export type Taking =
  | { readonly kind: 'taken'; readonly next: BudgetState }
  /** Another call for this grant counted it; `next` is absent when that is known already. */
  | { readonly kind: 'counted'; readonly next?: BudgetState }
  /** A request for another task was counted under this grant's name: one key stands for one request. */
  | { readonly kind: 'misnamed' }
  | { readonly kind: 'short'; readonly shortages: readonly Shortage[] };

/** Entries of all windows together; beyond them the windows are kept less finely. */
const MAX_USES = 2000;

/** A grant that was counted longer ago is counted again: nobody takes room in one hour and uses it in the next. */
const COUNTED_SECONDS = 300;

/**
 * Takes the room for one grant, or says what it lacks. What another call for it took counts from now on: its grant is
 * made now, and whoever looks must not find its place old.
 */
export function takeBudget(state: BudgetState, request: BudgetRequest): Taking {
  const current = currentState(state, request.now);
  const mine = current.held.get(request.grantId);
  if (mine !== undefined && mine.task !== request.task) return { kind: 'misnamed' };
  const again = mine !== undefined && isCounted(mine, request) ? mine : undefined;
  if (again?.shared && again.at >= request.now && again.until >= request.until) return { kind: 'counted' };
  const others = again ? withoutUses(current, request.task, again) : current;
  const shortages = request.limits.flatMap((limit) => shortageOf(others, request, limit) ?? []);
  if (shortages.length > 0) return { kind: 'short', shortages };
  return { kind: again ? 'counted' : 'taken', next: within(MAX_USES, added(others, request)) };
}

/** As if this grant had not been taken: it came to nothing before anything was recorded of it. */
export function returnBudget(
  state: BudgetState,
  { grantId, task }: Pick<BudgetRequest, 'grantId' | 'task'>,
): BudgetState {
  const mine = state.held.get(grantId);
  if (mine === undefined || mine.shared) return state;
  const held = new Map(state.held);
  held.delete(grantId);
  return withoutUses({ ...state, held }, task, mine);
}

/** Without what was counted of this grant in the hour and the day. */
function withoutUses(
  state: BudgetState,
  task: string,
  { at, amounts }: Pick<Held, 'at' | 'amounts'>,
): BudgetState {
  return {
    held: state.held,
    begun: changed(state.begun, task, (series = []) => takeBack(series, { at, count: 1 })),
    sums: changed(state.sums, task, (sums = new Map()) =>
      [...amounts].reduce(
        (all, [name, count]) => changed(all, name, (series = []) => takeBack(series, { at, count })),
        sums,
      ),
    ),
  };
}

/** Without what no longer counts. */
export function currentState(state: BudgetState, now: number): BudgetState {
  const each = (sums: ReadonlyMap<string, Series>) => kept(sums, (series) => currentUses(series, DAY, now));
  return {
    held: new Map([...state.held].filter(([, { until }]) => until + SKEW_SECONDS > now)),
    begun: kept(state.begun, (series) => currentUses(series, HOUR, now)),
    sums: new Map(
      [...state.sums].map(([task, sums]) => [task, each(sums)] as const).filter(([, sums]) => sums.size > 0),
    ),
  };
}

/** When nothing of it counts any more, in epoch seconds. */
export function countsUntil({ held, begun, sums }: BudgetState): number {
  const ends = [
    ...[...held.values()].map(({ until }) => until + SKEW_SECONDS),
    ...[...begun.values()].flat().map((use) => leavesAt(use, HOUR)),
    ...[...sums.values()].flatMap((each) => [...each.values()].flat()).map((use) => leavesAt(use, DAY)),
  ];
  return ends.reduce((latest, end) => Math.max(latest, end), 0);
}

/** Grants that count among those at once under this limit. */
export function heldUnder(
  { held }: BudgetState,
  task: string,
  { scope }: Limit,
): readonly (readonly [GrantId, Held])[] {
  return [...held].filter(([, each]) => scope === 'agent' || each.task === task);
}

/** Another request of the same name is not: of two at once with one key either may become the grant. */
function isCounted({ at, amounts: counted }: Held, { now, amounts }: BudgetRequest): boolean {
  const isSame =
    counted.size === amounts.size && [...counted].every(([name, count]) => amounts.get(name) === count);
  return isSame && now - at <= COUNTED_SECONDS;
}

function shortageOf(state: BudgetState, request: BudgetRequest, limit: Limit): Shortage | undefined {
  const at = freeAt(state, request, limit);
  if (at === undefined) return { limit };
  return at === 0 ? undefined : { limit, freeAt: at };
}

/** 0: now; undefined: never. */
function freeAt(
  state: BudgetState,
  { grantId, task, amounts }: BudgetRequest,
  limit: Limit,
): number | undefined {
  const { most, parameter = '' } = limit;
  switch (limit.window) {
    case 'concurrent': {
      const others = heldUnder(state, task, limit).filter(([id]) => id !== grantId);
      const ends = others.map(([, { until }]) => until);
      const tooMany = ends.length + 1 - most;
      return tooMany <= 0 ? 0 : (ends.sort((one, other) => one - other)[tooMany - 1] ?? 0) + SKEW_SECONDS;
    }
    case 'hour': {
      const series =
        limit.scope === 'agent' ? [...state.begun.values()].flat() : (state.begun.get(task) ?? []);
      return fitsAt(series, { count: 1, most }, HOUR);
    }
    case 'day': {
      const series = state.sums.get(task)?.get(parameter) ?? [];
      return fitsAt(series, { count: amounts.get(parameter) ?? most + 1, most }, DAY);
    }
  }
}

/** Tried again, a grant that people approved ends later than its first try would have. */
function added(state: BudgetState, { grantId, task, amounts, until, now }: BudgetRequest): BudgetState {
  const before = state.held.get(grantId);
  const at = Math.max(now, before?.at ?? now);
  const mine: Held = {
    task,
    at,
    until: Math.max(until, before?.until ?? until),
    amounts,
    ...(before && { shared: true }),
  };
  return {
    held: new Map(state.held).set(grantId, mine),
    begun: changed(state.begun, task, (series = []) => addUse(series, { at, count: 1 }, HOUR)),
    sums: changed(state.sums, task, (sums = new Map()) =>
      [...amounts].reduce(
        (all, [name, count]) => changed(all, name, (series = []) => addUse(series, { at, count }, DAY)),
        sums,
      ),
    ),
  };
}

/** Kept less and less finely until there are few enough entries. */
function within(most: number, state: BudgetState): BudgetState {
  let fit = state;
  for (let factor = 2; usesIn(fit) > most && factor <= 1024; factor *= 2) {
    const hours = HOUR.bucketSeconds * factor;
    const days = DAY.bucketSeconds * factor;
    fit = {
      held: fit.held,
      begun: kept(fit.begun, (series) => coarsen(series, hours)),
      sums: new Map(
        [...fit.sums].map(([task, sums]) => [task, kept(sums, (series) => coarsen(series, days))]),
      ),
    };
  }
  return fit;
}

function usesIn({ begun, sums }: BudgetState): number {
  const count = (all: ReadonlyMap<string, Series>) =>
    [...all.values()].reduce((sum, { length }) => sum + length, 0);
  return count(begun) + [...sums.values()].reduce((sum, each) => sum + count(each), 0);
}

function kept(
  all: ReadonlyMap<string, Series>,
  change: (series: Series) => Series,
): ReadonlyMap<string, Series> {
  return new Map(
    [...all].map(([key, series]) => [key, change(series)] as const).filter(([, { length }]) => length > 0),
  );
}

function changed<Value>(
  all: ReadonlyMap<string, Value>,
  key: string,
  change: (value: Value | undefined) => Value,
): ReadonlyMap<string, Value> {
  return new Map(all).set(key, change(all.get(key)));
}
