// Which of the grants that count as open are over: freed when somebody asks, so that no end of a grant has to write
// here, and a crash frees nothing too early. A grant is over when no lease of it can be in anybody's hands.

import type { Grant, GrantId } from '../model.ts';
import { isOpen, RESERVATION_SECONDS } from '../record/lifetime.ts';
import { type BudgetState, currentState, type Held } from './take.ts';

/** What the row of a grant tells of its slot. */
export type SlotRow = Pick<Grant, 'grantId' | 'status' | 'expiresAt' | 'leaseExpiresAt'>;

/** The state after a look at the rows of `asked`, which were read consistently. */
export function freeSlots(
  state: BudgetState,
  seen: { readonly asked: readonly GrantId[]; readonly rows: readonly SlotRow[] },
  now: number,
): BudgetState {
  const rows = new Map(seen.rows.map((row) => [row.grantId, row]));
  const held = new Map(state.held);
  for (const grantId of seen.asked) {
    const mine = held.get(grantId);
    if (mine !== undefined) held.set(grantId, { ...mine, until: slotEnd(mine, rows.get(grantId)) });
  }
  return currentState({ ...state, held }, now);
}

/** When the grant is over at the latest, in epoch seconds; long ago when nobody has a lease of it. */
function slotEnd(held: Held, row: SlotRow | undefined): number {
  // its row is written after it is counted; a request that has not done so by then is dead
  if (row === undefined) return Math.min(held.until, held.at + RESERVATION_SECONDS);
  switch (row.status) {
    case 'pending':
    case 'approved':
      return held.until;
    case 'failed':
    case 'denied':
    case 'lapsed':
      return 0;
    default:
      return Math.min(held.until, isOpen(row) ? seconds(row.expiresAt) : seconds(row.leaseExpiresAt));
  }
}

/** The whole second at or after it. */
function seconds(time: Date | undefined): number {
  return time === undefined ? 0 : Math.ceil(time.getTime() / 1000);
}
