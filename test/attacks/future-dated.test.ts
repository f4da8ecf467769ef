// A token made for later: kept back, shown when nobody looks any more.

import { test } from 'vitest';
import { seconds, setScene } from '../support/attack.ts';

test('[VERIFY-11] a token of the next hour is refused', async () => {
  const scene = await setScene();
  const iat = seconds(scene.now, 3600);
  await scene.expectRefused(scene.sign({ iat, exp: iat + 60 }), 'iat in the future');
});

test('[VERIFY-11] nbf counts, with 30 seconds for clocks', async () => {
  const scene = await setScene();
  await scene.verify(await scene.sign({ nbf: seconds(scene.now, 30) }));
  await scene.expectRefused(scene.sign({ nbf: seconds(scene.now, 31) }), 'nbf in the future');
  await scene.verify(await scene.sign({ nbf: seconds(scene.now, -900) }));
});

test.each([null, '0', 1.5, [], true])('[VERIFY-11] nbf %j is refused', async (nbf) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({ nbf }), 'nbf');
});
