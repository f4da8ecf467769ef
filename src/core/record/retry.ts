// What a retry gets: the id and the state of the grant that its first try made. Never a second grant, never
// credentials again.

import type { VerifyDeps } from '../deps.ts';
import type { Grant, GrantId, Parameters, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Caller } from '../verify/caller.ts';
import { digestOf } from './digest.ts';
import { madeBy } from './own-grant.ts';

/** The answer to an identical request that `grant` stands for already. */
export function repeatedRequest(grant: Grant): Refusal {
  return new Refusal('request_repeated', {
    members: { grant_id: grant.grantId, grant_status: grant.status },
  });
}

/** The answer to an assertion shown twice with the same request. */
export async function repeatedAssertion(
  deps: Pick<VerifyDeps, 'grants'>,
  caller: Caller,
  grantId: GrantId,
): Promise<Refusal> {
  const grant = await deps.grants.get(grantId);
  if (grant === undefined || !madeBy(grant, caller)) return new Refusal('assertion_replayed');
  return repeatedRequest(grant);
}

/** The answer when a grant of this id exists: an Idempotency-Key that was sent before. */
export async function repeatedKey(
  deps: Pick<VerifyDeps, 'grants'>,
  caller: Caller,
  asked: { readonly grantId: GrantId; readonly task: Task; readonly parameters: Parameters },
): Promise<Refusal> {
  const grant = await deps.grants.get(asked.grantId);
  if (grant === undefined || !madeBy(grant, caller)) return new Refusal('idempotency_key_reused');
  const same = digestOf([grant.task, grant.parameters]) === digestOf([asked.task.id, asked.parameters]);
  return same ? repeatedRequest(grant) : new Refusal('idempotency_key_reused');
}
