// A server that was taken over names an end of the challenge hours away, keeps the person's signature back, and uses it
// later, as a decision made just before that end. The console asks no passkey for such a signature.

import { expect, test } from 'vitest';
import type { Challenge } from '../../console/api/answers.ts';
import { isTooLate } from '../../console/passkey/challenge-end.ts';
import { base64url, sha256 } from '../../console/passkey/digest.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

test.each([
  ['of a server with the same clock', 120],
  ['of a server that is a minute ahead', 180],
  ['of a server that is behind', -3600],
])('[CONSOLE-47] an end %s is signed', (_name, seconds) => {
  expect(isTooLate(at(seconds), NOW)).toBe(false);
});

test.each([at(180.001), at(600), at(86_400), '', 'soon'])('[CONSOLE-47] an end at “%s” is not', (end) => {
  expect(isTooLate(end, NOW)).toBe(true);
});

test('[CONSOLE-47] no passkey is asked, whatever else agrees, and the reader is told what to do', async () => {
  const { signText } = await import('../../console/passkey/ceremony.ts');
  const text = 'what the page shows';
  const challenge: Challenge = {
    nonce: 'n',
    challenge: base64url(await sha256(text)),
    credentialIds: ['AAAA'],
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    rpId: 'localhost',
  };
  await expect(signText(text, challenge)).rejects.toThrow(/Nothing was signed; set the clock/);
  // one that ends in time gets as far as the browser's passkeys, which are not here
  const soon = { ...challenge, expiresAt: new Date(Date.now() + 120_000).toISOString() };
  await expect(signText(text, soon)).rejects.toThrow(/no passkeys \(WebAuthn\)/);
});
