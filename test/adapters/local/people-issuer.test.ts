import type { Server } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import { createGateway, type Mount } from '../../../src/adapters/local/gateway.ts';
import { closeServer, listenLoopback } from '../../../src/adapters/local/listen.ts';
import { peopleIssuerMount } from '../../../src/adapters/local/people-issuer.ts';
import { PERSONAS } from '../../../src/adapters/local/personas.ts';
import { signIn } from '../../../src/adapters/local/sign-in.ts';
import { SHIPPED } from '../../support/catalog-directory.ts';

let server: Server;
let port: number;
let broker: string;

beforeAll(async () => {
  const mounts: Mount[] = [];
  const routes = [{ routeKey: 'GET /api/config', handler: async () => ({ statusCode: 204 }) }];
  server = createGateway({ routes, mounts, clock: () => new Date() });
  port = await listenLoopback(server, { port: 0, variable: 'REMIT_PORT' });
  broker = `http://localhost:${port}`;
  mounts.push(peopleIssuerMount(broker));
});
afterAll(() => closeServer(server));

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${broker}${path}`, { redirect: 'manual', ...init });

function authorize(changes: Record<string, string | undefined> = {}): Promise<Response> {
  const asked = {
    client_id: 'remit-console',
    redirect_uri: `${broker}/console/`,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'abcdefgh',
    ...changes,
  };
  const kept = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return ask(`/people/auth?${new URLSearchParams(kept)}`);
}

async function openPicker() {
  const started = await authorize();
  const location = started.headers.get('location') ?? '';
  const cookie = started.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  return { path: location.replace(broker, ''), cookie };
}

test('[LOCAL-31] [LOCAL-32] every persona gets an ID token that a stock library verifies', async () => {
  const keys = createRemoteJWKSet(new URL(`${broker}/people/jwks`));
  for (const { id, subject, name, groups } of PERSONAS) {
    const { payload, protectedHeader } = await jwtVerify(await signIn(broker, id), keys, {
      issuer: `${broker}/people`,
      audience: 'remit-console',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({ sub: subject, name, groups });
    expect(payload.aud).toBe('remit-console');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    expect(protectedHeader.alg).toBe('ES256');
  }
});

test('[LOCAL-31] nobody but its personas can be picked', async () => {
  for (const stranger of ['nobody', '', '__proto__', 'ada '])
    await expect(signIn(broker, stranger)).rejects.toThrow(/answered 400/);
});

test.each([
  ['another client', () => ({ client_id: 'another' })],
  ['a page of another origin', () => ({ redirect_uri: 'http://localhost:1/console/' })],
  ['another path of this origin', () => ({ redirect_uri: `${broker}/api/config` })],
])('[LOCAL-31] a code is never sent to %s', async (_, changes) => {
  const answer = await authorize(changes());
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
});

test.each([
  ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
  ['with the plain method', { code_challenge_method: 'plain' }],
  ['for a token in the address', { response_type: 'id_token', nonce: 'abcdefgh' }],
])('[LOCAL-31] a sign-in %s is refused', async (_, changes) => {
  const answer = await authorize(changes);
  expect(answer.headers.get('location') ?? '').not.toContain('/interaction/');
  expect(answer.headers.get('location') ?? '').not.toContain('code=');
});

test('[LOCAL-33] the page has a name, one button a persona, and a policy that lets nothing else in', async () => {
  const { path, cookie } = await openPicker();
  const page = await ask(path, { headers: { cookie } });
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).toContain('<html lang="en">');
  expect(html.match(/<button /g)).toHaveLength(PERSONAS.length);
  expect(html).not.toMatch(/<script|src=|href="http|\son[a-z]+=/);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  // "no-referrer" would make browsers send the form with "Origin: null"
  expect(page.headers.get('referrer-policy')).toBe('same-origin');
});

test('[LOCAL-33] a sign-in belongs to the browser that began it', async () => {
  const { path } = await openPicker();
  const other = await openPicker();
  for (const cookie of ['', other.cookie]) {
    const answer = await ask(path, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'persona=ada',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  }
});

test('[LOCAL-19] pages of other origins cannot use the identity provider', async () => {
  const { path, cookie } = await openPicker();
  for (const headers of [
    { origin: 'http://localhost:1' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    const answer = await ask(path, {
      method: 'POST',
      headers: { cookie, ...headers },
      body: new URLSearchParams({ persona: 'ada' }),
    });
    expect(answer.status).toBe(403);
  }
});

test('it is found under its one name, whatever loopback address was typed', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/people/auth?x=1`, { redirect: 'manual' });
  expect(answer.status).toBe(307);
  expect(answer.headers.get('location')).toBe(`${broker}/people/auth?x=1`);
});

test('a form that is much too large is refused', async () => {
  const { path, cookie } = await openPicker();
  const answer = await ask(path, {
    method: 'POST',
    headers: { cookie },
    body: 'persona='.padEnd(100_000, 'a'),
  });
  expect(answer.status).toBe(400);
});

test('[LOCAL-40] the personas can play every part that the shipped tasks have for people, beside the owner', () => {
  const { catalog } = readCatalog(SHIPPED);
  const rules = catalog?.tasks.map(({ approval }) => approval) ?? [];
  const carrying = (group: string) => PERSONAS.filter(({ groups }) => groups.includes(group));
  expect(rules.some(({ breakGlass }) => breakGlass !== undefined)).toBe(true);
  for (const { approvers, breakGlass, escalateTo, quorum } of rules) {
    if (approvers.length === 0) continue;
    const deciding = new Set(approvers.flatMap(carrying));
    // one of them may own the agent
    expect(deciding.size, approvers.join(' ')).toBeGreaterThan(quorum);
    for (const group of [...escalateTo, ...(breakGlass === undefined ? [] : [breakGlass])])
      expect(carrying(group), group).not.toEqual([]);
  }
});
