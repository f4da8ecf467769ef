// Before each further mint the row says when that lease will end. One of two callers wins, and a DPoP proof must
// be newer than the last one the grant saw, so that it cannot be shown twice.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { Grant, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Caller } from '../verify/caller.ts';
import { grantEvent } from './events.ts';
import { endOf, leaseEnd } from './lifetime.ts';
import { lostRace } from './state.ts';

interface NextLease {
  readonly grant: Grant;
  readonly caller: Caller;
  readonly task: Task;
  readonly now: Date;
}

/** @throws Refusal `renewal_conflict`, `proof_invalid`. */
export async function announceLease(
  deps: Pick<ExchangeDeps, 'grants' | 'catalog'>,
  { grant, caller, task, now }: NextLease,
  context: RequestContext,
): Promise<Grant> {
  const leaseExpiresAt = leaseEnd(
    now,
    Math.min(grant.leaseSeconds, task.leaseSeconds),
    endOf({ grant, task }, now),
  );
  const proofIssuedAt = freshProof(grant, caller);
  const event = grantEvent('lease.begun', grant, {
    requestId: context.requestId,
    at: now,
    facts: {
      leaseCount: grant.leaseCount + 1,
      leaseExpiresAt: leaseExpiresAt.toISOString(),
    },
  });
  const announced = await deps.grants.beginLease(
    {
      grantId: grant.grantId,
      seen: grant,
      leaseExpiresAt,
      catalogDigest: deps.catalog.digest,
      ...(proofIssuedAt && { proofIssuedAt }),
    },
    event,
  );
  if (announced === undefined) throw lostRace();
  return announced;
}

/** When the caller's proof was made, of a grant that is bound to its key. @throws Refusal `proof_invalid` */
export function freshProof(grant: Grant, caller: Caller): Date | undefined {
  if (grant.boundKey === undefined || caller.proof === undefined) return undefined;
  const { issuedAt } = caller.proof;
  if (grant.proofIssuedAt !== undefined && issuedAt.getTime() <= grant.proofIssuedAt.getTime()) {
    throw new Refusal('proof_invalid', { detail: 'not newer than the last proof of this grant' });
  }
  return issuedAt;
}
