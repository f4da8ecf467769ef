// How much an agent may do: what catalog files call `budget`, and the limits that come of it for one request. A task's
// budget holds for each agent on its own, an agent's over all its tasks.

/** Of an agent over all its tasks. */
export interface AgentBudget {
  /** Grants at once; one counts until it has ended and its last lease is over. */
  readonly concurrent?: number;
  /** New grants within any hour. */
  readonly perHour?: number;
}

/** Of a task, for each agent on its own. */
export interface TaskBudget extends AgentBudget {
  /** Integer parameter → the most that its values may add up to within any day. */
  readonly perDay?: Readonly<Record<string, number>>;
}

/** Grants that one agent may hold at once under budgets, whatever they say: its row stays small. */
export const MAX_HELD = 500;

/** One limit that a request has to keep. */
export interface Limit {
  readonly scope: 'task' | 'agent';
  readonly window: 'concurrent' | 'hour' | 'day';
  /** Of a sum. */
  readonly parameter?: string;
  readonly most: number;
}

interface Agent {
  readonly budget?: AgentBudget;
}
interface Task {
  readonly budget?: TaskBudget;
}

/** Whether any budget applies. */
export function hasBudget(agent: Agent, task: Task): boolean {
  return limitsOf(agent, task).length > 0;
}

/** The limits of one request; none when no budget applies. */
export function limitsOf(agent: Agent, task: Task): readonly Limit[] {
  const limits = [...taskLimits(task.budget), ...agentLimits(agent.budget)];
  if (limits.length === 0) return [];
  return [...limits, { scope: 'agent', window: 'concurrent', most: MAX_HELD }];
}

/** Those of a task's budget. */
export function taskLimits(budget?: TaskBudget): readonly Limit[] {
  return [...counted('task', budget), ...sums(budget)];
}

/** Those of an agent's own. */
export function agentLimits(budget?: AgentBudget): readonly Limit[] {
  return counted('agent', budget);
}

function counted(scope: Limit['scope'], { concurrent, perHour }: AgentBudget = {}): Limit[] {
  return [
    ...(concurrent === undefined ? [] : [{ scope, window: 'concurrent' as const, most: concurrent }]),
    ...(perHour === undefined ? [] : [{ scope, window: 'hour' as const, most: perHour }]),
  ];
}

function sums({ perDay = {} }: TaskBudget = {}): Limit[] {
  return Object.entries(perDay).map(([parameter, most]) => ({
    scope: 'task',
    window: 'day',
    parameter,
    most,
  }));
}

/** As people read it: `3 at once, 20 an hour, 500 amount a day`. */
export function budgetInWords({ concurrent, perHour, perDay = {} }: TaskBudget): string {
  return [
    ...(concurrent === undefined ? [] : [`${concurrent} at once`]),
    ...(perHour === undefined ? [] : [`${perHour} an hour`]),
    ...Object.entries(perDay).map(([parameter, most]) => `${most} ${parameter} a day`),
  ].join(', ');
}
