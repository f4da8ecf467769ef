// What a bundle holds and what it loads at its start: modules and bytes, never time.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { bundle } from '../../lib/constructs/bundle.ts';
import type * as signatures from '../../src/core/people/passkey-signature.ts';
import { createAuthenticator, USER_PRESENT } from '../support/authenticator.ts';

const SIGNATURES = fileURLToPath(new URL('../../src/core/people/passkey-signature.ts', import.meta.url));
const token = bundle({ entry: 'token', cedar: true });
const passkeys = bundle({ entry: 'passkey-signature', file: SIGNATURES });

afterAll(() => {
  for (const directory of [token, passkeys]) rmSync(directory, { recursive: true });
});

/** Whether the WebAuthn library's certificate parsers ran: they put reflect-metadata's functions on `Reflect`. */
function parsersAfter(script: string): string {
  const whole = `${script}; console.log(typeof Reflect.getMetadata); process.exit(0)`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', whole], { encoding: 'utf8' }).trim();
}

const urlOf = (directory: string) => pathToFileURL(join(directory, 'index.mjs')).href;

describe('a bundle', () => {
  test('[STACK-19] of the token function loads no WebAuthn at its start', () => {
    expect(parsersAfter(`await import('${urlOf(token)}')`)).toBe('undefined');
  });

  test('[STACK-19] loads WebAuthn at the first signature, which shows that the test above would see it', () => {
    const assertion = { credentialId: 'AA', authenticatorData: 'AA', clientDataJSON: 'e30', signature: 'AA' };
    const expected =
      "{ passkey: { credentialId: 'AA', publicKey: 'AA' }, challenge: new Uint8Array(32), site: { origin: 'https://a.dev' } }";
    const script = `const { verifyPasskeySignature } = await import('${urlOf(passkeys)}');
      await verifyPasskeySignature(${JSON.stringify(assertion)}, ${expected}).catch(() => undefined)`;
    expect(parsersAfter(script)).toBe('function');
  });

  test('[STACK-19] verifies signatures as the source does, the first ones at once', async () => {
    const { verifyPasskeySignature } = (await import(
      /* @vite-ignore */ urlOf(passkeys)
    )) as typeof signatures;
    const passkey = createAuthenticator('https://remit.acme.dev');
    const challenge = randomBytes(32);
    const expected = { passkey, challenge, site: { origin: 'https://remit.acme.dev' } };
    const outcomes = await Promise.allSettled([
      verifyPasskeySignature(passkey.assert({ challenge }), expected),
      verifyPasskeySignature(passkey.assert({ challenge: randomBytes(32) }), expected),
      verifyPasskeySignature(passkey.assert({ challenge, flags: USER_PRESENT }), expected),
      verifyPasskeySignature(passkey.assert({ challenge, rpId: 'acme.dev' }), expected),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
  });

  test('[STACK-19] of the token function ships one language of zod, and is below 1.1 MB', () => {
    // `import * as z` lets esbuild drop what is unused; `import { z }` anywhere brings all of zod back
    const code = readFileSync(join(token, 'index.mjs'), 'utf8');
    expect(code).toContain('Invalid input: expected');
    expect(code).not.toContain('Ungültige Eingabe');
    expect(code).not.toContain('Ung\\xFCltige Eingabe');
    expect(Buffer.byteLength(code)).toBeLessThan(1.1e6);
  });
});
