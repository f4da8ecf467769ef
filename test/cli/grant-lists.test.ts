import { describe, expect, it } from 'vitest';
import { listGrants } from '../../cli/grant-lists.ts';
import { printable, tableLines } from '../../cli/print.ts';
import type { GrantId, GrantStatus } from '../../src/core/model.ts';
import type { GrantPage, GrantSummary, PageRequest } from '../../src/core/ports.ts';

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

const MANY = Array.from({ length: 1_000 }, (_, index) => grant(index));

describe('which grants are listed', () => {
  it('[CLI-11] by agent: the newest, one page for a small limit, and that there are more', async () => {
    const store = storeOf(MANY);
    const { grants, more } = await listGrants(store, { agent: 'odd', limit: 10 });
    expect(grants.map((row) => row.grantId)).toEqual(
      [999, 997, 995, 993, 991, 989, 987, 985, 983, 981].map((index) => grant(index).grantId),
    );
    expect(more).toBe(true);
    expect(store.reads).toEqual(['agent']);
  });

  it('[CLI-11] by task, through all pages when the limit is high', async () => {
    const store = storeOf(MANY);
    const { grants, more } = await listGrants(store, { task: 'third', limit: 500 });
    expect(grants).toHaveLength(334);
    expect(more).toBe(false);
    expect(new Set(store.reads)).toEqual(new Set(['task']));
  });

  it('[CLI-11] by agent and task together reads the agent and filters', async () => {
    const { grants } = await listGrants(storeOf(MANY), { agent: 'even', task: 'third', limit: 1_000 });
    expect(grants).toHaveLength(167);
    expect(grants.every((row) => row.agent === 'even' && row.task === 'third')).toBe(true);
  });

  it('[CLI-11] by status, looking past pages without a match', async () => {
    const rows = MANY.map((row, index) => (index < 3 ? { ...row, status: 'killed' as GrantStatus } : row));
    const { grants, more } = await listGrants(storeOf(rows), { agent: 'even', status: 'killed', limit: 2 });
    expect(grants.map((row) => row.grantId)).toEqual([grant(2).grantId, grant(0).grantId]);
    expect(more).toBe(false);
  });

  it('[CLI-11] in a span of time', async () => {
    const [from, to] = [grant(100).requestedAt, grant(110).requestedAt];
    const { grants } = await listGrants(storeOf(MANY), { agent: 'even', from, to, limit: 50 });
    expect(grants).toHaveLength(6);
  });

  it('[CLI-11] without a filter: what is open, newest first over all shards', async () => {
    const store = storeOf(MANY.slice(0, 300));
    const { grants, more } = await listGrants(store, { limit: 5 });
    expect(grants.map((row) => row.grantId)).toEqual(
      [299, 298, 297, 296, 295].map((index) => grant(index).grantId),
    );
    expect(more).toBe(true);
    expect(new Set(store.reads)).toEqual(new Set(['open']));
  });
});

describe('tables', () => {
  it('align, and keep terminal escapes of agents out', () => {
    expect(
      tableLines(
        ['A', 'LONG'],
        [
          ['xx', 'red\u001b[31m'],
          ['y', 'z'],
        ],
      ),
    ).toEqual(['A   LONG', 'xx  red [31m', 'y   z']);
    expect(printable('a\nb\u202ec')).toBe('a b c');
  });
});
