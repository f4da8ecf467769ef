// What the state of a grant answers to someone who wants its next lease. Anything but an active grant with
// leases left, in time, is a refusal.

import type { Grant } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { intervalOf } from './interval.ts';

/** A renewal is too early while more than this share of the lease in hand is left. */
export const EARLY_SHARE = 0.75;
/** When to come back while another call holds the grant. */
const CONFLICT_SECONDS = 1;

/**
 * Lets an active grant pass whose next lease may be made now.
 * @throws Refusal `grant_ended`, `grant_denied`, `grant_lapsed`, `grant_pending`, `leases_used_up`,
 *   `renewal_conflict`, `renewal_too_early`
 */
export function requireRenewable(grant: Grant, now: Date): void {
  requireOpen(grant, now);
  if (grant.status === 'pending') throw pendingRefusal(grant, now);
  if (grant.status !== 'active')
    throw new Refusal('renewal_conflict', { retryAfterSeconds: CONFLICT_SECONDS });
  if (grant.maxLeases !== undefined && grant.leaseCount >= grant.maxLeases)
    throw new Refusal('leases_used_up');
  const wait = secondsTooEarly(grant, now);
  if (wait > 0) throw new Refusal('renewal_too_early', { retryAfterSeconds: wait });
}

/** Another call moved the grant between our read and our write. */
export function lostRace(): Refusal {
  return new Refusal('renewal_conflict', { retryAfterSeconds: CONFLICT_SECONDS });
}

/** CIBA's `authorization_pending`; with the handle as `auth_req_id` the first time. */
export function pendingRefusal(grant: Grant, now: Date, handle?: string): Refusal {
  return new Refusal('grant_pending', {
    members: {
      ...(handle !== undefined && { auth_req_id: handle }),
      grant_id: grant.grantId,
      interval: intervalOf(grant),
      expires_in: Math.max(0, Math.floor((grant.expiresAt.getTime() - now.getTime()) / 1000)),
    },
  });
}

function requireOpen(grant: Grant, now: Date): void {
  const members = { grant_id: grant.grantId, grant_status: grant.status };
  const late = now.getTime() >= grant.expiresAt.getTime();
  switch (grant.status) {
    case 'denied':
      throw new Refusal('grant_denied', { members });
    case 'lapsed':
      throw new Refusal('grant_lapsed', { members });
    case 'pending':
    case 'approved':
      if (late) throw new Refusal('grant_lapsed', { members });
      return;
    case 'reserved':
    case 'active':
      if (late) throw new Refusal('grant_ended', { members });
      return;
    default:
      throw new Refusal('grant_ended', { members });
  }
}

function secondsTooEarly(grant: Grant, now: Date): number {
  if (grant.leaseExpiresAt === undefined) return 0;
  const left = (grant.leaseExpiresAt.getTime() - now.getTime()) / 1000;
  return Math.ceil(left - grant.leaseSeconds * EARLY_SHARE);
}
