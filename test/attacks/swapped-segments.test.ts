// Parts of two honest tokens put together, and single claims changed under an honest signature.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';
import { base64url } from '../support/sign-jws.ts';

test('[VERIFY-18] claims and signature of different tokens do not verify', async () => {
  const scene = await setScene();
  const [header, payload] = (await scene.sign({ sub: 'admin' })).split('.');
  const [, , signature] = (await scene.sign({ sub: 'billing' })).split('.');
  await scene.expectRefused(`${header}.${payload}.${signature}`, 'signature');
});

test('[VERIFY-18] another subject under an honest signature does not verify', async () => {
  const scene = await setScene();
  const [header, , signature] = (await scene.sign()).split('.');
  const payload = base64url(JSON.stringify({ ...scene.claims(), sub: 'admin' }));
  await scene.expectRefused(`${header}.${payload}.${signature}`, 'signature');
});
