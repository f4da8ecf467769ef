// What the state of a grant answers to someone who wants its next lease. Anything but an active grant with
// leases left, in time, is a refusal.

import { lapsedByChange } from '../approve/standing.ts';
import type { Grant } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { addSeconds } from './lifetime.ts';

/** A renewal is too early while more than this share of the lease in hand is left. */
export const EARLY_SHARE = 0.75;
/** When to come back while another call holds the grant. */
const CONFLICT_SECONDS = 1;

/** A mint under approvals that was begun this long ago is over, longer than any request of ours runs. */
export const MINT_SECONDS = 20;

/**
 * Lets an open grant pass whose next lease may be made now; an approved one for its first.
 * @throws Refusal `leases_used_up`, `renewal_conflict`, `renewal_too_early`
 */
export function requireRenewable(grant: Grant, now: Date): void {
  if (grant.status === 'approved') {
    requireNoMint(grant, now);
    return;
  }
  if (grant.status !== 'active') throw lostRace();
  if (grant.maxLeases !== undefined && grant.leaseCount >= grant.maxLeases)
    throw new Refusal('leases_used_up');
  const wait = secondsTooEarly(grant, now);
  if (wait > 0) throw new Refusal('renewal_too_early', { retryAfterSeconds: wait });
}

/** Of two polls after an approval the second would take the lease of the first from it. */
function requireNoMint({ leaseExpiresAt, leaseSeconds }: Grant, now: Date): void {
  if (leaseExpiresAt === undefined) return;
  const begunAt = addSeconds(leaseExpiresAt, -leaseSeconds);
  if (now < addSeconds(begunAt, MINT_SECONDS)) throw lostRace();
}

/** Another call moved the grant between our read and our write. */
export function lostRace(): Refusal {
  return new Refusal('renewal_conflict', { retryAfterSeconds: CONFLICT_SECONDS });
}

/**
 * Lets a grant pass that has not ended.
 * @throws Refusal `grant_ended`, `grant_denied`, `grant_lapsed`, `grant_changed`
 */
export function requireOpen(grant: Grant, now: Date): void {
  const members = { grant_id: grant.grantId, grant_status: grant.status };
  const late = now.getTime() >= grant.expiresAt.getTime();
  switch (grant.status) {
    case 'denied':
      throw new Refusal('grant_denied', { members });
    case 'lapsed':
      throw new Refusal(lapsedByChange(grant) ? 'grant_changed' : 'grant_lapsed', { members });
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
