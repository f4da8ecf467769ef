// Spaces and line breaks around a token and inside it.

import { test } from 'vitest';
import { setScene } from '../support/attack.ts';

test.each([' ', '\n', '\t', '\r\n', '\u00a0', '\u0000'])(
  '[VERIFY-3] %j is refused anywhere',
  async (space) => {
    const scene = await setScene();
    const token = await scene.sign();
    const [header, payload, signature] = token.split('.');
    for (const copy of [
      `${space}${token}`,
      `${token}${space}`,
      `${header}${space}.${payload}.${signature}`,
      `${header}.${payload?.slice(0, 8)}${space}${payload?.slice(8)}.${signature}`,
      `${header}.${payload}.${signature?.slice(0, 8)}${space}${signature?.slice(8)}`,
    ]) {
      await scene.expectRefused(copy, 'compact form');
    }
  },
);
