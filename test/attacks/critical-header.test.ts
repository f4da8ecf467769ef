// `crit` names extensions that a verifier must know; Remit knows none.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test.each([
  { crit: ['b64'], b64: false },
  { crit: ['b64'], b64: true },
  { crit: ['exp'] },
  { crit: ['unknown'], unknown: 1 },
  { crit: [] },
  { crit: 'b64' },
])('[VERIFY-6] %j is refused', async (header) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({}, header), 'header member');
});
