// What is unusual about a request, as sentences for the people who decide: the first of its kind, or a number larger
// than ever. Computed from grants that were really used; each sentence says how far back was looked.

import type { Parameters } from '../model.ts';
import { RETENTION_DAYS } from '../record/lifetime.ts';

/** Grants of this agent and task that were used, and whether older ones were left out. */
export interface History {
  readonly used: readonly { readonly parameters: Parameters }[];
  /** False: there are more grants of this agent than were looked at. */
  readonly isComplete: boolean;
}

/** Sentences; none when nothing stands out. */
export function unusualOf(
  request: { readonly agent: string; readonly task: string; readonly parameters: Parameters },
  history: History,
): readonly string[] {
  const { agent, task, parameters } = request;
  const { used } = history;
  const span = history.isComplete ? `the last ${RETENTION_DAYS} days` : 'the newest grants of this agent';
  if (used.length === 0) return [`${agent} has not done ${task} before (looked at ${span}).`];
  const times = used.length === 1 ? 'once' : `${used.length} times`;
  return Object.entries(parameters).flatMap(([name, value]) => {
    const most = largest(used.map((grant) => grant.parameters[name]));
    if (typeof value !== 'number' || most === undefined || value <= most) return [];
    return [
      `${name} is ${value}, larger than ever: ${most} was the most when ${agent} did ${task} ${times} (looked at ${span}).`,
    ];
  });
}

function largest(values: readonly unknown[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
