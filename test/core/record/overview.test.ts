// The numbers that people see first: what each counts, and that a bound is said where one was reached.

import { expect, test } from 'vitest';
import type { KillRecord } from '../../../src/core/kill/ports.ts';
import type { AgentSummary } from '../../../src/core/lifecycle/ports.ts';
import type { GrantPage } from '../../../src/core/ports.ts';
import { makeOverview, type OverviewDeps } from '../../../src/core/record/overview.ts';
import { NOW, sampleGrant } from '../../support/grant.ts';
import { OLGA } from '../../support/orders.ts';
import { change, memoryReader, memoryTrail } from '../../support/trail.ts';

const DAY_MS = 86_400_000;
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const NOTHING: OverviewDeps = {
  grants: { listOpen: async () => ({ grants: [] }), listByTask: async () => ({ grants: [] }) },
  agents: { listByStatus: async () => ({ agents: [] }) },
  kills: { listOpen: async () => [], listSettled: async () => [] },
  switches: { listOn: async () => [] },
  catalog: { tasks: [] },
  clock: () => NOW,
};
const TASKS = [{ id: 'one' }, { id: 'two' }] as unknown as OverviewDeps['catalog']['tasks'];

test('[PAPI-20] an empty deployment has a zero for every day and status', async () => {
  const overview = await makeOverview(NOTHING, 3);
  expect(overview.now).toEqual({
    openGrants: 0,
    leases: 0,
    leasesByTask: [],
    waiting: 0,
    agents: { proposed: 0, active: 0, suspended: 0, retired: 0 },
    stops: [],
  });
  expect(overview.grantsPerDay).toEqual([
    { day: '2026-11-22', counts: {} },
    { day: '2026-11-23', counts: {} },
    { day: '2026-11-24', counts: {} },
  ]);
  expect(overview.timeToDead.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(overview.notCounted).toEqual([expect.stringContaining('ask the question refused')]);
});

test('[PAPI-20] what is open is counted once over all partitions, a lease only while it works', async () => {
  const open = [
    sampleGrant({ status: 'active' }),
    sampleGrant({ status: 'active', leaseExpiresAt: ago(1) }),
    sampleGrant({ status: 'pending', leaseExpiresAt: NOW }),
  ];
  const grants = {
    ...NOTHING.grants,
    listOpen: async (shard: number): Promise<GrantPage> => ({ grants: open.slice(shard, shard + 1) }),
  };
  const { now } = await makeOverview({ ...NOTHING, grants }, 1);
  expect(now).toMatchObject({ openGrants: 3, leases: 1, waiting: 1 });
});

test('[PAPI-22] leases that work now are told by task, most first; ended ones and those that wait are none', async () => {
  const leased = (task: string) => sampleGrant({ status: 'active', task });
  const open = [
    leased('one'),
    leased('two'),
    leased('two'),
    sampleGrant({ status: 'active', task: 'one', leaseExpiresAt: NOW }),
  ];
  const grants = {
    ...NOTHING.grants,
    listOpen: async (shard: number): Promise<GrantPage> => ({ grants: open.slice(shard, shard + 1) }),
  };
  const { now } = await makeOverview({ ...NOTHING, grants }, 1);
  expect(now.leasesByTask).toEqual([
    { task: 'two', count: 2 },
    { task: 'one', count: 1 },
  ]);
  expect(now.leases).toBe(3);
});

test('[PAPI-20] grants are counted on the day they were asked for, by what became of them', async () => {
  const asked: Record<string, GrantPage> = {
    one: {
      grants: [
        sampleGrant({ requestedAt: NOW, status: 'completed' }),
        sampleGrant({ requestedAt: ago(DAY_MS), status: 'killed' }),
      ],
    },
    two: { grants: [sampleGrant({ requestedAt: NOW, status: 'completed' })] },
  };
  const listByTask = async (task: string): Promise<GrantPage> => asked[task] ?? { grants: [] };
  const deps = { ...NOTHING, grants: { ...NOTHING.grants, listByTask }, catalog: { tasks: TASKS } };
  expect((await makeOverview(deps, 2)).grantsPerDay).toEqual([
    { day: '2026-11-23', counts: { killed: 1 } },
    { day: '2026-11-24', counts: { completed: 2 } },
  ]);
});

test('[PAPI-20] a kill counts in the class of the time that it took', async () => {
  const settled = [0, 15, 16, 899, 901].map(
    (secondsToDead, at): KillRecord => ({
      killId: `kill-${at}`,
      scope: { kind: 'everything' },
      change: { what: 'killed', by: OLGA, reason: 'a test', at: NOW },
      ended: 1,
      deadBy: NOW,
      shortBy: NOW,
      roles: [],
      settledAt: NOW,
      secondsToDead,
    }),
  );
  const kills = { listOpen: async () => [], listSettled: async () => settled };
  const { timeToDead } = await makeOverview({ ...NOTHING, kills }, 7);
  expect(timeToDead.map(({ bucket, count }) => [bucket, count])).toEqual([
    ['up to 15 s', 2],
    ['up to 60 s', 1],
    ['up to 120 s', 0],
    ['up to 300 s', 0],
    ['up to 900 s', 1],
    ['over 900 s', 1],
  ]);
});

test('[PAPI-20] refusals are counted by code from the trail, within the days asked for', async () => {
  const trail = memoryTrail();
  const refusal = (at: string, code: string) => ({
    event: { type: 'token.refused', at, requestId: `r-${code}-${at}`, facts: { code } },
  });
  trail.now = NOW;
  await trail.sequence([
    change('a', 1, refusal('2026-11-24T09:00:00.000Z', 'policy_denied')),
    change('b', 1, refusal('2026-11-24T08:00:00.000Z', 'policy_denied')),
    change('c', 1, refusal('2026-11-24T07:00:00.000Z', 'agent_inactive')),
    change('d', 1, refusal('2026-10-01T07:00:00.000Z', 'policy_denied')),
    change('e', 1),
  ]);
  const overview = await makeOverview({ ...NOTHING, trail: memoryReader(trail.objects) }, 7);
  expect(overview.refusalsByCode).toEqual([
    { code: 'policy_denied', count: 2 },
    { code: 'agent_inactive', count: 1 },
  ]);
  expect(overview.notCounted).toEqual([]);
});

test('[PAPI-20] whatever there is, the work ends, and each bound is told', async () => {
  let reads = 0;
  const endless = async (): Promise<GrantPage> => {
    reads += 1;
    return { grants: [sampleGrant()], next: 'more' };
  };
  const agents = {
    listByStatus: async () => {
      reads += 1;
      return { agents: [{ id: 'one' } as AgentSummary], next: 'more' };
    },
  };
  const grants = { listOpen: endless, listByTask: endless };
  const deps = { ...NOTHING, grants, agents, catalog: { tasks: TASKS } };
  const { notCounted } = await makeOverview(deps, 30);
  expect(reads).toBeLessThanOrEqual(8 * 10 + 100 + 4 * 5);
  expect(notCounted).toEqual([
    expect.stringContaining('ask the question refused'),
    expect.stringContaining('open than were counted'),
    expect.stringContaining('asked for in these days'),
    expect.stringContaining('more than 5000 agents'),
  ]);
});
