// A token for nobody in particular, or a configuration that forgot for whom.

import { expect, test } from 'vitest';
import type { Issuer } from '../../src/core/model.ts';
import { setScene } from '../support/attack.ts';
import { refusalOf } from '../support/requests.ts';

test.each([undefined, null, '', [], [[]], {}, 5, true])('[VERIFY-12] aud %j is refused', async (aud) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({ aud }), 'aud');
});

test.each([
  ['', ''],
  [undefined, undefined],
])('[VERIFY-25] an issuer with audience %j accepts nothing', async (audience, aud) => {
  const scene = await setScene();
  const issuers = [{ ...scene.config, audience } as unknown as Issuer];
  const refusal = await refusalOf(scene.verify(await scene.sign({ aud }), { issuers }));
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'audience is configured' });
});

test.each([Number.NaN, -1, 0, undefined])(
  '[VERIFY-25] a lifetime cap of %j accepts nothing',
  async (maxLifetimeSeconds) => {
    const scene = await setScene();
    const issuers = [{ ...scene.config, maxLifetimeSeconds } as unknown as Issuer];
    const refusal = await refusalOf(scene.verify(await scene.sign(), { issuers }));
    expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'lifetime' });
  },
);

test('[VERIFY-25] without issuers or algorithms nothing is accepted', async () => {
  const scene = await setScene();
  const token = await scene.sign();
  expect(await refusalOf(scene.verify(token, { issuers: [] }))).toMatchObject({ detail: 'issuer' });
  const issuers = [{ ...scene.config, algorithms: [] }];
  expect(await refusalOf(scene.verify(token, { issuers }))).toMatchObject({ detail: 'alg' });
});
