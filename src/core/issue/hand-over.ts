// The last step of every lease: mint, then one conditional write that asks "still ours to give?". Only when it
// says yes do the credentials leave; otherwise they are dropped here and die at the end the row announces. A request that
// took too long gives nothing either: whoever suspends an agent waits that long, and then nothing asked before is given.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { Grant, Lease, Task } from '../model.ts';
import { grantEvent } from '../record/events.ts';
import { endOf } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { mintLease } from './mint.ts';

/** From the first look at the clock to the hand-over; longer than this, and a stop might have been read too early. */
export const REQUEST_SECONDS = 10;

/** A lease and the grant it belongs to, as the table has it now. */
export interface Issued {
  readonly grant: Grant;
  readonly lease: Lease;
}

/** What is to be handed over, and when its request began: before anything was read. */
interface HandOver {
  readonly grant: Grant;
  readonly task: Task;
  readonly startedAt: Date;
}

/**
 * Mints the lease that `grant` announces and hands it over.
 * @throws Refusal `grant_ended` when the grant was completed, killed or retaken meanwhile; `credentials_unavailable` when it
 *   took too long; and those of the mint
 */
export async function handOver(
  deps: ExchangeDeps,
  { grant, task, startedAt }: HandOver,
  context: RequestContext,
): Promise<Issued> {
  const { lease, record } = await mintLease(deps, grant, task);
  // the approval is spent with the hand-over, not before: a mint that failed can be tried again
  const redeemed = grant.status === 'approved' && {
    at: startedAt,
    expiresAt: endOf({ grant, task }, startedAt),
  };
  context.log.note({ leaseKind: lease.kind, tokenUtilization: lease.tokenUtilization });
  const event = grantEvent('lease.issued', grant, {
    requestId: context.requestId,
    at: deps.clock(),
    facts: {
      leaseKind: record.leaseKind,
      leaseCount: record.leaseCount,
      leaseExpiresAt: grant.leaseExpiresAt?.toISOString(),
      accessKeyId: record.accessKeyId,
      ...(redeemed && { redeemed: true, expiresAt: redeemed.expiresAt.toISOString() }),
    },
  });
  const confirmed = await deps.grants.confirmLease({ ...record, ...(redeemed && { redeemed }) }, event);
  if (confirmed === undefined) throw new Refusal('grant_ended', { detail: 'ended while its lease was made' });
  requireInTime(startedAt, deps.clock());
  return { grant: confirmed, lease };
}

/** Compares two readings of one clock; a clock that was set back tells nothing. */
function requireInTime(startedAt: Date, now: Date): void {
  const passed = now.getTime() - startedAt.getTime();
  if (passed < 0 || passed > REQUEST_SECONDS * 1000)
    throw new Refusal('credentials_unavailable', { detail: 'the request took too long to be sure of' });
}
