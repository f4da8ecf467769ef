// How much of its budgets an agent has used, for people to look at. Nothing here takes or frees anything: what is shown
// was true when the row was read.

import type { GrantId, Parameters } from '../model.ts';
import { type AgentBudget, agentLimits, type Limit, type TaskBudget, taskLimits } from './budget.ts';
import { DAY, HOUR, leavesAt, SKEW_SECONDS, totalOf } from './series.ts';
import { type BudgetState, currentState, heldUnder } from './take.ts';

/** One budget and how much of it is used. */
export interface BudgetUse extends Limit {
  /** Of the budget of a task. */
  readonly task?: string;
  readonly used: number;
  /** When the first part of what is used comes back; absent: nothing is used. */
  readonly freesAt?: Date;
}

/** One budget that a request has to keep. */
export interface BudgetShare extends BudgetUse {
  /** How much of it the request would use. */
  readonly wants: number;
}

interface Agent {
  readonly budget?: AgentBudget;
}
interface Task {
  readonly id: string;
  readonly budget?: TaskBudget;
}

/** All budgets of an agent: its own, and those of the tasks. */
export function usesOf(
  state: BudgetState,
  { agent, tasks }: { readonly agent: Agent; readonly tasks: readonly Task[] },
  now: Date,
): readonly BudgetUse[] {
  const current = currentState(state, seconds(now));
  return [
    ...agentLimits(agent.budget).map((limit) => useOf(current, limit)),
    ...tasks.flatMap(({ id, budget }) => taskLimits(budget).map((limit) => useOf(current, limit, id))),
  ];
}

/** What a request that waits would use of each budget. A value that cannot be summed is left out: the mint refuses it. */
export function sharesOf(
  state: BudgetState,
  request: {
    readonly grantId: GrantId;
    readonly agent: Agent;
    readonly task: Task;
    readonly parameters: Parameters;
  },
  now: Date,
): readonly BudgetShare[] {
  const { grantId, agent, task, parameters } = request;
  const held = new Map([...state.held].filter(([id]) => id !== grantId));
  return usesOf({ ...state, held }, { agent, tasks: [task] }, now).flatMap((use) => {
    const wants =
      use.window === 'day' ? Object.entries(parameters).find(([name]) => name === use.parameter)?.[1] : 1;
    return typeof wants === 'number' ? [{ ...use, wants }] : [];
  });
}

function useOf(state: BudgetState, limit: Limit, task?: string): BudgetUse {
  const { used, ends } = usedUnder(state, limit, task);
  return {
    ...limit,
    ...(task !== undefined && { task }),
    used,
    ...(ends.length > 0 && {
      freesAt: new Date(ends.reduce((first, end) => Math.min(first, end)) * 1000),
    }),
  };
}

function usedUnder(state: BudgetState, limit: Limit, task = ''): { used: number; ends: readonly number[] } {
  if (limit.window === 'concurrent') {
    const ends = heldUnder(state, task, limit).map(([, { until }]) => until + SKEW_SECONDS);
    return { used: ends.length, ends };
  }
  const window = limit.window === 'hour' ? HOUR : DAY;
  const series = seriesOf(state, limit, task);
  return { used: totalOf(series), ends: series.map((use) => leavesAt(use, window)) };
}

function seriesOf({ begun, sums }: BudgetState, { scope, window, parameter = '' }: Limit, task: string) {
  if (window === 'day') return sums.get(task)?.get(parameter) ?? [];
  return scope === 'agent' ? [...begun.values()].flat() : (begun.get(task) ?? []);
}

function seconds(time: Date): number {
  return Math.ceil(time.getTime() / 1000);
}
