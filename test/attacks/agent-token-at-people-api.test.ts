// An agent shows its own workload assertion, or another token, where people sign in: at every route of the people's
// API, taken from the route tables, so that a new route is tried by itself.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestPeople } from '../support/people.ts';
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

const routes = peopleRoutes();
const closed = routes.filter(({ open }) => !open);
const aside = (groups: readonly string[]) => ({ subject: 'billing', groups });

/** Tokens that are not a person's sign-in here, each with a person's groups where it can have them. */
const TOKENS: Record<string, () => string | Promise<string>> = {
  'its own assertion': () => api.exchange.assertion(),
  'its assertion for the console': () => api.exchange.assertion('billing', { aud: 'remit-console' }),
  'its assertion in the name of the people’s issuer': () =>
    api.exchange.assertion('billing', {
      iss: api.people.config.issuer,
      aud: 'remit-console',
      groups: ['finance-leads', 'remit-administrators'],
    }),
  'an ID token of another issuer of people': () =>
    createTestPeople({ issuer: 'https://login.evil.dev' }).signIn(aside(['remit-administrators'])),
  'an ID token signed with another key': () => createTestPeople().signIn(aside(['remit-administrators'])),
  'an ID token for another client': () =>
    api.people.signIn({ ...aside(['remit-administrators']), claims: { aud: 'another-client' } }),
  'an access token of the people’s issuer': () =>
    api.people.signIn({ ...aside(['remit-administrators']), header: { typ: 'at+jwt' } }),
  'an access token that says so in its claims': () =>
    api.people.signIn({ ...aside(['remit-administrators']), claims: { token_use: 'access' } }),
  'an ID token that is over': () =>
    api.people.signIn({ ...aside(['remit-administrators']), now: new Date('2026-11-23T10:00:00Z') }),
  'a token without a signature': () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
};

test('every address of people but the console’s configuration needs a sign-in', () => {
  expect(closed.length).toBeGreaterThanOrEqual(15);
  expect(routes.filter(({ open }) => open).map(({ path }) => path)).toEqual(['/api/config']);
});

test.each(closed.map((route) => [route.method, route.path] as const))(
  '[PAPI-14] %s %s takes none of them',
  async (method, path) => {
    const address = path.replace('{grantId}', '01ARZ3NDEKTSV4RRFFQ69G5FAV');
    for (const [name, make] of Object.entries(TOKENS)) {
      const { status, body, headers } = await api.call(method, address, { token: await make(), body: {} });
      expect([name, status, body['code']]).toEqual([name, 401, 'sign_in_rejected']);
      expect(headers).toMatchObject({ 'www-authenticate': 'Bearer error="invalid_token"' });
    }
    expect(await api.call(method, address)).toMatchObject({
      status: 401,
      body: { code: 'sign_in_required' },
    });
  },
);
