// Checks of budgets: what the catalog allows within an hour, a day and at once is all that is given.

import { type Limit, limitsOf, MAX_HELD } from '../budget/budget.ts';
import { type BudgetRequest, takeBudget, UNUSED } from '../budget/take.ts';
import type { GrantId } from '../model.ts';
import { type Check, notObserved, passUnless } from './check.ts';

/** `take` is handed in, so that a test can show one that counts wrongly. */
export function budgetsHold(take: typeof takeBudget): Check {
  return {
    id: 'budgets-hold',
    shows: 'What the budgets of agents and tasks allow is given, and the request after that is refused.',
    command: 'grep -rn budget: catalog; npx vitest run test/core/budget',
    unobserved: 'noted',
    async observe({ questions: { catalog, clock } }) {
      const now = Math.floor(clock().getTime() / 1000);
      const limits = catalog.tasks.flatMap((task) =>
        catalog.agents.flatMap((agent) =>
          limitsOf(agent, task)
            .filter(({ window, most }) => window !== 'concurrent' || most < MAX_HELD)
            .map((limit) => ({ task: task.id, limit })),
        ),
      );
      if (limits.length === 0) return notObserved('the catalog gives no task and no agent a budget');
      return passUnless(
        [...new Set(limits.flatMap(({ task, limit }) => tryLimit(take, { task, limit, now }) ?? []))],
        `${limits.length} limits, each used up and then asked once more`,
      );
    },
  };
}

interface Trial {
  readonly task: string;
  readonly limit: Limit;
  readonly now: number;
}

/** Uses the limit up in a few steps, then asks for one more. @returns what is wrong */
function tryLimit(take: typeof takeBudget, { task, limit, now }: Trial): string | undefined {
  const { window, parameter = '', most } = limit;
  const isSum = window === 'day';
  const steps = isSum ? [most - 1, 1].filter((each) => each > 0) : Array.from({ length: most }, () => 1);
  let state = UNUSED;
  for (const [number, amount] of [...steps, 1].entries()) {
    const request: BudgetRequest = {
      grantId: String(number).padStart(26, '0') as GrantId,
      task,
      limits: [limit],
      amounts: new Map(isSum ? [[parameter, amount]] : []),
      until: now + 3600,
      now,
    };
    const taking = take(state, request);
    const isLast = number === steps.length;
    if (isLast)
      return taking.kind === 'short' ? undefined : `${task}: more than ${most} in its ${window} window`;
    if (taking.kind !== 'taken') return `${task}: less than ${most} in its ${window} window`;
    state = taking.next;
  }
  return undefined;
}

export const budgets = budgetsHold(takeBudget);
