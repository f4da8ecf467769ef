// Bytes that are not UTF-8, which lenient decoders turn into the same replacement character.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test.each([
  ['a lone continuation byte', [0x80]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['an encoded surrogate', [0xed, 0xa0, 0x80]],
  ['a cut sequence', [0xe2, 0x82]],
  ['0xff', [0xff]],
])('[VERIFY-15] %s is refused', async (_, bytes) => {
  const scene = await setScene();
  const [before = '', after = ''] = JSON.stringify({ ...scene.claims(), sub: 'SPLIT' }).split('SPLIT');
  const payload = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  await scene.expectRefused(scene.signRaw(payload), 'utf-8');
});

test.each([String.raw`\ud800`, String.raw`\udc00x`, String.raw`\udc00\ud800`])(
  '[VERIFY-15] a lone surrogate %s is refused',
  async (text) => {
    const scene = await setScene();
    const payload = JSON.stringify({ ...scene.claims(), sub: 'SPLIT' }).replace('SPLIT', text);
    await scene.expectRefused(scene.signRaw(payload), 'json surrogate');
  },
);

test('[VERIFY-15] a surrogate pair is a character', async () => {
  const scene = await setScene();
  const payload = JSON.stringify({ ...scene.claims(), sub: 'SPLIT' }).replace(
    'SPLIT',
    String.raw`\ud83d\ude00`,
  );
  await scene.verify(scene.signRaw(payload));
});
