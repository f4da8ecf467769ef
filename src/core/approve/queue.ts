// Whether the people who decide on a task can be asked for one more thing: a queue that nobody can read to its end is
// approved without reading, and one that a single agent has filled keeps all others waiting. Counted from the index, so
// that requests at once may pass together.

import { HOUR } from '../budget/series.ts';
import type { ExchangeDeps } from '../deps.ts';
import type { Agent, Task } from '../model.ts';
import type { GrantSummary } from '../ports.ts';
import { OPEN_SHARDS } from '../record/sweep.ts';
import { Refusal } from '../refusal.ts';

/** Requests that may wait for one group of approvers. */
export const QUEUE_LIMIT = 50;
/** Of these, requests of one agent: one that asks and asks leaves room for the others. */
export const AGENT_QUEUE_LIMIT = 20;
/**
 * Requests of one agent within an hour of UTC. Each is told to everybody who decides: one that asks and takes back, over
 * and over, would make people deaf.
 */
export const ASKED_PER_HOUR = 60;
/** Open grants that are looked at in each partition; what is beyond them is not counted. */
const QUEUE_PAGE = 200;
const QUEUE_PAGES = 3;
/** A full queue is not empty a moment later. */
const QUEUE_RETRY_SECONDS = 30;

type QueueDeps = Pick<ExchangeDeps, 'catalog' | 'grants'>;

/** Who asks for what. */
interface Asking {
  readonly task: Task;
  readonly agent: Pick<Agent, 'id'>;
  readonly now: Date;
}

/** @throws Refusal `approval_queue_full` when too many requests, or of this agent, wait for the approvers of this task. */
export async function requireRoomInQueue(deps: QueueDeps, { task, agent, now }: Asking): Promise<void> {
  const asked = new Set(task.approval.approvers);
  const sharers = new Set(
    deps.catalog.tasks
      .filter(({ approval }) => approval.approvers.some((group) => asked.has(group)))
      .map(({ id }) => id),
  );
  const waits = (grant: GrantSummary) =>
    grant.status === 'pending' && grant.expiresAt > now && sharers.has(grant.task);
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => shard);
  const waiting = (await Promise.all(shards.map((shard) => listWaiting(deps, shard, waits)))).flat();
  const byAgent = countByAgent(waiting);
  const own = byAgent.get(agent.id) ?? 0;
  // requests at once pass together: what an agent got in beyond its share takes no place of the others
  const shares = [...byAgent.values()].map((count) => Math.min(count, AGENT_QUEUE_LIMIT));
  const taken = shares.reduce((sum, share) => sum + share, 0);
  if (taken < QUEUE_LIMIT && own < AGENT_QUEUE_LIMIT) return;
  throw new Refusal('approval_queue_full', {
    detail: `${taken}, of this agent ${own}`,
    retryAfterSeconds: QUEUE_RETRY_SECONDS,
  });
}

function countByAgent(waiting: readonly GrantSummary[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { agent } of waiting) counts.set(agent, (counts.get(agent) ?? 0) + 1);
  return counts;
}

/** Counts the request. @throws Refusal `asked_too_often` */
export async function countRequest(
  { budgets }: Pick<ExchangeDeps, 'budgets'>,
  { agent, now }: Omit<Asking, 'task'>,
): Promise<void> {
  if (await budgets.countAsked(agent.id, now, ASKED_PER_HOUR)) return;
  throw new Refusal('asked_too_often', {
    retryAfterSeconds: HOUR.seconds - (Math.floor(now.getTime() / 1000) % HOUR.seconds),
  });
}

async function listWaiting(
  { grants }: QueueDeps,
  shard: number,
  waits: (grant: GrantSummary) => boolean,
): Promise<readonly GrantSummary[]> {
  const waiting: GrantSummary[] = [];
  let next: string | undefined;
  for (let page = 0; page < QUEUE_PAGES; page += 1) {
    const listed = await grants.listOpen(shard, { limit: QUEUE_PAGE, ...(next !== undefined && { next }) });
    waiting.push(...listed.grants.filter(waits));
    next = listed.next;
    if (next === undefined) break;
  }
  return waiting;
}
