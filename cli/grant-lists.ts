// Which grants to list, and from which index: by agent, by task, else the open ones. Never a Scan.

import type { GrantPage, GrantStore, GrantSummary, PageRequest } from '../src/core/ports.ts';
import { OPEN_SHARDS } from '../src/core/record/sweep.ts';

/** What to list. */
export interface GrantQuery {
  readonly agent?: string | undefined;
  readonly task?: string | undefined;
  readonly status?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** At most this many. */
  readonly limit: number;
}

type Lists = Pick<GrantStore, 'listByAgent' | 'listByTask' | 'listOpen'>;
type ReadPage = (page: PageRequest) => Promise<GrantPage>;

const PAGE = 100;

/** Matching grants, newest first, and whether there are more. */
export async function listGrants(
  store: Lists,
  query: GrantQuery,
): Promise<{ readonly grants: readonly GrantSummary[]; readonly more: boolean }> {
  const { agent, task } = query;
  const found =
    agent === undefined && task === undefined
      ? await listOpen(store, query)
      : await collect(pagesOf(store, agent, task), query, rangeOf(query));
  const newestFirst = found.sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime());
  return { grants: newestFirst.slice(0, query.limit), more: newestFirst.length > query.limit };
}

function pagesOf(store: Lists, agent: string | undefined, task: string | undefined): ReadPage {
  if (agent !== undefined) return (page) => store.listByAgent(agent, page);
  return (page) => store.listByTask(task ?? '', page);
}

/** This index is sorted by deadline, so the whole of it is read: it holds only what is open now. */
async function listOpen(store: Lists, query: GrantQuery): Promise<GrantSummary[]> {
  const all = { ...query, limit: Number.POSITIVE_INFINITY };
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) =>
    collect((page) => store.listOpen(shard, page), all, {}),
  );
  return (await Promise.all(shards)).flat();
}

/** Reads pages until one more than the limit is found, so that "more" is known. */
async function collect(
  read: ReadPage,
  query: GrantQuery,
  range: Partial<PageRequest>,
): Promise<GrantSummary[]> {
  const found: GrantSummary[] = [];
  let next: string | undefined;
  do {
    const page = await read({ limit: PAGE, ...range, ...(next !== undefined && { next }) });
    found.push(...page.grants.filter((grant) => matches(grant, query)));
    next = page.next;
  } while (next !== undefined && found.length <= query.limit);
  return found;
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

function rangeOf({ from, to }: GrantQuery): Partial<PageRequest> {
  return { ...(from && { from }), ...(to && { to }) };
}
