// What every row of a grant that honestly runs says, asked again before each further lease: whoever may write rows of
// grants makes an active one that nobody asked for, and so passes by what is asked of new requests only.

import type { Grant, RegisteredAgent, Task } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { requireReviewed } from './identify.ts';

interface Running {
  readonly grant: Grant;
  /** As the catalog of now has it; the row's digest holds its durations to those of the request. */
  readonly task: Task;
  readonly agent: RegisteredAgent;
}

/**
 * An agent whose review became overdue meanwhile keeps what it was granted before, to its end.
 * @throws Refusal `leases_used_up`, `review_overdue`, `grant_changed`
 */
export function requireAsIssued({ grant, task, agent }: Running): void {
  // a bound grant was shown with its key by now; one of before the task wanted one is asked for anew
  if (task.proof === 'required' && grant.boundKey === undefined)
    throw new Refusal('grant_changed', { detail: 'its task wants a key' });
  requireReviewed(agent, grant.requestedAt);
  if (grant.expiresAt > latestEnd(grant, task)) throw new Refusal('grant_changed', { detail: 'its end' });
  if (grant.status !== 'active') return;
  if (task.leases !== undefined && grant.leaseCount >= task.leases) throw new Refusal('leases_used_up');
  if (!hasFirstLease(grant)) throw new Refusal('grant_changed', { detail: 'active without a lease' });
}

/** What people decide waits first; its time begins with the first lease, at the last moment of waiting. */
function latestEnd({ requestedAt, ruling }: Grant, { maxDurationSeconds, approval }: Task): Date {
  const waits = ruling.outcome === 'needs-approval' ? approval.expiresAfterSeconds : 0;
  return addSeconds(requestedAt, waits + maxDurationSeconds);
}

function hasFirstLease(grant: Grant): boolean {
  const { leaseCount, leaseExpiresAt, leaseKind, accessKeyId, sessionPolicyDigest } = grant;
  return leaseCount > 0 && [leaseExpiresAt, leaseKind, accessKeyId, sessionPolicyDigest].every(isThere);
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}
