// The last step of every lease: mint, then one conditional write that asks "still ours to give?". Only when it
// says yes do the credentials leave; otherwise they are dropped here and die at the end the row announces.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { Grant, Lease, Task } from '../model.ts';
import { grantEvent } from '../record/events.ts';
import { Refusal } from '../refusal.ts';
import { mintLease } from './mint.ts';

/** A lease and the grant it belongs to, as the table has it now. */
export interface Issued {
  readonly grant: Grant;
  readonly lease: Lease;
}

/**
 * Mints the lease that `grant` announces and hands it over.
 * @throws Refusal `grant_ended` when the grant was completed, killed or retaken meanwhile; and those of the mint
 */
export async function handOver(
  deps: ExchangeDeps,
  { grant, task }: { readonly grant: Grant; readonly task: Task },
  context: RequestContext,
): Promise<Issued> {
  const { lease, record } = await mintLease(deps, grant, task);
  context.log.note({ leaseKind: lease.kind, tokenUtilization: lease.tokenUtilization });
  const event = grantEvent('lease.issued', grant, {
    requestId: context.requestId,
    at: deps.clock(),
    facts: {
      leaseKind: record.leaseKind,
      leaseCount: record.leaseCount,
      leaseExpiresAt: grant.leaseExpiresAt?.toISOString(),
      accessKeyId: record.accessKeyId,
    },
  });
  const confirmed = await deps.grants.confirmLease(record, event);
  if (confirmed === undefined) throw new Refusal('grant_ended', { detail: 'ended while its lease was made' });
  return { grant: confirmed, lease };
}
