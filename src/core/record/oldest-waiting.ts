// How long the oldest request has waited for people: told every minute, whether anybody was reminded of it or not.

import type { Clock, GrantStore } from '../ports.ts';
import { OPEN_SHARDS } from './sweep.ts';

/** Open grants on a page. */
const WAITING_PAGE = 200;
/** Pages of each partition that are looked at, those with the nearest deadlines first. */
const WAITING_PAGES = 10;

interface Deps {
  readonly grants: Pick<GrantStore, 'listOpen'>;
  readonly clock: Clock;
}

/** Seconds; 0 when nothing waits. A request that is over waits no more, though nobody has ended it yet. */
export async function oldestWaitingSeconds({ grants, clock }: Deps): Promise<number> {
  const now = clock();
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => shard);
  const ages = await Promise.all(shards.map((shard) => oldestIn({ grants, clock: () => now }, shard)));
  return Math.max(0, ...ages);
}

async function oldestIn({ grants, clock }: Deps, shard: number): Promise<number> {
  const now = clock();
  let oldest = 0;
  let next: string | undefined;
  for (let page = 0; page < WAITING_PAGES; page += 1) {
    const listed = await grants.listOpen(shard, { limit: WAITING_PAGE, ...(next !== undefined && { next }) });
    for (const { status, expiresAt, requestedAt } of listed.grants)
      if (status === 'pending' && expiresAt > now)
        oldest = Math.max(oldest, Math.round((now.getTime() - requestedAt.getTime()) / 1000));
    next = listed.next;
    if (next === undefined) break;
  }
  return oldest;
}
