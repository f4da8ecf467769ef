// The sweeper: ends open grants whose deadline has passed. A `reserved` row past its deadline is a request that
// died between two steps; its lease, if one was made, is over by then or bounded by the row's leaseExpiresAt.

import type { GrantStatus } from '../model.ts';
import type { Clock, GrantEnd, GrantStore, GrantSummary } from '../ports.ts';
import { grantEvent } from './events.ts';

/** The open grants are spread over this many index partitions. */
export const OPEN_SHARDS = 8;
const PAGE = 100;
/** Pages per shard and run: what is left waits for the next minute. */
const MAX_PAGES = 50;

type EndStatus = GrantEnd['status'];

/** How many grants one run ended, by the status they ended in; `failures` could not be ended. */
export interface SweepReport {
  readonly ended: Readonly<Partial<Record<EndStatus, number>>>;
  readonly failures: number;
}

interface SweepDeps {
  readonly grants: Pick<GrantStore, 'listDue' | 'end'>;
  readonly clock: Clock;
}

/** Ends all grants that are due. One that fails does not keep the others. */
export async function sweep(deps: SweepDeps, requestId: string): Promise<SweepReport> {
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => shard);
  const runs = await Promise.allSettled(shards.map((shard) => sweepShard(deps, shard, requestId)));
  const ended: Partial<Record<EndStatus, number>> = {};
  let failures = 0;
  for (const run of runs) {
    if (run.status === 'rejected') failures += 1;
    else {
      failures += run.value.failures;
      for (const status of run.value.statuses) ended[status] = (ended[status] ?? 0) + 1;
    }
  }
  return { ended, failures };
}

async function sweepShard(
  deps: SweepDeps,
  shard: number,
  requestId: string,
): Promise<{ statuses: EndStatus[]; failures: number }> {
  const statuses: EndStatus[] = [];
  let failures = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const due = await deps.grants.listDue(shard, deps.clock(), PAGE);
    const results = await Promise.allSettled(due.map((grant) => endDue(deps, grant, requestId)));
    for (const result of results) {
      if (result.status === 'rejected') failures += 1;
      else if (result.value !== undefined) statuses.push(result.value);
    }
    // a page on which nothing moved would come again
    if (due.length < PAGE || results.every((result) => result.status === 'rejected')) break;
  }
  return { statuses, failures };
}

async function endDue(
  deps: SweepDeps,
  grant: GrantSummary,
  requestId: string,
): Promise<EndStatus | undefined> {
  const end = dueEnd(grant.status);
  if (end === undefined) return undefined;
  const at = deps.clock();
  const event = grantEvent('grant.ended', grant, { requestId, at, facts: end });
  const { moved } = await deps.grants.end(
    { grantId: grant.grantId, ...end, at, from: [grant.status] },
    event,
  );
  return moved ? end.status : undefined;
}

function dueEnd(status: GrantStatus): { status: EndStatus; reason: string } | undefined {
  switch (status) {
    case 'reserved':
      return { status: 'failed', reason: 'not activated in time' };
    case 'active':
      return { status: 'expired', reason: 'its duration is over' };
    case 'pending':
    case 'approved':
      return { status: 'lapsed', reason: 'nobody decided, or nobody came for it, in time' };
    default:
      return undefined;
  }
}
