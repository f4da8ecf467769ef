// A token that expires, but not in our time: numbers beyond reading, years, fractions.

import { expect, test } from 'vitest';
import { seconds, setScene } from '../support/attack.ts';
import { refusalOf } from '../support/requests.ts';

test.each(['1e999', '-1e999'])('[VERIFY-11] exp %s is refused', async (exp) => {
  const scene = await setScene();
  const payload = JSON.stringify({ ...scene.claims(), exp: 0 }).replace('"exp":0', `"exp":${exp}`);
  await scene.expectRefused(scene.signRaw(payload), 'json number');
});

test.each([1e300, 9007199254740994, 253402300800, 1795600000.5, -1, 0])(
  '[VERIFY-11] exp %d is refused',
  async (exp) => {
    const scene = await setScene();
    await scene.expectRefused(scene.sign({ exp }), 'exp');
  },
);

test('[VERIFY-10] ten years are refused, and one second over the cap', async () => {
  const scene = await setScene();
  const iat = seconds(scene.now);
  await scene.expectRefused(scene.sign({ iat, exp: iat + 315_360_000 }), 'lifetime');
  await scene.expectRefused(scene.sign({ iat, exp: iat + 3601 }), 'lifetime');
  await scene.verify(await scene.sign({ iat, exp: iat + 3600 }));
});

test('[VERIFY-10] dating a token ahead does not make it live longer', async () => {
  const scene = await setScene();
  const iat = seconds(scene.now, 30);
  await scene.verify(await scene.sign({ iat, exp: iat + 3600 }));
  await scene.expectRefused(scene.sign({ iat: iat + 1, exp: iat + 3600 }), 'iat in the future');
});

test('[VERIFY-10] the kind caps what the catalog forgot to', async () => {
  const scene = await setScene({ kind: 'kubernetes' });
  const issuers = [{ ...scene.config, maxLifetimeSeconds: Number.MAX_SAFE_INTEGER }];
  const iat = seconds(scene.now);
  const refusal = await refusalOf(
    scene.verify(await scene.sign({ iat, exp: iat + 31_536_000 }), { issuers }),
  );
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'lifetime' });
});

test('[VERIFY-11] an expiry before the issue is refused', async () => {
  const scene = await setScene();
  const iat = seconds(scene.now, 20);
  await scene.expectRefused(scene.sign({ iat, exp: iat - 1 }), 'exp before iat');
});
