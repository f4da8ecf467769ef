// What an agent may do, was granted and used, joined by task.

import type { ReviewStory } from '../../api/admin-answers.ts';

/** One task. */
export interface TaskRow {
  readonly task: string;
  readonly ruling: string;
  readonly policies: readonly string[];
  readonly count: number;
  readonly leases: number;
  readonly last: string | undefined;
  readonly isUnused: boolean;
}

/** First what it may do, then what it did although policy now says no. */
export function taskRows({ may, granted, unusedTasks }: ReviewStory): readonly TaskRow[] {
  const tasks = new Set([...may.map(({ task }) => task), ...granted.map(({ task }) => task), ...unusedTasks]);
  return [...tasks].map((task) => {
    const allowed = may.find((each) => each.task === task);
    const use = granted.find((each) => each.task === task);
    return {
      task,
      ruling: allowed?.ruling ?? 'not any more',
      policies: allowed?.policies ?? [],
      count: use?.count ?? 0,
      leases: use?.leases ?? 0,
      last: use?.last,
      isUnused: unusedTasks.includes(task),
    };
  });
}
