// The token chooses its algorithm: none, in any spelling, an HMAC keyed with the public key, or one of another issuer.

import { createHmac, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Scene, setScene } from '../support/attack.ts';
import { refusalOf } from '../support/requests.ts';
import { base64url } from '../support/sign-jws.ts';

function withHeader(scene: Scene, alg: string): string {
  const kid = scene.keySet.keys[0]?.['kid'];
  return `${base64url(JSON.stringify({ alg, kid, typ: 'JWT' }))}.${base64url(JSON.stringify(scene.claims()))}`;
}

test.each(['none', 'None', 'nOnE', 'NONE', ''])('[VERIFY-5] alg %j is refused', async (alg) => {
  const scene = await setScene();
  await scene.expectRefused(`${withHeader(scene, alg)}.${base64url('x')}`, 'alg');
});

test('[VERIFY-3] alg none with an empty signature is no token', async () => {
  const scene = await setScene();
  await scene.expectRefused(`${withHeader(scene, 'none')}.`, 'compact form');
});

test('[VERIFY-5] an HMAC with the public key as its secret is refused', async () => {
  const scene = await setScene({ algorithm: 'RS256' });
  const jwk = scene.keySet.keys[0];
  const secret = createPublicKey({ key: jwk ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const input = withHeader(scene, 'HS256');
  const mac = createHmac('sha256', secret).update(input).digest('base64url');
  await scene.expectRefused(`${input}.${mac}`, 'alg');
});

test('[VERIFY-5] an HMAC is refused even where the catalog lists it', async () => {
  const scene = await setScene();
  const issuers = [{ ...scene.config, algorithms: ['HS256'] }];
  const input = withHeader(scene, 'HS256');
  const mac = createHmac('sha256', 'secret').update(input).digest('base64url');
  expect(await refusalOf(scene.verify(`${input}.${mac}`, { issuers }))).toMatchObject({ detail: 'alg' });
});

test('[VERIFY-5] an algorithm that fits the key but is not listed is refused', async () => {
  const scene = await setScene({ algorithm: 'RS256' });
  await scene.expectRefused(scene.sign({}, { alg: 'PS256' }), 'alg');
  await scene.expectRefused(scene.sign({}, { alg: 'rs256' }), 'alg');
});

test('[VERIFY-5] a key of the issuer is not used with its other algorithm', async () => {
  const scene = await setScene({ algorithm: 'RS256' });
  const issuers = [{ ...scene.config, algorithms: ['RS256', 'PS256'] }];
  const token = await scene.sign({}, { alg: 'PS256' });
  expect(await refusalOf(scene.verify(token, { issuers }))).toMatchObject({ detail: 'key' });
});

test('[VERIFY-5] a key source that hands out a key of another algorithm is not believed', async () => {
  const scene = await setScene();
  const keys = {
    find: async () => {
      const key = await scene.keys.find(scene.config, { alg: 'ES256' });
      return key && { ...key, algorithm: 'ES384' };
    },
  };
  expect(await refusalOf(scene.verify(await scene.sign(), { keys }))).toMatchObject({
    detail: 'key algorithm',
  });
});

test.each([undefined, null, 5, ['ES256'], { ES256: true }])('[VERIFY-5] alg %j is refused', async (alg) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({}, { alg }), 'alg');
});
