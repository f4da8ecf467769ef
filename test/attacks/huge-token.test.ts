// A megabyte of token, to be decoded, parsed and hashed at our expense.

import { expect, test, vi } from 'vitest';
import { seconds, setScene } from '../support/attack.ts';

test('[VERIFY-2] a token of 1 MiB is refused before anything is decoded', async () => {
  const scene = await setScene();
  const token = await scene.sign({ filler: 'x'.repeat(1024 * 1024) });
  const decode = vi.spyOn(Buffer, 'from');
  const parse = vi.spyOn(JSON, 'parse');
  await scene.expectRefused(token, 'size');
  expect(decode).not.toHaveBeenCalled();
  expect(parse).not.toHaveBeenCalled();
  decode.mockRestore();
  parse.mockRestore();
});

test('[VERIFY-2] one character over the limit is refused, the limit itself is not', async () => {
  const scene = await setScene();
  const base = { exp: seconds(scene.now, 60) };
  const sized = async (length: number) => {
    // two fillers, because base64url grows in steps
    for (let filler = length * 0.6; filler < length; filler++) {
      const token = await scene.sign({ ...base, filler: 'x'.repeat(filler) });
      if (token.length >= length) return token;
    }
    throw new Error('not reached');
  };
  const largest = await sized(16 * 1024 - 1);
  expect(largest.length).toBeLessThanOrEqual(16 * 1024);
  await scene.verify(largest);
  await scene.expectRefused(sized(16 * 1024 + 1), 'size');
});
