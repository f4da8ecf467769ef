// Writes the row of a new grant before any power exists. Whoever comes second finds the first one's row.

import { pendingRefusal } from '../approve/await-decision.ts';
import type { ExchangeDeps, RequestContext } from '../deps.ts';
import { renderPermissions } from '../iam/render.ts';
import type { Grant, GrantHandle, Task } from '../model.ts';
import type { Caller } from '../verify/caller.ts';
import { grantEvent } from './events.ts';
import { resourceFacts } from './resource-hashes.ts';
import { repeatedKey } from './retry.ts';

/** A grant about to exist. */
export interface Reservation {
  readonly opened: Grant;
  readonly caller: Caller;
  readonly task: Task;
  readonly handle: GrantHandle;
}

/**
 * The reserved grant, ready for its first lease.
 * @throws Refusal `grant_pending` when its row now waits for people; `request_repeated` or
 *   `idempotency_key_reused` when the grant existed
 */
export async function reserve(
  deps: Pick<ExchangeDeps, 'grants' | 'workflow' | 'approvals' | 'place'>,
  reservation: Reservation,
  context: RequestContext,
): Promise<Grant> {
  const { opened, caller, task } = reservation;
  context.log.note({ grantId: opened.grantId });
  const created = await deps.grants.reserve(opened, reservedEvent(deps, { opened, task }, context));
  if (!created) {
    const { grantId, parameters } = opened;
    throw await repeatedKey(deps, caller, { grantId, task, parameters });
  }
  if (opened.status !== 'pending') return opened;
  await startWorkflow(deps, opened, context);
  throw pendingRefusal(deps, { grant: opened, task, now: opened.requestedAt, handle: reservation.handle });
}

/** People are told by the workflow. When it cannot be started the row still waits, and the sweeper starts it. */
async function startWorkflow(
  { workflow }: Pick<ExchangeDeps, 'workflow'>,
  { grantId, requestDigest }: Grant,
  context: RequestContext,
): Promise<void> {
  try {
    await workflow.start(grantId, requestDigest);
  } catch (error) {
    context.log.note({ startFailed: error instanceof Error ? error.name : 'unknown' });
  }
}

/** No lease of the grant reaches other resources than these: the request digest holds them to it. */
function reservedEvent(
  { place: { partition } }: Pick<ExchangeDeps, 'place'>,
  { opened: grant, task }: Pick<Reservation, 'opened' | 'task'>,
  context: RequestContext,
) {
  const permissions = renderPermissions(task, grant.parameters, { partition, account: grant.account });
  const type = grant.status === 'pending' ? 'grant.pending' : 'grant.reserved';
  return grantEvent(type, grant, {
    requestId: context.requestId,
    at: grant.requestedAt,
    facts: {
      issuer: grant.workload.issuer,
      subject: grant.workload.subject,
      ruling: grant.ruling.outcome,
      policies: grant.ruling.policies.join(' '),
      catalogDigest: grant.catalogDigest,
      requestDigest: grant.requestDigest,
      expiresAt: grant.expiresAt.toISOString(),
      leaseExpiresAt: grant.leaseExpiresAt?.toISOString(),
      ...resourceFacts(permissions),
    },
  });
}
