// A flood of tokens with invented key ids, to make Remit hammer the issuer for the attacker.

import { expect, test } from 'vitest';
import { createKeySource, KEY_FETCH_COOLDOWN_SECONDS } from '../../src/adapters/http/key-source.ts';
import { seconds, setScene } from '../support/attack.ts';
import { countingFetch } from '../support/key-server.ts';
import { refusalOf } from '../support/requests.ts';

test('[KEYS-4] a thousand unknown key ids cause one fetch per cooldown', async () => {
  const scene = await setScene();
  const jwksUri = 'https://keys.acme.dev/jwks.json';
  const network = countingFetch({ [jwksUri]: scene.keySet });
  const time = { now: scene.now };
  const keys = createKeySource({ clock: () => time.now, fetch: network.fetch });
  const trust = { issuers: [{ ...scene.config, jwksUri }], keys };
  const flood = async (count: number) => {
    const tokens = Array.from({ length: count }, (_, kid) => scene.sign({}, { kid: `unknown-${kid}` }));
    const codes = tokens.map(async (token) => (await refusalOf(scene.verify(await token, trust))).code);
    expect(new Set(await Promise.all(codes))).toEqual(new Set(['assertion_rejected']));
  };
  await flood(500);
  await flood(500);
  expect(network.asked).toHaveLength(1);

  time.now = new Date(time.now.getTime() + KEY_FETCH_COOLDOWN_SECONDS * 1000);
  await flood(500);
  expect(network.asked).toHaveLength(2);
  // and the honest go on being served
  await scene.verify(await scene.sign({ exp: seconds(scene.now, 300) }), trust);
  expect(network.asked).toHaveLength(2);
});

test('[KEYS-4] tokens of issuers that nobody listed cause no fetch at all', async () => {
  const scene = await setScene();
  const network = countingFetch({});
  const keys = createKeySource({ clock: () => scene.now, fetch: network.fetch });
  for (let count = 0; count < 50; count++) {
    const token = await scene.sign({ iss: `https://attacker-${count}.dev` });
    expect((await refusalOf(scene.verify(token, { keys }))).detail).toBe('issuer');
  }
  expect(network.asked).toEqual([]);
});
