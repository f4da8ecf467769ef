// Budgets that could not be kept or that let nobody through: what is summed is an integer that cannot be negative, and
// one request fits.

import type { ParameterSpec, Task } from '../model.ts';
import type { Report } from './problem.ts';
import type { Placed } from './to-model.ts';

/** Each sum of the task's budget against the parameter it names. */
export function checkTaskBudget({ file, value: task }: Placed<Task>, report: Report): void {
  for (const [name, most] of Object.entries(task.budget?.perDay ?? {})) {
    const at = ['budget', 'perDay', name];
    const spec = Object.hasOwn(task.parameters, name) ? task.parameters[name] : undefined;
    if (spec === undefined) {
      const integers = Object.keys(task.parameters).filter((key) => task.parameters[key]?.type === 'integer');
      report.error(file, at, {
        message: `the task has no parameter ${name}`,
        fix: integers.length > 0 ? `use one of: ${integers.join(', ')}` : 'take it out',
      });
      continue;
    }
    const problem = sumProblem(name, spec, most);
    if (problem !== undefined) report.error(file, at, problem);
    else if (spec.type === 'integer' && spec.max > most)
      report.warning(file, at, {
        message: `${name} may be up to ${spec.max}, and nobody can ever do more than ${most}`,
        fix: `make its max ${most}, or the budget larger`,
      });
  }
}

function sumProblem(
  name: string,
  spec: ParameterSpec,
  most: number,
): { message: string; fix: string } | undefined {
  if (spec.type !== 'integer')
    return {
      message: `${name} is no integer: its values cannot be added up`,
      fix: 'sum an integer, or take it out',
    };
  if (spec.min < 0)
    return {
      message: `${name} can be negative: one request would make room for another`,
      fix: 'give it a min of 0 or more',
    };
  if (most < spec.min)
    return {
      message: `nobody can do the task: ${name} is at least ${spec.min}, more than a day allows`,
      fix: `allow ${spec.min} or more a day`,
    };
  return undefined;
}
