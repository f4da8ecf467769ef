// The token brings the key that it was signed with.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';
import { makeKey } from '../support/issuer.ts';
import { signJws } from '../support/sign-jws.ts';

test('[VERIFY-6] a key in the header is refused', async () => {
  const scene = await setScene();
  const attacker = makeKey('ES256');
  const header = JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: attacker.jwk['kid'], jwk: attacker.jwk });
  const token = signJws({ header, payload: JSON.stringify(scene.claims()) }, attacker.privateKey, 'ES256');
  await scene.expectRefused(token, 'header member');
});

test('[VERIFY-6] even the right key in the header is refused', async () => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({}, { jwk: scene.keySet.keys[0] }), 'header member');
});

test('[VERIFY-18] a key of the attacker under the right key id does not verify', async () => {
  const scene = await setScene();
  const { privateKey } = makeKey('ES256');
  const header = JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: scene.keySet.keys[0]?.['kid'] });
  const token = signJws({ header, payload: JSON.stringify(scene.claims()) }, privateKey, 'ES256');
  await scene.expectRefused(token, 'signature');
});
