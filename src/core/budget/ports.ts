// What budgets need of the world: one row an agent, read and written as a whole, and the states of grants.

import type { GrantId } from '../model.ts';
import type { SlotRow } from './slots.ts';
import type { BudgetState } from './take.ts';

/** An agent's row as it was read. */
export interface SeenBudget {
  readonly state: BudgetState;
  /** Opaque: counts the writes; absent when there is no row. */
  readonly version: number | undefined;
}

/** The budgets of agents. */
export interface BudgetStore {
  /** Strongly consistent. */
  readBudget(agent: string): Promise<SeenBudget>;
  /**
   * Writes the row if nobody has since it was seen.
   * @param next.keepUntil when nothing in it counts any more
   * @returns false when somebody has
   */
  writeBudget(
    agent: string,
    seen: SeenBudget,
    next: { readonly state: BudgetState; readonly keepUntil: Date },
  ): Promise<boolean>;
  /**
   * Counts one more request of the agent to people, in one hour of UTC.
   * @returns false, and counts nothing, when there were `most` already
   */
  countAsked(agent: string, at: Date, most: number): Promise<boolean>;
  /** Of those grants that have a row; strongly consistent. */
  readSlots(grantIds: readonly GrantId[]): Promise<readonly SlotRow[]>;
}
