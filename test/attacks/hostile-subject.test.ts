// Subjects that are no names: missing, numbers, empty, endless, with characters that nobody sees.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test.each([
  undefined,
  null,
  5,
  true,
  '',
  ['billing'],
  { name: 'billing' },
  'a'.repeat(513),
  'billing\u0000',
  'billing\nadmin',
  'bill\u202Eing',
  'bill\u200Bing',
  '\uFEFFbilling',
  'billing\u2028',
  'billing\u007F',
])('[VERIFY-14] sub %j is refused', async (sub) => {
  const scene = await setScene();
  await scene.expectRefused(scene.sign({ sub }), 'sub');
});

test.each(['a', 'a'.repeat(512), 'organization:acme:project:Default Project:run_phase:apply', 'ünïcode'])(
  '[VERIFY-14] sub %j is accepted',
  async (sub) => {
    const scene = await setScene();
    await scene.verify(await scene.sign({ sub }));
  },
);
