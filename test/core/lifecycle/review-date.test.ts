// The review date of an agent of the catalog: what its file says of it, what the registry keeps, what moves it.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createRegistry, createRegistryWriter } from '../../../src/adapters/aws/registry-table.ts';
import { driftOf } from '../../../src/core/lifecycle/drift.ts';
import type { AgentBook } from '../../../src/core/lifecycle/ports.ts';
import { syncAgents } from '../../../src/core/lifecycle/sync-agents.ts';
import type { Agent, Issuer } from '../../../src/core/model.ts';
import { sampleAgent, sampleCatalog } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';
import { reviewAsShown } from '../../support/orders.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const catalog = sampleCatalog({ issuers: [issuer], agents: [] });

let tables: Tables;
let agents: AgentBook;
beforeAll(async () => {
  tables = await startTables();
  agents = createAgentBook({ client: tables.client, table: TABLES.registry });
});
afterAll(() => tables.close());

const registry = () => createRegistry({ client: tables.client, table: TABLES.registry });

describe('the review date of an agent of the catalog', () => {
  const entry = (changes: Partial<Agent> = {}) => {
    const { reviewBy: _, ...agent } = sampleAgent(issuer, 'dated', 'dated');
    return { ...agent, ...changes };
  };
  const syncAt = async (at: Date, agent: Agent) => {
    const occasion = { clock: () => at, requestId: 'deployment' };
    const writer = createRegistryWriter({ client: tables.client, table: TABLES.registry, occasion });
    await syncAgents(writer, { ...catalog, agents: [agent] });
    const { Item } = await tables.client.send(
      new GetCommand({ TableName: TABLES.registry, Key: { pk: 'AGENT#dated' } }),
    );
    return { reviewBy: Item?.['reviewBy'], facts: Item?.['event'].facts };
  };
  const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
  const dayIn = (days: number) => inDays(days).toISOString().slice(0, 10);

  test('[LIFE-23] is 90 days from the first sync where no file says one, and moved by reviews alone', async () => {
    expect(await syncAt(NOW, entry())).toMatchObject({ reviewBy: dayIn(90) });
    expect(await syncAt(inDays(100), entry({ purpose: 'other' }))).toMatchObject({ reviewBy: dayIn(90) });
    const later = { at: inDays(101), requestId: 'r' };
    await reviewAsShown({ agents, catalog }, { id: 'dated' }, later);
    expect(await syncAt(inDays(102), entry())).toMatchObject({ reviewBy: dayIn(191) });
    const agent = await registry().findAgent('dated');
    expect(agent && driftOf(agent, entry())).toEqual([]);
  });

  test('[LIFE-23] is never further than 90 days ahead, and no edit beside it moves it again', async () => {
    const far = entry({ reviewBy: '2099-12-31', purpose: 'far' });
    expect(await syncAt(inDays(110), far)).toMatchObject({ reviewBy: dayIn(200) });
    const edited = await syncAt(inDays(210), { ...far, purpose: 'edited while it is overdue' });
    expect(edited.reviewBy).toBe(dayIn(200));
    expect(edited.facts).not.toHaveProperty('before');
  });

  test('[LIFE-23] that another date in its file moved is told in the trail, with what it was before', async () => {
    const { reviewBy, facts } = await syncAt(inDays(211), entry({ reviewBy: dayIn(240) }));
    expect(reviewBy).toBe(dayIn(240));
    expect(facts).toMatchObject({ before: dayIn(200), reviewBy: dayIn(240), actor: 'catalog-sync' });
    expect((await registry().findAgent('dated'))?.review?.at).toEqual(inDays(101));
  });
});
