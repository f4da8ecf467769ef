// What people read: configuration, themselves, grants, findings; over the real entry.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { VERSION } from '../../../src/config/version.ts';
import type { Persona } from '../../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../../support/people-api.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let ben: Persona;
let eve: Persona;
let vic: Persona;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  ben = await api.persona('ben');
  eve = await api.persona('eve', [], false);
  vic = await api.persona('vic', ['auditors'], false);
});
afterAll(() => tables.close());

const list = async (query: string, as = ben) => {
  const { status, body } = await api.call('GET', '/api/grants', { as, query });
  expect(status).toBe(200);
  return body as { grants: Record<string, unknown>[]; next?: string };
};

test('[PAPI-10] the console learns where to sign in, without having done so', async () => {
  expect((await api.call('GET', '/api/config')).body).toEqual({
    issuer: 'https://login.acme.dev',
    clientId: 'remit-console',
    scopes: 'openid profile',
    rpId: 'remit.acme.dev',
    origin: 'https://remit.acme.dev',
    brokerUrl: 'https://remit.acme.dev',
    version: packageJson.version,
  });
  expect(VERSION).toBe(packageJson.version);
});

describe('who is signed in', () => {
  test.each([
    ['ben', ['approver'], 1],
    ['vic', ['viewer'], 0],
    ['eve', [], 0],
  ])('[PAPI-10] %s learns roles and passkeys', async (subject, roles, passkeys) => {
    const as = { ben, vic, eve }[subject];
    const { body } = await api.call('GET', '/api/me', as ? { as } : {});
    expect(body).toMatchObject({ person: { subject, name: expect.any(String) }, roles, passkeys });
  });

  test('[PAPI-10] administrators and operators are viewers too', async () => {
    const both = await api.persona('dora', ['remit-administrators', 'remit-operators'], false);
    const { body } = await api.call('GET', '/api/me', { as: both });
    expect(body['roles']).toEqual(['viewer', 'operator', 'administrator']);
  });
});

describe('grants', () => {
  test.each(['/api/grants', '/api/grants/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/api/findings'])(
    '[PAPI-11] %s is for people with a role',
    async (path) => {
      expect(await api.call('GET', path, { as: eve })).toMatchObject({
        status: 403,
        body: { error: 'insufficient_scope', code: 'role_missing' },
      });
      expect((await api.call('GET', path, { as: vic })).status).not.toBe(403);
    },
  );

  test('[PAPI-11] are listed newest first, filtered, and page by page', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      api.exchange.pass(1);
      ids.push(await api.ask('two-people', { amount: count + 1 }));
    }
    await api.decide(ids[0] ?? '', ben, 'deny');
    const all = await list('task=two-people');
    expect(all.grants.map((grant) => grant['grantId'])).toEqual([...ids].reverse());
    expect(all.grants[0]).toMatchObject({ agent: 'billing-agent', status: 'pending', breakGlassUsed: false });
    const denied = await list('task=two-people&status=denied');
    expect(denied.grants.map((grant) => grant['grantId'])).toEqual([ids[0]]);
    const seen: unknown[] = [];
    let next = '';
    do {
      const page = await list(`agent=billing-agent&task=two-people&limit=2${next}`);
      expect(page.grants.length).toBeLessThanOrEqual(2);
      seen.push(...page.grants.map((grant) => grant['grantId']));
      next = page.next === undefined ? '' : `&next=${encodeURIComponent(page.next)}`;
    } while (next !== '');
    expect(seen).toEqual([...ids].reverse());
    const open = await list('status=pending');
    expect(open.grants.every((grant) => grant['status'] === 'pending')).toBe(true);
    const ended = await list('status=denied');
    expect(ended.grants.map((grant) => grant['grantId'])).toContain(ids[0]);
    expect((await list('from=2030-01-01T00:00:00Z')).grants).toEqual([]);
    expect((await list('agent=nobody')).grants).toEqual([]);
  });

  test.each([
    'status=open',
    'agent=../x',
    'agent=UPPER',
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1e2',
    'from=yesterday',
    'from=2026-11-24',
    'next=eyJncmFudElkIjoieCJ9',
    'task=a&task=b',
    'owner=ada',
  ])('[PAPI-11] ?%s is refused', async (query) => {
    expect(await api.call('GET', '/api/grants', { as: ben, query })).toMatchObject({
      status: 400,
      body: { code: 'query_malformed' },
    });
  });

  test('[PAPI-11] one is shown whole, with its story, and nothing that opens anything', async () => {
    const grantId = await api.ask('close-account', { amount: 99 });
    await api.decide(grantId, ben, 'approve', 'as agreed');
    const { status, body } = await api.call('GET', `/api/grants/${grantId}`, { as: vic });
    expect(status).toBe(200);
    expect(body['grant']).toMatchObject({
      grantId,
      status: 'approved',
      owner: { subject: 'ada' },
      facts: { parameters: { amount: 99 }, task: 'close-account' },
      approvals: [{ approver: { subject: 'ben' }, decision: 'approve', reason: 'as agreed' }],
    });
    const timeline = body['timeline'] as { what: string }[];
    expect(timeline.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['requested', 'ruled', 'approve']),
    );
    expect(JSON.stringify(body)).not.toMatch(/handleHash|taskToken|evidenceId|idToken|challenge/);
  });

  test.each(['01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x', '%00'])('[PAPI-11] %s is unknown', async (id) => {
    expect(await api.call('GET', `/api/grants/${id}`, { as: vic })).toMatchObject({
      status: 404,
      body: { code: 'request_unknown' },
    });
  });
});

test('[PAPI-11] findings are listed in a time', async () => {
  const none = await api.call('GET', '/api/findings', {
    as: ben,
    query: 'from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z',
  });
  expect(none).toMatchObject({ status: 200, body: { findings: [] } });
});
