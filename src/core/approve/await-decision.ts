// What an agent is told that asks about a request people decide (CIBA Core §11): still waiting and for whom, too early,
// or how it ended. An approved one passes; it proves nothing yet, the evidence is verified before the mint.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { Grant, Task } from '../model.ts';
import { freshProof } from '../record/announce-lease.ts';
import { intervalOf } from '../record/interval.ts';
import { requireOpen } from '../record/state.ts';
import { Refusal } from '../refusal.ts';
import type { Caller } from '../verify/caller.ts';
import { bindingCode } from './binding-code.ts';
import { requestLink } from './findings.ts';
import { countApprovals } from './rules.ts';
import { lapseChanged, taskStill } from './standing.ts';

/** A grant that somebody asks about. */
export interface Asked {
  readonly grant: Grant;
  readonly caller: Caller;
  readonly now: Date;
  /** By CIBA poll, which redeems an approval once. */
  readonly byPoll: boolean;
}

type AwaitDeps = Pick<ExchangeDeps, 'catalog' | 'place' | 'grants' | 'decisions' | 'approvals'>;

/**
 * Lets a grant pass that waits for nobody.
 * @throws Refusal `grant_ended`, `grant_denied`, `grant_lapsed`, `grant_changed`, `grant_pending`, `poll_too_early`,
 *   `approval_redeemed`, `proof_invalid`
 */
export async function requireDecided(deps: AwaitDeps, asked: Asked, context: RequestContext): Promise<void> {
  const { grant, now, byPoll } = asked;
  requireOpen(grant, now);
  if (byPoll && grant.status === 'active' && grant.ruling.outcome === 'needs-approval')
    throw new Refusal('approval_redeemed', { members: { grant_id: grant.grantId } });
  if (grant.status !== 'pending' && grant.status !== 'approved') return;
  const task = taskStill(deps, grant);
  if (task === undefined) {
    await lapseChanged(deps, { grant, now }, context);
    throw new Refusal('grant_changed', { detail: 'request digest', members: { grant_id: grant.grantId } });
  }
  if (grant.status === 'pending') throw await stillPending(deps, asked, task);
}

async function stillPending(deps: AwaitDeps, { grant, caller, now }: Asked, task: Task): Promise<Refusal> {
  // a poll that was listened to must not fetch the lease once people have decided
  const poll = await deps.decisions.recordPoll(grant, now, freshProof(grant, caller));
  if (poll === undefined) return new Refusal('proof_invalid', { detail: 'shown at once with another poll' });
  const { tooEarly, seconds } = poll;
  if (tooEarly)
    return new Refusal('poll_too_early', { members: { grant_id: grant.grantId, interval: seconds } });
  return pendingRefusal(deps, { grant: { ...grant, pollSeconds: seconds }, task, now });
}

/** CIBA's `authorization_pending`, with whom it waits for; with the handle as `auth_req_id` the first time. */
export function pendingRefusal(
  { approvals }: Pick<ExchangeDeps, 'approvals'>,
  waiting: { readonly grant: Grant; readonly task: Task; readonly now: Date; readonly handle?: string },
): Refusal {
  const { grant, task, now, handle } = waiting;
  const { grantId, requestDigest } = grant;
  return new Refusal('grant_pending', {
    members: {
      ...(handle !== undefined && { auth_req_id: handle }),
      grant_id: grantId,
      interval: intervalOf(grant),
      expires_in: Math.max(0, Math.floor((grant.expiresAt.getTime() - now.getTime()) / 1000)),
      binding_code: bindingCode(grantId, requestDigest),
      approvers: task.approval.approvers.join(', '),
      quorum: task.approval.quorum,
      approved: countApprovals(grant.approvals),
      approval_url: requestLink(approvals.site.origin, grantId),
    },
  });
}
