// A catalog under budgets, with an agent of its own each time, so that what others used does not count.

import type { AgentBudget, TaskBudget } from '../../src/core/budget/budget.ts';
import type { Catalog } from '../../src/core/model.ts';

/** Budgets by task, and one of the agents. */
export interface Budgets {
  readonly tasks?: Readonly<Record<string, TaskBudget>>;
  readonly agents?: AgentBudget;
}

/** A change to a catalog that gives it these budgets. */
export function underBudgets({ tasks = {}, agents }: Budgets): (catalog: Catalog) => Catalog {
  const suffix = Math.random().toString(36).slice(2);
  return (catalog) => ({
    ...catalog,
    agents: catalog.agents.map((agent) => ({
      ...agent,
      id: `${agent.id}-${suffix}`,
      ...(agents && { budget: agents }),
    })),
    tasks: catalog.tasks.map(
      (task) => ({ ...task, ...(tasks[task.id] && { budget: tasks[task.id] }) }) as typeof task,
    ),
  });
}
