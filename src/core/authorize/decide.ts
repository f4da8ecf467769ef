// Whether an agent may do a task with these parameters: environment separation in code, then the Cedar policies.

import type { ExchangeDeps } from '../deps.ts';
import { findTask } from '../deps.ts';
import type { Agent, Parameters, Ruling, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';

/** @throws Refusal `task_unknown`. */
export function requireTask(deps: Pick<ExchangeDeps, 'catalog'>, id: string): Task {
  const task = findTask(deps.catalog, id);
  if (task === undefined) throw new Refusal('task_unknown');
  return task;
}

/** The ruling on a new request. @throws Refusal `environment_mismatch`, `policy_denied`, `policy_error`. */
export function decide(
  deps: Pick<ExchangeDeps, 'authorizer'>,
  question: { agent: Agent; task: Task; parameters: Parameters },
): Ruling {
  requireSameEnvironment(question.agent, question.task);
  const ruling = deps.authorizer.rule(question);
  if (ruling.outcome === 'denied') throw new Refusal('policy_denied', { detail: ruling.policies.join(' ') });
  return ruling;
}

/**
 * Asks the policies again, at a mint under the current catalog. A grant that was allowed without people must
 * still be; one that waited for people counts as approved only by the evidence on its row.
 */
export function decideAgain(
  deps: Pick<ExchangeDeps, 'authorizer'>,
  question: { agent: Agent; task: Task; parameters: Parameters },
  approvedByEvidence: boolean,
): Ruling {
  requireSameEnvironment(question.agent, question.task);
  const ruling = approvedByEvidence ? deps.authorizer.ruleApproved(question) : deps.authorizer.rule(question);
  if (ruling.outcome !== 'allowed') throw new Refusal('policy_denied', { detail: 'no longer allowed' });
  return ruling;
}

function requireSameEnvironment(agent: Agent, task: Task): void {
  if (agent.environment !== task.environment) throw new Refusal('environment_mismatch');
}
