// Lists of agents by owner, by status and by review date: from indexes, page by page.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { moveAgent } from '../../../src/core/lifecycle/move.ts';
import type { AgentBook } from '../../../src/core/lifecycle/ports.ts';
import { registerAgent } from '../../../src/core/lifecycle/register.ts';
import type { Catalog, Issuer } from '../../../src/core/model.ts';
import { sampleCatalog } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';
import { ORDER } from '../../support/orders.ts';
import { PEOPLE_ISSUER } from '../../support/people.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const catalog: Catalog = sampleCatalog({ issuers: [issuer], agents: [] });
const moment = { at: NOW, requestId: 'request-1' };

let tables: Tables;
let agents: AgentBook;
beforeAll(async () => {
  tables = await startTables();
  agents = createAgentBook({ client: tables.client, table: TABLES.registry });
});
afterAll(() => tables.close());

const register = (id: string, changes: object) =>
  registerAgent(
    { agents, catalog, peopleIssuer: PEOPLE_ISSUER },
    {
      registration: {
        id,
        purpose: 'monthly reports',
        environment: 'prod',
        groups: [],
        bindings: [{ issuer: issuer.issuer, subject: id }],
        ...changes,
      },
      order: ORDER,
      activate: true,
    },
    moment,
  );

test('[LIFE-9] by owner, and by status until a review date, page by page', async () => {
  const owner = { issuer: 'https://login.acme.dev', subject: 'lister' };
  const names = Array.from({ length: 12 }, (_, index) => `listed-${String(index).padStart(2, '0')}`);
  for (const [index, name] of names.entries()) {
    const reviewBy = index < 6 ? '2026-11-30' : '2027-01-31';
    await register(name, { owner, reviewBy });
  }
  const walk = async (list: (next?: string) => ReturnType<AgentBook['listByOwner']>) => {
    const found: string[] = [];
    let next: string | undefined;
    do {
      const page = await list(next);
      found.push(...page.agents.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
    return found.filter((id) => id.startsWith('listed-')).sort();
  };
  const more = (next?: string) => ({ limit: 3, ...(next !== undefined && { next }) });
  expect(await walk((next) => agents.listByOwner(owner, more(next)))).toEqual(names);
  expect(await walk((next) => agents.listByStatus('active', more(next)))).toEqual(names);
  const due = (next?: string) => agents.listByStatus('active', { ...more(next), reviewBy: '2026-11-30' });
  expect(await walk(due)).toEqual(names.slice(0, 6));
  await moveAgent({ agents }, { id: 'listed-00', act: 'suspend', order: ORDER }, moment);
  expect(await walk((next) => agents.listByStatus('suspended', more(next)))).toEqual(['listed-00']);
});
