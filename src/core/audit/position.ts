// How far the trail has come with a row. A row that goes, by its time to live or by somebody's hand, frees its key: under
// it another row begins anew, whose events have numbers that were told.

import type { Entry } from './from-row.ts';
import type { Position } from './ports.ts';

/** The clocks of tables, functions and sequencers differ by less. */
const ANEW_AFTER_MS = 5 * 60 * 1000;

/** What is delivered twice was written no later than what was told after it; what was is of a row that began anew. */
export function isAnew(
  { number, changedAt }: Pick<Entry, 'number' | 'changedAt'>,
  { number: last, at, changedAt: told = at }: Position,
): boolean {
  return number <= last && changedAt !== undefined && changedAt.getTime() > told.getTime() + ANEW_AFTER_MS;
}

/** Of a row that went, delivered once more after the next one under its key began: numbers only grow with time. */
export function isOfRowBefore(
  { number, changedAt }: Pick<Entry, 'number' | 'changedAt'>,
  { number: last, at, changedAt: told = at, era = 0 }: Position,
): boolean {
  const isOlder = changedAt !== undefined && changedAt.getTime() + ANEW_AFTER_MS < told.getTime();
  return era > 0 && number > last && isOlder;
}

/** Whether a store takes `next`: only what is later goes over what is there. */
export function isForward(next: Position, there: Position | undefined): boolean {
  const { era = 0 } = next;
  if (there === undefined || (there.era ?? 0) < era) return true;
  if ((there.era ?? 0) > era) return false;
  return there.number < next.number || (there.number === next.number && there.at <= next.at);
}

/** When the row was changed last, of what the trail has told of it. */
export function laterOf(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}
