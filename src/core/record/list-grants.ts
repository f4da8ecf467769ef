// Which grants to list, and from which index: by agent, by task, the open ones, or of all tasks. Never a Scan: each
// listing reads a bounded number of index pages and says where to go on.

import type { Grant, GrantStatus } from '../model.ts';
import type { GrantPage, GrantStore, GrantSummary, PageRequest } from '../ports.ts';
import { isOpen } from './lifetime.ts';
import { OPEN_SHARDS } from './sweep.ts';

/** What to list. */
export interface GrantQuery {
  readonly agent?: string | undefined;
  readonly task?: string | undefined;
  readonly status?: GrantStatus | undefined;
  readonly from?: Date | undefined;
  /** Inclusive; the `next` of an earlier listing goes here. */
  readonly to?: Date | undefined;
  /** At most this many, but grants of one instant are never parted. */
  readonly limit: number;
  /** Index pages that may be read in all; each list is read at least one page of. */
  readonly pages: number;
  /** Tasks to look through for grants that are not open, when neither agent nor task is named. */
  readonly tasks?: readonly string[] | undefined;
}

/** Matching grants, newest first. */
export interface GrantListing {
  readonly grants: readonly GrantSummary[];
  /** There may be more: `to` of the next listing. A listing can be empty and still have one. */
  readonly next?: Date;
  /** More is open than was read: name an agent or a task. */
  readonly partial: boolean;
}

/** The lists of a grant store. */
export type GrantLists = Pick<GrantStore, 'listByAgent' | 'listByTask' | 'listOpen'>;
type ReadPage = (page: PageRequest) => Promise<GrantPage>;

/** What was read of one list: what matched, and how far it was read when not to its end. */
interface Part {
  readonly grants: readonly GrantSummary[];
  readonly readDownTo?: Date;
}

const PAGE = 100;

/** Lists what the query asks for. */
export async function listGrants(store: GrantLists, query: GrantQuery): Promise<GrantListing> {
  // a range that ends before it begins is empty, and no store is asked for it
  if (query.from !== undefined && query.to !== undefined && query.from > query.to)
    return { grants: [], partial: false };
  const lists = listsOf(store, query);
  if (lists === undefined) return listOpen(store, query);
  const pages = Math.max(1, Math.floor(query.pages / Math.max(1, lists.length)));
  const parts = await Promise.all(lists.map((read) => readNewest(read, query, pages)));
  return cut(parts, query);
}

/** The lists by time that answer the query; undefined when the index of open grants does. */
function listsOf(store: GrantLists, { agent, task, status, tasks }: GrantQuery): ReadPage[] | undefined {
  if (agent !== undefined) return [(page) => store.listByAgent(agent, page)];
  if (task !== undefined) return [(page) => store.listByTask(task, page)];
  if (tasks === undefined || (status !== undefined && isOpen({ status }))) return undefined;
  return tasks.map((each) => (page) => store.listByTask(each, page));
}

/** Reads until more than the limit is found, or the budget is used up. */
async function readNewest(read: ReadPage, query: GrantQuery, pages: number): Promise<Part> {
  const { from, to } = query;
  const found: GrantSummary[] = [];
  let next: string | undefined;
  let last: GrantSummary | undefined;
  let count = 0;
  do {
    const page = await read({
      limit: PAGE,
      ...(from && { from }),
      ...(to && { to }),
      ...(next !== undefined && { next }),
    });
    found.push(...page.grants.filter((grant) => matches(grant, query)));
    last = page.grants.at(-1) ?? last;
    next = page.next;
    count += 1;
  } while (next !== undefined && found.length <= query.limit && count < pages);
  return { grants: found, ...(next !== undefined && last && { readDownTo: last.requestedAt }) };
}

/** This index is sorted by deadline, so the whole of it is wanted: it holds only what is open now. */
async function listOpen(store: GrantLists, query: GrantQuery): Promise<GrantListing> {
  const pages = Math.max(1, Math.floor(query.pages / OPEN_SHARDS));
  const all = { ...query, from: undefined, to: undefined, limit: Number.POSITIVE_INFINITY };
  const parts = await Promise.all(
    Array.from({ length: OPEN_SHARDS }, (_, shard) =>
      readNewest((page) => store.listOpen(shard, page), all, pages),
    ),
  );
  const grants = parts.flatMap((part) => part.grants).filter((grant) => matches(grant, query));
  const partial = parts.some((part) => part.readDownTo !== undefined);
  return { ...cut([{ grants }], query), partial };
}

/** Merges the parts down to where all of them were read, and to the limit. */
function cut(parts: readonly Part[], { limit, to }: GrantQuery): GrantListing {
  const ends = parts.flatMap(({ readDownTo }) => (readDownTo ? [readDownTo.getTime()] : []));
  const horizon = ends.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...ends);
  // a whole reading within one instant must still get on
  const stuck = horizon === to?.getTime();
  const sorted = parts
    .flatMap((part) => part.grants)
    .sort((one, other) => timeOf(other) - timeOf(one))
    .filter((grant) => timeOf(grant) > horizon || (stuck && timeOf(grant) === horizon));
  const boundary = sorted[limit - 1];
  const grants = boundary ? sorted.filter((grant) => timeOf(grant) >= timeOf(boundary)) : sorted;
  const next = sorted[grants.length]?.requestedAt ?? goOnAt(horizon, stuck);
  return { grants, ...(next && { next }), partial: false };
}

function goOnAt(horizon: number, stuck: boolean): Date | undefined {
  return Number.isFinite(horizon) ? new Date(stuck ? horizon - 1 : horizon) : undefined;
}

function matches(grant: GrantSummary, { agent, task, status, from, to }: GrantQuery): boolean {
  return (
    (agent === undefined || grant.agent === agent) &&
    (task === undefined || grant.task === task) &&
    (status === undefined || grant.status === status) &&
    (from === undefined || grant.requestedAt >= from) &&
    (to === undefined || grant.requestedAt <= to)
  );
}

function timeOf({ requestedAt }: Pick<Grant, 'requestedAt'>): number {
  return requestedAt.getTime();
}
