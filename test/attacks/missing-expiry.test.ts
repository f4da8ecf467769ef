// A token that never expires.

import { test } from 'vitest';
import { seconds, setScene } from '../support/attack.ts';

test.each([undefined, null, '', '1795600000', true, [1795600000], {}])(
  '[VERIFY-10] exp %j is refused',
  async (exp) => {
    const scene = await setScene();
    await scene.expectRefused(scene.sign({ exp }), 'exp');
  },
);

test.each([undefined, null, '1795500000'])('[VERIFY-10] iat %j is refused', async (iat) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({ iat }), 'iat');
});

test('[VERIFY-10] a JWT-SVID may leave iat out, and then its expiry is capped from now', async () => {
  const scene = await setScene({ kind: 'spiffe' });
  await scene.verify(await scene.sign({ iat: undefined, exp: seconds(scene.now, 3600) }));
  await scene.expectRefused(scene.sign({ iat: undefined, exp: seconds(scene.now, 3601) }), 'lifetime');
});

test('[VERIFY-10] an expired token is refused, with 30 seconds for clocks', async () => {
  const scene = await setScene();
  const times = (exp: number) => ({ iat: seconds(scene.now, -300), exp: seconds(scene.now, exp) });
  await scene.verify(await scene.sign(times(-29)));
  await scene.expectRefused(scene.sign(times(-30)), 'expired');
  await scene.expectRefused(scene.sign(times(-3600)), 'expired');
});
