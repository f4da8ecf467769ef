// A token for us and for somebody else: whoever is the other can show it here.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

const OURS = 'https://broker.acme.dev';

test.each([
  [[OURS, 'https://other.dev']],
  [['https://other.dev', OURS]],
  [[OURS, OURS]],
  [[OURS, 5]],
  [[[OURS]]],
  [`${OURS}/`],
  [OURS.toUpperCase()],
  [`${OURS} `],
  [`${OURS} https://other.dev`],
  ['https://broker.acme.dev.attacker.dev'],
  ['sts.amazonaws.com'],
])('[VERIFY-12] aud %j is refused', async (aud) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({ aud }), 'aud');
});

test('[VERIFY-12] our audience alone is accepted, plain or as a list of one', async () => {
  const scene = await setScene();
  await scene.verify(await scene.sign({ aud: OURS }));
  await scene.verify(await scene.sign({ aud: [OURS] }));
});
