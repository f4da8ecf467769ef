// An agent's budget in the registry: it comes and goes with the catalog's entry, and people may give one at run time.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createRegistry, createRegistryWriter } from '../../../src/adapters/aws/registry-table.ts';
import type { AgentBudget } from '../../../src/core/budget/budget.ts';
import { driftOf } from '../../../src/core/lifecycle/drift.ts';
import { moveAgent } from '../../../src/core/lifecycle/move.ts';
import { registerAgent } from '../../../src/core/lifecycle/register.ts';
import { syncAgents } from '../../../src/core/lifecycle/sync-agents.ts';
import type { Issuer } from '../../../src/core/model.ts';
import { sampleAgent, sampleCatalog } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';
import { PEOPLE_ISSUER } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const order = { by: { issuer: 'https://login.acme.dev', subject: 'olga' }, reason: 'a test' };
const moment = { at: NOW, requestId: 'request-1' };
const withBudget = (budget?: AgentBudget) => ({ ...sampleAgent(issuer), ...(budget && { budget }) });
const catalogWith = (budget?: AgentBudget) =>
  sampleCatalog({ issuers: [issuer], agents: [withBudget(budget)] });

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
const rows = () => ({ client: tables.client, table: TABLES.registry });
const find = (id: string) => createRegistry(rows()).findAgent(id);

test('[BUDGET-15] comes with a deployment, changes with one, and goes with one', async () => {
  const writer = createRegistryWriter(rows());
  for (const budget of [
    undefined,
    { perHour: 5 },
    { perHour: 5, concurrent: 2 },
    undefined,
    { concurrent: 1 },
  ]) {
    await syncAgents(writer, catalogWith(budget));
    const found = await find('billing-agent');
    expect(found?.budget).toEqual(budget);
    expect(found && driftOf(found, withBudget(budget))).toEqual([]);
    expect(found && driftOf(found, withBudget({ perHour: 99 }))).toEqual(['budget']);
  }
});

test('[BUDGET-15] stays through what people change of the agent', async () => {
  await syncAgents(createRegistryWriter(rows()), catalogWith({ perHour: 7 }));
  await moveAgent(
    { agents: createAgentBook(rows()) },
    { id: 'billing-agent', act: 'suspend', order },
    moment,
  );
  expect(await find('billing-agent')).toMatchObject({ status: 'suspended', budget: { perHour: 7 } });
});

const register = (id: string, budget: unknown) =>
  registerAgent(
    {
      agents: createAgentBook(rows()),
      catalog: sampleCatalog({ issuers: [issuer], agents: [] }),
      peopleIssuer: PEOPLE_ISSUER,
    },
    {
      registration: { ...sampleAgent(issuer, id, id), groups: [], budget },
      order,
      activate: true,
    },
    moment,
  );

test('[BUDGET-15] is given at run time', async () => {
  await register('reporter', { concurrent: 2, perHour: 10 });
  expect((await find('reporter'))?.budget).toEqual({ concurrent: 2, perHour: 10 });
});

test.each([[{}], [{ perHour: 0 }], [{ concurrent: 101 }], [{ perDay: { amount: 5 } }], ['much'], [null]])(
  '[BUDGET-11] is refused at run time as it is in the catalog: %j',
  async (budget) => {
    expect((await refusalOf(register('greedy', budget))).code).toBe('agent_malformed');
    expect(await find('greedy')).toBeUndefined();
  },
);
