// Budgets in memory, for tests that turn time and order.

import type { BudgetStore } from '../../src/core/budget/ports.ts';
import type { SlotRow } from '../../src/core/budget/slots.ts';
import { type BudgetState, UNUSED } from '../../src/core/budget/take.ts';
import type { RegisteredAgent } from '../../src/core/model.ts';

/** An agent with or without a budget of its own. */
export function budgetedAgent(budget?: RegisteredAgent['budget'], id = 'billing-agent'): RegisteredAgent {
  return {
    id,
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    purpose: 'statements',
    environment: 'prod',
    groups: ['billing'],
    reviewBy: '2027-02-22',
    bindings: [],
    status: 'active',
    ...(budget && { budget }),
  };
}

/** One row an agent, written only as it was seen; the states of grants are the test's. */
export function budgetsInMemory(rows: ReadonlyMap<string, SlotRow> = new Map()): BudgetStore {
  const states = new Map<string, { version: number; state: BudgetState }>();
  return {
    async readBudget(agent) {
      const row = states.get(agent);
      return row === undefined ? { state: UNUSED, version: undefined } : { ...row };
    },
    async writeBudget(agent, { version }, { state }) {
      if (states.get(agent)?.version !== version) return false;
      states.set(agent, { version: (version ?? 0) + 1, state });
      return true;
    },
    countAsked: async () => true,
    readSlots: async (ids) => ids.flatMap((id) => rows.get(id) ?? []),
  };
}
