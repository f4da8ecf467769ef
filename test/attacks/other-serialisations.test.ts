// Tokens that are no compact JWS: other segment counts, the JSON serialisation, encrypted tokens.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test('[VERIFY-3] other numbers of segments are refused', async () => {
  const scene = await setScene();
  const [header, payload, signature] = (await scene.sign()).split('.');
  for (const parts of [
    [],
    [header],
    [header, payload],
    [header, payload, signature, signature],
    [header, payload, signature, '', ''],
    [header, '', payload, '', signature],
    [header, '', signature],
    ['', payload, signature],
  ]) {
    await scene.expectRefused(parts.join('.'), 'compact form');
  }
});

test('[VERIFY-3] the JSON serialisation is refused', async () => {
  const scene = await setScene();
  const [header, payload, signature] = (await scene.sign()).split('.');
  await scene.expectRefused(JSON.stringify({ protected: header, payload, signature }), 'compact form');
});

test.each(['null', '"text"', '5', '[]', 'true'])(
  '[VERIFY-3] claims that are %s are refused',
  async (payload) => {
    const scene = await setScene();
    await scene.expectRefused(scene.signRaw(payload), 'payload object');
  },
);

test.each(['null', '"text"', '5', '[]'])('[VERIFY-3] a header that is %s is refused', async (header) => {
  const scene = await setScene();
  await scene.expectRefused(scene.signRaw(JSON.stringify(scene.claims()), header), 'header object');
});

test.each(['', '{', '{"a":1,}', "{'a':1}", '{"a":1}{"b":2}', '{"a":01}', '{"a":NaN}', '{"a":1}//'])(
  '[VERIFY-3] claims that are %s are refused',
  async (payload) => {
    const scene = await setScene();
    await scene.expectRefused(scene.signRaw(payload), payload === '' ? 'compact form' : 'json syntax');
  },
);
