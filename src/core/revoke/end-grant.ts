// Ends a grant on its workload's word. Idempotent: an ended grant stays as it ended. No lease follows, and the
// last one dies at the `leaseExpiresAt` of the row; a lease being made meanwhile is dropped before it is given.

import type { RequestContext, VerifyDeps } from '../deps.ts';
import type { Grant } from '../model.ts';
import { grantEvent } from '../record/events.ts';
import { Refusal } from '../refusal.ts';

/** Why the workload ended it. */
export interface Ending {
  readonly grant: Grant;
  readonly reason: 'completed by the agent' | 'revoked by the agent';
  readonly outcome?: string | undefined;
}

/** The grant as it is afterwards. */
export async function endGrant(
  deps: Pick<VerifyDeps, 'grants' | 'clock'>,
  ending: Ending,
  context: RequestContext,
): Promise<Grant> {
  const { grant, reason, outcome } = ending;
  const at = deps.clock();
  const event = grantEvent('grant.ended', grant, {
    requestId: context.requestId,
    at,
    facts: { status: 'completed', reason },
  });
  const { grant: ended } = await deps.grants.end(
    {
      grantId: grant.grantId,
      status: 'completed',
      reason,
      at,
      from: ['reserved', 'pending', 'approved', 'active'],
      ...(outcome !== undefined && { outcome }),
    },
    event,
  );
  if (ended === undefined) throw new Refusal('grant_unknown', { detail: 'row gone' });
  return ended;
}
