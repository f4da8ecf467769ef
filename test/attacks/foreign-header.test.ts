// Header members that make a verifier fetch, inflate or read something else.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test.each([
  ['jku', 'https://attacker.dev/jwks.json'],
  ['x5u', 'https://attacker.dev/cert.pem'],
  ['x5c', ['MIIB']],
  ['x5t', 'AAAA'],
  ['x5t#S256', 'AAAA'],
  ['zip', 'DEF'],
  ['enc', 'A256GCM'],
  ['cty', 'JWT'],
  ['b64', false],
  ['nonce', 'abc'],
  ['toString', 1],
])('[VERIFY-6] %s is refused', async (name, value) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({}, { [name]: value }), 'header member');
});

test('[VERIFY-6] x5t stands in the headers of Entra and GitHub, and means nothing', async () => {
  for (const kind of ['entra', 'github'] as const) {
    const scene = await setScene({ kind });
    await scene.verify(await scene.sign({}, { x5t: 'hOBcHZi846VCHTJbmIhOzB3Xu1o' }));
  }
});
