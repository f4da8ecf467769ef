// A discovery document that speaks for another issuer, or points to keys that nobody should trust.

import { expect, test } from 'vitest';
import { createKeySource } from '../../src/adapters/http/key-source.ts';
import { createTestIssuer } from '../support/issuer.ts';
import { countingFetch } from '../support/key-server.ts';
import { refusalOf } from '../support/requests.ts';

const DISCOVERY = 'https://login.acme.dev/.well-known/openid-configuration';
const JWKS = 'https://keys.acme.dev/jwks.json';
const ISSUER = 'https://login.acme.dev';

async function outcome(document: unknown) {
  const { config, keySet } = await createTestIssuer({ kind: 'oidc' });
  const attackersKeys = { 'http://keys.acme.dev/jwks.json': keySet, 'https://10.0.0.1/jwks': keySet };
  const network = countingFetch({ [DISCOVERY]: document, [JWKS]: keySet, ...attackersKeys });
  const source = createKeySource({ clock: () => new Date(), fetch: network.fetch });
  return { asked: network.asked, found: source.find(config, { alg: 'ES256' }) };
}

test('[KEYS-1] the honest document leads to the key', async () => {
  const { found } = await outcome({ issuer: ISSUER, jwks_uri: JWKS });
  expect(await found).toBeDefined();
});

test.each([
  { issuer: 'https://attacker.dev', jwks_uri: JWKS },
  { issuer: `${ISSUER}/`, jwks_uri: JWKS },
  { issuer: [ISSUER], jwks_uri: JWKS },
  { jwks_uri: JWKS },
  { issuer: ISSUER },
  { issuer: ISSUER, jwks_uri: [JWKS] },
  [],
  'text',
])('[KEYS-1] %j is not believed, and no keys are fetched', async (document) => {
  const { found, asked } = await outcome(document);
  expect((await refusalOf(found)).code).toBe('issuer_unavailable');
  expect(asked).toEqual([DISCOVERY]);
});

test.each([
  'http://keys.acme.dev/jwks.json',
  'http://localhost/jwks.json',
  'https://localhost/jwks.json',
  'https://127.0.0.1/jwks.json',
  'https://10.0.0.1/jwks',
  'https://169.254.169.254/latest/meta-data',
  'https://[::1]/jwks.json',
  'https://[::ffff:10.0.0.1]/jwks',
  'https://2130706433/jwks',
  'https://0x7f.1/jwks',
  'https://metadata/jwks',
  'https://keys.localhost/jwks',
  'https://localhost./jwks',
  'https://user:secret@keys.acme.dev/jwks.json',
  'https://keys.acme.dev/jwks.json#here',
  'file:///etc/passwd',
  'data:application/json,{"keys":[]}',
  '//keys.acme.dev/jwks.json',
  'jwks.json',
  '',
])('[KEYS-2] keys at %s are not fetched', async (address) => {
  const { found, asked } = await outcome({ issuer: ISSUER, jwks_uri: address });
  expect((await refusalOf(found)).code).toBe('issuer_unavailable');
  expect(asked).toEqual([DISCOVERY]);
});

test('[KEYS-2] an http issuer on another machine is not asked, even in local mode', async () => {
  const { config } = await createTestIssuer({ kind: 'oidc', issuer: 'http://login.acme.dev' });
  const network = countingFetch({});
  const source = createKeySource({ clock: () => new Date(), fetch: network.fetch, allowLoopback: true });
  expect((await refusalOf(source.find(config, { alg: 'ES256' }))).code).toBe('issuer_unavailable');
  expect(network.asked).toEqual([]);
});
