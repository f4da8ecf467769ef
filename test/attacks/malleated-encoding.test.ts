// The same bytes in another spelling: a replay cache keyed on the text would take it for a second assertion.

import { expect, test } from 'vitest';
import { type Scene, setScene } from '../support/attack.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The segment with the bits after its last whole byte set: it decodes to the same bytes. */
function withTrailingBits(segment: string): string {
  const last = ALPHABET.indexOf(segment.slice(-1));
  const other = `${segment.slice(0, -1)}${ALPHABET[last ^ 1]}`;
  expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(segment, 'base64url'));
  return other;
}

/** A signed token whose segment of this number has bits to spare. */
async function tokenWithSpareBits(scene: Scene, segment: number): Promise<string[]> {
  for (let filler = 0; filler < 4; filler++) {
    const parts = (await scene.sign({ filler: 'x'.repeat(filler) })).split('.');
    if ((parts[segment]?.length ?? 0) % 4 !== 0) return parts;
  }
  throw new Error('no such token');
}

test.each([1, 2])('[VERIFY-4] trailing bits in segment %d are refused', async (segment) => {
  const scene = await setScene();
  const parts = await tokenWithSpareBits(scene, segment);
  await scene.verify(parts.join('.'));
  parts[segment] = withTrailingBits(parts[segment] ?? '');
  await scene.expectRefused(parts.join('.'), 'canonical base64url');
});

test.each([0, 1, 2])('[VERIFY-4] padding of segment %d is refused', async (segment) => {
  const scene = await setScene();
  for (const padding of ['=', '==']) {
    const parts = (await scene.sign()).split('.');
    parts[segment] += padding;
    await scene.expectRefused(parts.join('.'), 'compact form');
  }
});

test('[VERIFY-4] the standard alphabet is refused', async () => {
  const scene = await setScene();
  for (let attempt = 0; attempt < 50; attempt++) {
    const token = await scene.sign();
    const other = token.replace(/-/g, '+').replace(/_/g, '/');
    if (other !== token) return scene.expectRefused(other, 'compact form');
  }
  throw new Error('no token with such a character');
});

test('[VERIFY-4] a segment of one character too many is refused', async () => {
  const scene = await setScene();
  const parts = await tokenWithSpareBits(scene, 1);
  const length = parts[1]?.length ?? 0;
  parts[1] = `${parts[1]}${'A'.repeat(5 - (length % 4))}`;
  expect((parts[1]?.length ?? 0) % 4).toBe(1);
  await scene.expectRefused(parts.join('.'), 'canonical base64url');
});
