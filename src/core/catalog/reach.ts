// Who can come to what, as far as policies' scopes say: tasks that nobody may do, agents that may do nothing, and
// decisions that nobody is there to take.

import type { Agent, Task } from '../model.ts';
import { asksForPeople, concerns, mayApply } from './policy-scope.ts';
import type { Report } from './problem.ts';
import type { Parts } from './read-parts.ts';

/** Reports what is out of reach; what depends on files that cannot be read is left for later. */
export function checkReach(parts: Parts, report: Report): void {
  const { broken } = parts;
  checkApprovers(parts, report);
  if (broken.agents || broken.policies || broken.groups) return;
  const groups = parts.runtimeAssignableGroups;
  for (const { file, path, value: task } of parts.tasks) {
    // somebody may be registered at run time who is in these groups
    const agents = [
      ...parts.agents.map(({ value }) => value),
      { id: '', groups, environment: task.environment },
    ];
    if (agents.some((agent) => mayDo(parts, agent, task))) continue;
    report.warning(file, path, {
      message: `nobody may do ${task.id}: no policy permits it to an agent of environment ${task.environment}`,
      fix: 'write a policy for it, or take the task out',
    });
  }
  if (broken.tasks.length > 0) return;
  for (const { file, path, value: agent } of parts.agents) {
    if (parts.tasks.some(({ value }) => mayDo(parts, agent, value))) continue;
    report.warning(file, path, {
      message: `${agent.id} may do nothing: no policy permits it a task of environment ${agent.environment}`,
      fix: 'put it into a group that a policy names, or take the agent out',
    });
  }
}

function mayDo(
  { policies }: Parts,
  agent: Pick<Agent, 'id' | 'groups' | 'environment'>,
  task: Task,
): boolean {
  if (agent.environment !== task.environment) return false;
  return policies.some(({ json }) => json.effect === 'permit' && mayApply(json, agent, task));
}

/** A grant that waits for people whom nobody has named would wait until it lapses. */
function checkApprovers({ policies, tasks }: Parts, report: Report): void {
  for (const { file, value: task } of tasks) {
    const asking = policies.find(({ json }) => asksForPeople(json) && concerns(json, task.id));
    if (!task.approval.required && asking === undefined) continue;
    if (task.leases === 1 && task.idempotency === undefined) {
      report.warning(file, ['leases'], {
        message: 'approvers are not told what makes doing it twice within its one lease harmless',
        fix: 'say it under idempotency',
      });
    }
    if (task.approval.approvers.length > 0) continue;
    const who =
      asking === undefined ? 'a person always decides' : `policy ${asking.source.id} may want a person`;
    report.error(file, ['approval'], {
      message: `${who}, but no approvers are named`,
      fix: 'name groups of people under approval.approvers',
    });
  }
}
