// Somebody signed in whom nobody gave a role tries every route of the people's API, taken from the route tables: a new
// route that admits everybody shows up here by itself.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PeopleApi, startPeopleApi } from '../support/people-api.ts';
import { peopleRoutes } from '../support/people-routes.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
});
afterAll(() => tables.close());

const routes = peopleRoutes().filter(({ open }) => !open);

/** What such a person is answered, and all that is in it of others: nothing. */
const ANSWERED: Readonly<Record<string, object>> = {
  'GET /api/me': { roles: [] },
  'GET /api/passkeys': {},
  'GET /api/approvals': { approvals: [], more: false },
  'GET /api/agents': { agents: [] },
  'GET /api/reviews': { reviews: [] },
};

test('[PAPI-23] is answered at known addresses only', async () => {
  const as = await api.persona('nobody of any role', []);
  const agent = api.exchange.catalog.agents[0]?.id ?? '';
  const answered: Record<string, object> = {};
  for (const { method, path } of routes) {
    const address = path
      .replace('{grantId}', '01ARZ3NDEKTSV4RRFFQ69G5FAV')
      .replace(/\{(?:id|agent)\}/, agent)
      .replace('{name}', 'holdings');
    const { status, body } = await api.call(method, address, { as, ...(method === 'POST' && { body: {} }) });
    expect([path, status < 500]).toEqual([path, true]);
    if (status === 200) answered[`${method} ${path}`] = body;
  }
  expect(Object.keys(answered).sort()).toEqual(Object.keys(ANSWERED).sort());
  for (const [address, told] of Object.entries(ANSWERED)) expect(answered[address]).toMatchObject(told);
});
