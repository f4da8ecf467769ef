// From "who" and "what" to a ruling: the task, its typed parameters, the key it may demand, the policies.

import { requireApproved } from '../approve/redeem.ts';
import { validateParameters } from '../catalog/parameters.ts';
import type { ExchangeDeps, RequestContext } from '../deps.ts';
import { taskRoleArn } from '../iam/role.ts';
import type { Grant, Parameters, RegisteredAgent, Ruling, Task } from '../model.ts';
import { accountOf, digestUnder } from '../record/open-grant.ts';
import { Refusal } from '../refusal.ts';
import type { Caller } from '../verify/caller.ts';
import { decide, decideAgain, requireTask } from './decide.ts';

/** A request that the policies let through, alone or with people. */
export interface Authorized {
  readonly task: Task;
  readonly parameters: Parameters;
  readonly ruling: Ruling;
}

/**
 * Rules on a new request.
 * @throws Refusal `task_unknown`, `parameter_invalid`, `proof_required`, `environment_mismatch`, `policy_denied`,
 *   `policy_error`
 */
export function authorize(
  deps: Pick<ExchangeDeps, 'catalog' | 'authorizer'>,
  who: { readonly agent: RegisteredAgent; readonly caller: Caller },
  asked: { readonly task: string; readonly parameters: unknown },
): Authorized {
  const task = requireTask(deps, asked.task);
  const parameters = validateParameters(task, asked.parameters);
  if (task.proof === 'required' && who.caller.proof === undefined) throw new Refusal('proof_required');
  return { task, parameters, ruling: decide(deps, { agent: who.agent, task, parameters }) };
}

/** The grant whose next lease is asked for, and the agent as the registry has it. */
export interface NextLease {
  readonly grant: Grant;
  readonly agent: RegisteredAgent;
  readonly now: Date;
}

/**
 * Rules again before each further lease, under the catalog of now. What people decided counts by its evidence alone,
 * verified here each time; nothing else that a row says lets anything pass as approved.
 * @returns the task as it stands
 * @throws Refusal `grant_changed` when the catalog would grant something else, `approval_invalid`, and the refusals of
 *   `authorize`
 */
export async function authorizeAgain(
  deps: Pick<ExchangeDeps, 'catalog' | 'authorizer' | 'place' | 'approvals' | 'findings'>,
  { grant, agent, now }: NextLease,
  context: RequestContext,
): Promise<Task> {
  const task = requireTask(deps, grant.task);
  const parameters = revalidate(task, grant);
  // owner and time as the row has them: a row on which either was changed has another digest
  const { grantId, workload, owner, requestedAt } = grant;
  const facts = { grantId, agentId: agent.id, workload, owner, requestedAt, task, parameters };
  const digest = digestUnder(deps, facts);
  if (digest !== grant.requestDigest) throw new Refusal('grant_changed', { detail: 'request digest' });
  // the row's own words on where it acts are not in the digest: a mint takes them, so they must be the task's
  if (grant.account !== accountOf(deps, task) || grant.roleArn !== taskRoleArn(task, deps.place))
    throw new Refusal('grant_changed', { detail: 'role' });
  const waited = grant.ruling.outcome === 'needs-approval';
  if (waited) await requireApproved(deps, { grant, task, agent, now }, context);
  decideAgain(deps, { agent, task, parameters }, waited);
  return task;
}

/** A value that the task of now would refuse is a change of what is granted. */
function revalidate(task: Task, grant: Grant): Parameters {
  try {
    return validateParameters(task, grant.parameters);
  } catch (cause) {
    throw new Refusal('grant_changed', { detail: 'parameters', cause });
  }
}
