// Lists of agents over a real registry: every agent once whatever the page, filters together, and bounded work.

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { agentKey, registeredAttributes } from '../../../src/adapters/aws/registry-item.ts';
import { type AgentFilter, type AgentViewDeps, listAgents } from '../../../src/core/lifecycle/agent-views.ts';
import type { AgentStatus, RegisteredAgent } from '../../../src/core/model.ts';
import { budgetsInMemory } from '../../support/budgets.ts';
import { NOW, sampleGrant } from '../../support/grant.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const STATUSES: readonly AgentStatus[] = ['proposed', 'active', 'suspended', 'retired'];
const ADA = { issuer: 'https://login.acme.dev', subject: 'ada' };
let tables: Tables;
let deps: AgentViewDeps;

const agents = Array.from(
  { length: 40 },
  (_, number): RegisteredAgent => ({
    id: `agent-${number}`,
    owner: number % 4 === 0 ? ADA : { issuer: ADA.issuer, subject: 'grace' },
    purpose: 'statements',
    environment: number % 2 === 0 ? 'prod' : 'test',
    groups: [],
    reviewBy: number % 5 === 0 ? '2026-11-23' : '2026-11-24',
    bindings: [],
    status: STATUSES[number % 3] ?? 'active',
  }),
);

beforeAll(async () => {
  tables = await startTables();
  for (let from = 0; from < agents.length; from += 20) {
    const rows = agents.slice(from, from + 20).map((agent) => ({
      PutRequest: { Item: { pk: agentKey(agent.id), version: 1, ...registeredAttributes(agent) } },
    }));
    await tables.client.send(new BatchWriteCommand({ RequestItems: { [TABLES.registry]: rows } }));
  }
  deps = {
    agents: createAgentBook({ client: tables.client, table: TABLES.registry }),
    // every tenth agent was granted something of late
    grants: {
      listByAgent: async (id) => ({ grants: id.endsWith('0') ? [sampleGrant({ agent: id })] : [] }),
    },
    catalog: { agents: [], tasks: [] },
    possible: () => new Map(),
    budgets: budgetsInMemory(),
    clock: () => NOW,
  };
});
afterAll(() => tables.close());

async function all(filter: Omit<AgentFilter, 'limit' | 'next'>, limit: number): Promise<string[]> {
  const found: string[] = [];
  let next: string | undefined;
  do {
    const page = await listAgents(deps, { ...filter, limit, next });
    expect(page.agents.length).toBeLessThanOrEqual(limit);
    found.push(...page.agents.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  return found.sort();
}
const those = (which: (agent: RegisteredAgent) => boolean) =>
  agents
    .filter(which)
    .map(({ id }) => id)
    .sort();

test.each([1, 3, 7, 100])('[PAPI-18] every agent is on one page, with %i on each', async (limit) => {
  expect(await all({}, limit)).toEqual(those(() => true));
});

test.each([1, 5, 100])('[PAPI-18] filters hold together, with %i on each page', async (limit) => {
  expect(await all({ status: 'suspended' }, limit)).toEqual(those(({ status }) => status === 'suspended'));
  expect(await all({ environment: 'test', status: 'active' }, limit)).toEqual(
    those(({ environment, status }) => environment === 'test' && status === 'active'),
  );
  expect(await all({ overdue: true }, limit)).toEqual(those(({ reviewBy }) => reviewBy === '2026-11-23'));
  expect(await all({ owner: ADA }, limit)).toEqual(those(({ owner }) => owner === ADA));
  expect(await all({ owner: ADA, environment: 'prod', overdue: true }, limit)).toEqual(
    those(({ owner, reviewBy }) => owner === ADA && reviewBy === '2026-11-23'),
  );
  expect(await all({ idle: true }, limit)).toEqual(those(({ id }) => !id.endsWith('0')));
});

test('[PAPI-18] one call reads a bounded number of pages, also where nothing fits', async () => {
  let pages = 0;
  const endless: AgentViewDeps = {
    ...deps,
    agents: {
      ...deps.agents,
      listByStatus: async () => {
        pages += 1;
        const [agent] = agents;
        return { agents: agent ? [agent] : [], next: 'more' };
      },
    },
  };
  const page = await listAgents(endless, { environment: 'nowhere', limit: 10 });
  expect(page).toEqual({ agents: [], next: 'active.more' });
  expect(pages).toBe(20);
  pages = 0;
  await listAgents(endless, { environment: 'nowhere', idle: true, limit: 10 });
  expect(pages).toBe(3);
});
