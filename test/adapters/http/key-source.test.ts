// Where keys come from, how long they are kept, and what happens when the issuer cannot be reached.

import { describe, expect, test } from 'vitest';
import {
  createKeySource,
  KEY_FETCH_COOLDOWN_SECONDS,
  KEYS_FRESH_SECONDS,
  KEYS_USABLE_SECONDS,
} from '../../../src/adapters/http/key-source.ts';
import type { Issuer } from '../../../src/core/model.ts';
import { keySourceContract } from '../../contracts/key-source.ts';
import { createTestIssuer, makeKey, memoryKeys } from '../../support/issuer.ts';
import { countingFetch } from '../../support/key-server.ts';
import { refusalOf } from '../../support/requests.ts';

const DISCOVERY = 'https://login.acme.dev/.well-known/openid-configuration';
const JWKS = 'https://keys.acme.dev/jwks.json';
const TROUBLE = () => {
  throw new TypeError('fetch failed');
};

async function setUp(change: Partial<Issuer> = {}) {
  const { config, keySet } = await createTestIssuer({ kind: 'oidc' });
  const issuer = { ...config, ...change };
  const network = countingFetch({
    [DISCOVERY]: { issuer: config.issuer, jwks_uri: JWKS },
    [JWKS]: keySet,
  });
  const time = { now: new Date('2026-11-24T10:00:00.000Z') };
  const source = createKeySource({ clock: () => time.now, fetch: network.fetch });
  return {
    ...network,
    source,
    issuer,
    kid: String(keySet.keys[0]?.['kid']),
    find: (kid?: string) => source.find(issuer, { alg: 'ES256', ...(kid !== undefined && { kid }) }),
    pass: (seconds: number) => {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
  };
}

keySourceContract('in memory, for tests', memoryKeys);
keySourceContract('over discovery', ({ issuer }, keySet) => {
  const { fetch } = countingFetch({ [DISCOVERY]: { issuer, jwks_uri: JWKS }, [JWKS]: keySet });
  return createKeySource({ clock: () => new Date(), fetch });
});

describe('keys come', () => {
  test('[KEYS-1] from discovery below the issuer, whole and once', async () => {
    const { find, kid, asked } = await setUp();
    expect(await find(kid)).toMatchObject({ kid, algorithm: 'ES256' });
    await find(kid);
    expect(asked).toEqual([DISCOVERY, JWKS]);
  });

  test('[KEYS-1] from the configured address without discovery', async () => {
    const { find, kid, asked } = await setUp({ jwksUri: JWKS });
    expect(await find(kid)).toBeDefined();
    expect(asked).toEqual([JWKS]);
  });

  test('[KEYS-1] with the slash of the issuer counted once', async () => {
    const { find, kid, asked, answer, issuer } = await setUp({ issuer: 'https://login.acme.dev/' });
    answer(DISCOVERY, { issuer: issuer.issuer, jwks_uri: JWKS });
    expect(await find(kid)).toBeDefined();
    expect(asked[0]).toBe(DISCOVERY);
  });

  test('[KEYS-1] for each issuer on its own', async () => {
    const { source, issuer, kid, answer } = await setUp();
    const other = { ...issuer, issuer: 'https://other.acme.dev' };
    answer('https://other.acme.dev/.well-known/openid-configuration', {
      issuer: other.issuer,
      jwks_uri: 'https://other.acme.dev/jwks.json',
    });
    answer('https://other.acme.dev/jwks.json', { keys: [makeKey('ES256').jwk] });
    expect(await source.find(issuer, { kid, alg: 'ES256' })).toBeDefined();
    expect(await source.find(other, { kid, alg: 'ES256' })).toBeUndefined();
  });
});

describe('keys are kept', () => {
  test('[KEYS-6] while they are fresh, then fetched again', async () => {
    const { find, kid, asked, pass } = await setUp();
    await find(kid);
    pass(KEYS_FRESH_SECONDS - 1);
    await find(kid);
    expect(asked).toHaveLength(2);
    pass(1);
    await find(kid);
    expect(asked).toHaveLength(4);
  });

  test('[KEYS-6] not for ever because the clock was set back', async () => {
    const { find, kid, asked, pass } = await setUp();
    await find(kid);
    pass(-86_400);
    await find(kid);
    expect(asked).toHaveLength(4);
  });

  test('[KEYS-11] a new key is found as soon as somebody shows it', async () => {
    const { find, kid, answer, pass } = await setUp();
    await find(kid);
    const { jwk } = makeKey('ES256');
    answer(JWKS, { keys: [jwk] });
    pass(KEY_FETCH_COOLDOWN_SECONDS);
    expect(await find(String(jwk['kid']))).toBeDefined();
    expect(await find(kid)).toBeUndefined();
  });

  test('[KEYS-11] a withdrawn key is gone when the set is next read', async () => {
    const { find, kid, answer, pass } = await setUp();
    await find(kid);
    answer(JWKS, { keys: [makeKey('ES256').jwk] });
    expect(await find(kid)).toBeDefined();
    pass(KEYS_FRESH_SECONDS);
    expect(await find(kid)).toBeUndefined();
  });

  test('[KEYS-11] an emptied set withdraws every key', async () => {
    const { find, kid, answer, pass } = await setUp();
    await find(kid);
    answer(JWKS, { keys: [] });
    pass(KEYS_FRESH_SECONDS);
    expect((await refusalOf(find(kid))).code).toBe('issuer_unavailable');
  });
});

describe('an outage', () => {
  test('[KEYS-7] is survived by the last good keys for an hour, and not longer', async () => {
    const { find, kid, answer, pass } = await setUp();
    await find(kid);
    answer(DISCOVERY, TROUBLE);
    pass(KEYS_USABLE_SECONDS - 1);
    expect(await find(kid)).toBeDefined();
    pass(1);
    const refusal = await refusalOf(find(kid));
    expect(refusal).toMatchObject({
      code: 'issuer_unavailable',
      retryAfterSeconds: KEY_FETCH_COOLDOWN_SECONDS,
    });
  });

  test('[KEYS-7] ends when the issuer is back', async () => {
    const { find, kid, answer, pass, issuer } = await setUp();
    answer(DISCOVERY, TROUBLE);
    expect((await refusalOf(find(kid))).code).toBe('issuer_unavailable');
    answer(DISCOVERY, { issuer: issuer.issuer, jwks_uri: JWKS });
    pass(KEY_FETCH_COOLDOWN_SECONDS);
    expect(await find(kid)).toBeDefined();
    expect(await find('unknown')).toBeUndefined();
  });

  test('[KEYS-7] makes an unknown key unavailable, not unknown', async () => {
    const { find, kid, answer, pass } = await setUp();
    await find(kid);
    answer(JWKS, TROUBLE);
    pass(KEY_FETCH_COOLDOWN_SECONDS);
    expect((await refusalOf(find('new'))).code).toBe('issuer_unavailable');
    expect(await find(kid)).toBeDefined();
  });

  test('[KEYS-8] is asked about once per cooldown', async () => {
    const { find, kid, answer, asked, pass } = await setUp();
    answer(DISCOVERY, TROUBLE);
    for (let attempt = 0; attempt < 20; attempt++) await refusalOf(find(kid));
    expect(asked).toHaveLength(1);
    pass(KEY_FETCH_COOLDOWN_SECONDS);
    await refusalOf(find(kid));
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['a 500', () => new Response('{}', { status: 500 })],
    ['a 204', () => new Response(null, { status: 204 })],
    ['HTML', () => new Response('<html>')],
    ['no list of keys', { keys: {} }],
    ['a list', []],
    ['too many keys', { keys: Array.from({ length: 101 }, () => ({})) }],
    ['a set with duplicate members', () => new Response('{"keys":[],"keys":[]}')],
  ])('[KEYS-3] %s is no key set', async (_, value) => {
    const { find, kid, answer } = await setUp();
    answer(JWKS, value);
    const refusal = await refusalOf(find(kid));
    expect(refusal.code).toBe('issuer_unavailable');
    expect(refusal.detail).toMatch(/^keys: /);
  });
});

test('[KEYS-5] a hundred misses at once share one fetch', async () => {
  const { find, kid, asked } = await setUp();
  const found = await Promise.all(Array.from({ length: 100 }, () => find(kid)));
  expect(found.every((key) => key !== undefined)).toBe(true);
  expect(asked).toEqual([DISCOVERY, JWKS]);
});
