// Another kind of JWT, signed by the same keys, shown as a workload assertion.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

const FOREIGN = ['at+jwt', 'application/at+jwt', 'dpop+jwt', 'oauth-id-jag+jwt', 'wit+jwt', 'wpt+jwt'];

test.each([
  ...FOREIGN,
  'txntoken+jwt',
  'logout+jwt',
  'client-authentication+jwt',
  'JWE',
  '',
  5,
  ['JWT'],
  null,
])('[VERIFY-7] typ %j is refused', async (typ) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({}, { typ }), 'typ');
});

test.each(['aws-sts', 'github', 'gitlab', 'google', 'entra'] as const)(
  '[VERIFY-7] %s always says its type',
  async (kind) => {
    const scene = await setScene({ kind });
    await scene.expectRefused(scene.sign({}, { typ: undefined }), 'typ');
    await scene.expectRefused(scene.sign({}, { typ: 'JOSE' }), 'typ');
  },
);

test('[VERIFY-7] SPIFFE may say JOSE or nothing, and Kubernetes nothing', async () => {
  const spiffe = await setScene({ kind: 'spiffe' });
  for (const typ of ['JWT', 'JOSE', undefined]) await spiffe.verify(await spiffe.sign({}, { typ }));
  await spiffe.expectRefused(spiffe.sign({}, { typ: 'wit+jwt' }), 'typ');
  const kubernetes = await setScene({ kind: 'kubernetes' });
  for (const typ of ['JWT', undefined]) await kubernetes.verify(await kubernetes.sign({}, { typ }));
});
