// A byte order mark, or another encoding altogether, before the JSON.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test('[VERIFY-15] a byte order mark before the claims is refused', async () => {
  const scene = await setScene();
  await scene.expectRefused(scene.signRaw(`\uFEFF${JSON.stringify(scene.claims())}`), 'json syntax');
});

test('[VERIFY-15] a byte order mark before the header is refused', async () => {
  const scene = await setScene();
  const token = scene.signRaw(JSON.stringify(scene.claims()), '\uFEFF{"alg":"ES256","typ":"JWT"}');
  await scene.expectRefused(token, 'json syntax');
});

test('[VERIFY-15] UTF-16 is refused', async () => {
  const scene = await setScene();
  await scene.expectRefused(
    scene.signRaw(Buffer.from(JSON.stringify(scene.claims()), 'utf16le')),
    'json syntax',
  );
});
