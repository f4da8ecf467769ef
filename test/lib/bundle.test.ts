// What a bundle holds and what it loads at its start: modules and bytes, never time.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
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
    // the runner would look for the map's sources beside the bundle, and say that there are none
    const file = join(passkeys, 'index.mjs');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*/, ''));
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

  test('[STACK-19] of the token function has what is imported once needed in files that a start does not read', () => {
    const start = readFileSync(join(token, 'index.mjs'), 'utf8');
    expect(start).not.toContain('android-safetynet');
    const others = readdirSync(token).filter((name) => name.endsWith('.mjs') && name !== 'index.mjs');
    const verifiers = others.filter((name) =>
      readFileSync(join(token, name), 'utf8').includes('android-safetynet'),
    );
    expect(verifiers).toHaveLength(1);
    expect(start).not.toMatch(new RegExp(`(from|import) *"\\./${verifiers[0]}"`));
  });

  test('[STACK-20] tells of our own code where it is from, and of libraries nothing', () => {
    const code = readFileSync(join(token, 'index.mjs'), 'utf8').split('\n');
    const payload = JSON.parse(readFileSync(join(token, 'index.mjs.map'), 'utf8'));
    const map = new SourceMap(payload);
    const sourceOf = (text: string) => {
      const line = code.findIndex((each) => each.includes(text));
      const entry = map.findEntry(line, code[line]?.indexOf(text) ?? -1);
      return 'originalSource' in entry ? entry.originalSource : undefined;
    };
    expect(sourceOf('urn:remit:token-type:aws-credentials')).toMatch(/^src\/.*\.ts$/);
    expect(sourceOf('Invalid input: expected')).toBeUndefined();
    for (const source of payload.sources) expect(source).toMatch(/^(src|lambda)\//);
    const maps = readdirSync(token).filter((name) => name.endsWith('.map'));
    for (const name of readdirSync(token).filter((each) => each.endsWith('.mjs'))) {
      const isMapped = readFileSync(join(token, name), 'utf8').includes('\n//# sourceMappingURL=');
      expect([name, isMapped]).toEqual([name, maps.includes(`${name}.map`)]);
    }
  });

  test('[STACK-20] is the same bytes wherever it is made', () => {
    const again = bundle({ entry: 'token', cedar: true });
    expect(readdirSync(again)).toEqual(readdirSync(token));
    for (const name of readdirSync(token))
      expect(readFileSync(join(again, name)).equals(readFileSync(join(token, name))), name).toBe(true);
    rmSync(again, { recursive: true });
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
