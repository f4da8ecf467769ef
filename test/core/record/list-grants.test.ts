// Listing grants: from the right index, within a budget, and going on where a listing ended.

import { describe, expect, it } from 'vitest';
import type { GrantId, GrantStatus } from '../../../src/core/model.ts';
import type { GrantPage, GrantSummary, PageRequest } from '../../../src/core/ports.ts';
import { type GrantQuery, listGrants } from '../../../src/core/record/list-grants.ts';

function grant(index: number, over: Partial<GrantSummary> = {}): GrantSummary {
  return {
    grantId: `G${String(index).padStart(25, '0')}` as GrantId,
    agent: index % 2 === 0 ? 'even' : 'odd',
    task: index % 3 === 0 ? 'third' : 'other',
    environment: 'prod',
    status: 'active',
    requestedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000),
    expiresAt: new Date(Date.UTC(2026, 0, 2)),
    leaseCount: 1,
    ...over,
  };
}

/** The indexes of the grant table in memory, a page at a time; counts the reads. */
function storeOf(all: readonly GrantSummary[]) {
  const reads: string[] = [];
  const page = (
    name: string,
    rows: readonly GrantSummary[],
    { limit, next, from, to }: PageRequest,
  ): GrantPage => {
    reads.push(name);
    const inRange = rows.filter(
      (row) => (!from || row.requestedAt >= from) && (!to || row.requestedAt <= to),
    );
    const start = Number(next ?? 0);
    const grants = inRange.slice(start, start + limit);
    return start + limit < inRange.length ? { grants, next: String(start + limit) } : { grants };
  };
  const newest = (rows: readonly GrantSummary[]) => [...rows].reverse();
  return {
    reads,
    listByAgent: async (agent: string, request: PageRequest) =>
      page('agent', newest(all.filter((row) => row.agent === agent)), request),
    listByTask: async (task: string, request: PageRequest) =>
      page('task', newest(all.filter((row) => row.task === task)), request),
    listOpen: async (shard: number, request: PageRequest) =>
      page(
        'open',
        all.filter((row) => Number(row.grantId.slice(-2)) % 8 === shard),
        { limit: request.limit, ...(request.next && { next: request.next }) },
      ),
  };
}

const ALL = Number.POSITIVE_INFINITY;
const MANY = Array.from({ length: 1_000 }, (_, index) => grant(index));

describe('which grants are listed', () => {
  it('[CLI-11] by agent: the newest, one page for a small limit, and that there are more', async () => {
    const store = storeOf(MANY);
    const { grants, next } = await listGrants(store, { pages: ALL, agent: 'odd', limit: 10 });
    expect(grants.map((row) => row.grantId)).toEqual(
      [999, 997, 995, 993, 991, 989, 987, 985, 983, 981].map((index) => grant(index).grantId),
    );
    expect(next).toBeDefined();
    expect(store.reads).toEqual(['agent']);
  });

  it('[CLI-11] by task, through all pages when the limit is high', async () => {
    const store = storeOf(MANY);
    const { grants, next } = await listGrants(store, { pages: ALL, task: 'third', limit: 500 });
    expect(grants).toHaveLength(334);
    expect(next).toBeUndefined();
    expect(new Set(store.reads)).toEqual(new Set(['task']));
  });

  it('[CLI-11] by agent and task together reads the agent and filters', async () => {
    const { grants } = await listGrants(storeOf(MANY), {
      pages: ALL,
      agent: 'even',
      task: 'third',
      limit: 1_000,
    });
    expect(grants).toHaveLength(167);
    expect(grants.every((row) => row.agent === 'even' && row.task === 'third')).toBe(true);
  });

  it('[CLI-11] by status, looking past pages without a match', async () => {
    const rows = MANY.map((row, index) => (index < 3 ? { ...row, status: 'killed' as GrantStatus } : row));
    const { grants, next } = await listGrants(storeOf(rows), {
      pages: ALL,
      agent: 'even',
      status: 'killed',
      limit: 2,
    });
    expect(grants.map((row) => row.grantId)).toEqual([grant(2).grantId, grant(0).grantId]);
    expect(next).toBeUndefined();
  });

  it('[CLI-11] in a span of time', async () => {
    const [from, to] = [grant(100).requestedAt, grant(110).requestedAt];
    const { grants } = await listGrants(storeOf(MANY), { pages: ALL, agent: 'even', from, to, limit: 50 });
    expect(grants).toHaveLength(6);
  });

  it('[CLI-11] without a filter: what is open, newest first over all shards', async () => {
    const store = storeOf(MANY.slice(0, 300));
    const { grants, next } = await listGrants(store, { pages: ALL, limit: 5 });
    expect(grants.map((row) => row.grantId)).toEqual(
      [299, 298, 297, 296, 295].map((index) => grant(index).grantId),
    );
    expect(next).toBeDefined();
    expect(new Set(store.reads)).toEqual(new Set(['open']));
  });

  it('[CLI-11] within a budget of pages, and says where to go on', async () => {
    const store = storeOf(MANY);
    const first = await listGrants(store, { agent: 'odd', limit: 1_000, pages: 2 });
    expect(store.reads).toHaveLength(2);
    // the last instant read may have more grants: it is read again
    expect(first.grants).toHaveLength(199);
    expect(first.next).toEqual(grant(601).requestedAt);
  });

  it('[CLI-11] over the tasks when neither agent nor task is named, merged newest first', async () => {
    const store = storeOf(MANY);
    const { grants } = await listGrants(store, { tasks: ['third', 'other'], limit: 4, pages: 10 });
    expect(grants.map((row) => row.grantId)).toEqual([999, 998, 997, 996].map((at) => grant(at).grantId));
    const open = storeOf(MANY);
    await listGrants(open, { tasks: ['third', 'other'], status: 'pending', limit: 4, pages: 10 });
    expect(new Set(open.reads)).toEqual(new Set(['open']));
  });

  it('[CLI-11] says when more is open than was read', async () => {
    const { partial } = await listGrants(storeOf(manyTimes(20)), { limit: 5, pages: 8 });
    expect(partial).toBe(true);
  });

  it.each([
    ['agent', { agent: 'even', limit: 7 }],
    ['agent, in a small budget', { agent: 'even', limit: 7, pages: 1 }],
    ['agent, looking for few', { agent: 'even', status: 'killed', limit: 7, pages: 2 }],
    ['tasks', { tasks: ['third', 'other'], limit: 13 }],
    ['tasks, looking for few', { tasks: ['third', 'other'], status: 'killed', limit: 13, pages: 1 }],
    ['open', { limit: 11 }],
  ] satisfies [string, Partial<GrantQuery> & { limit: number }][])(
    '[CLI-11] page by page (%s) gives each grant once, though many share an instant',
    async (_, query) => {
      const rows = manyTimes(3);
      const store = storeOf(rows);
      const seen: string[] = [];
      let to: Date | undefined;
      do {
        const page = await listGrants(store, { pages: 80, ...query, to });
        seen.push(...page.grants.map((row) => row.grantId));
        to = page.next;
      } while (to !== undefined);
      const wanted = rows.filter(
        (row) =>
          (!('agent' in query) || row.agent === query.agent) &&
          (!('status' in query) || row.status === query.status),
      );
      expect([...seen].sort()).toEqual(wanted.map((row) => row.grantId).sort());
    },
  );
});

/** Grants of which so many share each instant. */
function manyTimes(sharing: number): GrantSummary[] {
  return MANY.map((row, index) => ({
    ...row,
    requestedAt: grant(Math.floor(index / sharing)).requestedAt,
    ...(index % 97 === 0 && { status: 'killed' as const }),
  }));
}
