// Whether the people who decide on a task can be asked for one more thing: a queue that nobody can read to its end is
// approved without reading. Counted from the index, so that requests at once may pass together.

import type { ExchangeDeps } from '../deps.ts';
import type { Task } from '../model.ts';
import type { GrantSummary } from '../ports.ts';
import { OPEN_SHARDS } from '../record/sweep.ts';
import { Refusal } from '../refusal.ts';

/** Requests that may wait for one group of approvers. */
export const QUEUE_LIMIT = 50;
/** Open grants that are looked at in each partition; what is beyond them is not counted. */
const QUEUE_PAGE = 200;
const QUEUE_PAGES = 3;
/** A full queue is not empty a moment later. */
const QUEUE_RETRY_SECONDS = 30;

type QueueDeps = Pick<ExchangeDeps, 'catalog' | 'grants'>;

/** @throws Refusal `approval_queue_full` when too many requests wait for the approvers of this task. */
export async function requireRoomInQueue(deps: QueueDeps, task: Task, now: Date): Promise<void> {
  const asked = new Set(task.approval.approvers);
  const sharers = new Set(
    deps.catalog.tasks
      .filter(({ approval }) => approval.approvers.some((group) => asked.has(group)))
      .map(({ id }) => id),
  );
  const waits = (grant: GrantSummary) =>
    grant.status === 'pending' && grant.expiresAt > now && sharers.has(grant.task);
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => shard);
  const counts = await Promise.all(shards.map((shard) => countOpen(deps, shard, waits)));
  const waiting = counts.reduce((sum, count) => sum + count, 0);
  if (waiting >= QUEUE_LIMIT)
    throw new Refusal('approval_queue_full', {
      detail: String(waiting),
      retryAfterSeconds: QUEUE_RETRY_SECONDS,
    });
}

async function countOpen(
  { grants }: QueueDeps,
  shard: number,
  counts: (grant: GrantSummary) => boolean,
): Promise<number> {
  let count = 0;
  let next: string | undefined;
  for (let page = 0; page < QUEUE_PAGES; page += 1) {
    const listed = await grants.listOpen(shard, { limit: QUEUE_PAGE, ...(next !== undefined && { next }) });
    count += listed.grants.filter(counts).length;
    next = listed.next;
    if (next === undefined) break;
  }
  return count;
}
