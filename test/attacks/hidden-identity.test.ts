// An identity is written into the registry that the agent's own row does not name, or with fewer claims than it says:
// left by a registration that broke off, or planted. People review and sign what the row says; the other gets nothing.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { createRegistryWriter } from '../../src/adapters/aws/registry-table.ts';
import { renewLease, startTask } from '../../src/core/exchange.ts';
import type { Binding, Catalog } from '../../src/core/model.ts';
import { startExchange } from '../support/exchange.ts';
import { sampleEvent } from '../support/grant.ts';
import { askFor, nextLease, refusalOf } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function begin() {
  const mark = Math.random().toString(36).slice(2, 8);
  const change = (catalog: Catalog): Catalog => ({
    ...catalog,
    agents: catalog.agents.map((agent) => ({ ...agent, id: `${agent.id}-${mark}` })),
  });
  const exchange = await startExchange(tables, { change });
  const registry = { client: tables.client, table: TABLES.registry };
  const { issuer } = exchange.issuer;
  const agent = `billing-agent-${mark}`;
  const ask = async (subject: string) =>
    startTask(exchange.deps, await askFor(exchange, { subject }), exchange.context);
  /** Changes what the row names, and nothing else. */
  const name = async (bindings: readonly Binding[]) => {
    const book = createAgentBook(registry);
    const seen = await book.find(agent);
    if (seen === undefined) throw new Error('the agent is not there');
    await book.change(seen, { ...seen.agent, bindings }, sampleEvent());
  };
  const bind = (binding: Binding) => createRegistryWriter(registry).bind(agent, binding);
  return { exchange, issuer, ask, name, bind };
}

test('[LIFE-20] an identity that the agent’s row does not name gets nothing', async () => {
  const { issuer, ask, bind } = await begin();
  expect(await bind({ issuer, subject: 'hidden' })).toBe(true);
  expect((await refusalOf(ask('hidden'))).code).toBe('agent_unknown');
  expect((await ask('billing')).grant.status).toBe('active');
});

test('[LIFE-20] claims that the row names hold, whatever else was written', async () => {
  const { issuer, ask, name } = await begin();
  await name([{ issuer, subject: 'billing', claims: { environment: 'prod' } }]);
  expect((await refusalOf(ask('billing'))).code).toBe('agent_unknown');
});

test('[LIFE-20] a grant is not renewed by an identity that the row names no more', async () => {
  const { exchange, ask, name } = await begin();
  const started = await ask('billing');
  await name([]);
  exchange.pass(30);
  const again = renewLease(exchange.deps, await nextLease(exchange, started), exchange.context);
  expect((await refusalOf(again)).code).toBe('agent_unknown');
});
