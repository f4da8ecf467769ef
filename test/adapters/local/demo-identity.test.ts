import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createDemoIdentity } from '../../../src/adapters/local/demo-identity.ts';
import { type GatewayRequest, toEvent } from '../../../src/adapters/local/gateway-event.ts';
import type { Catalog } from '../../../src/core/model.ts';

const issuerUrl = 'http://localhost:8787/demo';
const now = new Date('2026-11-24T00:00:00Z');
const agent = (id: string) => ({
  id,
  owner: { issuer: 'https://idp.example', subject: 'ann' },
  purpose: 'p',
  environment: 'prod',
  groups: [],
  reviewBy: '2027-01-01',
  bindings: [
    { issuer: 'https://elsewhere.example', subject: 'someone' },
    { issuer: issuerUrl, subject: `agent:${id}` },
  ],
});
const catalog: Catalog = {
  digest: `sha256:${'0'.repeat(64)}`,
  issuers: [
    {
      name: 'demo',
      kind: 'oidc',
      issuer: issuerUrl,
      audience: 'here',
      algorithms: ['ES256'],
      maxLifetimeSeconds: 120,
      replay: 'single-use',
    },
  ],
  agents: [agent('bot'), { ...agent('stranger'), bindings: [] }],
  tasks: [],
  policies: [],
  resourceServers: [{ name: 'tools', bindings: [{ issuer: issuerUrl, subject: 'server:tools' }], tasks: [] }],
  runtimeAssignableGroups: [],
};
const demo = createDemoIdentity({ catalog, issuerUrl, clock: () => now });

async function get(path: string, rawQuery = '') {
  const route = demo.routes.find(({ routeKey }) => routeKey === `GET ${path}`);
  const request: GatewayRequest = {
    method: 'GET',
    rawPath: path,
    rawQuery,
    headers: { host: 'localhost:8787' },
    body: Buffer.alloc(0),
    sourceAddress: '127.0.0.1',
    receivedAt: now,
  };
  const result = await route?.handler(toEvent(request, { routeKey: route.routeKey, pathParameters: {} }));
  if (typeof result !== 'object' || !('body' in result)) throw new Error('no answer');
  return { status: result.statusCode, body: JSON.parse(result.body ?? '') as Record<string, unknown> };
}

describe('the demo issuer', () => {
  it('signs what the catalog expects of it: issuer, audience, subject, lifetime [LOCAL-24]', async () => {
    const keys = createLocalJWKSet(
      (await get('/demo/.well-known/jwks.json')).body as unknown as JSONWebKeySet,
    );
    for (const [name, subject] of [
      ['bot', 'agent:bot'],
      ['server:tools', 'server:tools'],
    ] as const) {
      const { payload } = await jwtVerify(await demo.assertion(name), keys, {
        issuer: issuerUrl,
        audience: 'here',
        subject,
        algorithms: ['ES256'],
        currentDate: now,
      });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    }
  });

  it('never signs for a binding of another issuer, nor for a name that is not catalogued', async () => {
    for (const name of ['stranger', 'someone', 'tools', 'agent:bot', '']) {
      await expect(demo.assertion(name)).rejects.toThrow(/bot/);
      expect((await get('/dev/assertion', `agent=${encodeURIComponent(name)}`)).status).toBe(404);
    }
    expect((await get('/dev/assertion')).status).toBe(400);
  });

  it('publishes the public half of its key only', async () => {
    const { body } = await get('/demo/.well-known/jwks.json');
    expect((body['keys'] as object[]).map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ]);
  });

  it('cannot be made for a catalog that does not have it', () => {
    expect(() =>
      createDemoIdentity({ catalog: { ...catalog, issuers: [] }, issuerUrl, clock: () => now }),
    ).toThrow();
  });
});
