// The key file that signs where there is no KMS.

import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSigningKey } from '../../../src/adapters/files/signing-key.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'remit-key-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const fileOf = (name = 'keys/audit.pem') => join(directory, name);

test('[AUDIT-16] the key is made once, private, and what it signs verifies with its public half', async () => {
  const { signer, publicKey } = openSigningKey(fileOf());
  expect(statSync(fileOf()).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'keys')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(directory, 'keys'))).toEqual(['audit.pem']);
  expect(openSigningKey(fileOf()).publicKey).toBe(publicKey);
  expect(publicKey).toContain('BEGIN PUBLIC KEY');
  const message = Buffer.from('what is signed');
  const signature = await signer.sign(message);
  const key = createPublicKey(publicKey);
  expect(verify('sha256', message, { key, dsaEncoding: 'der' }, signature)).toBe(true);
  expect(verify('sha256', Buffer.from('other'), { key, dsaEncoding: 'der' }, signature)).toBe(false);
});

test('[AUDIT-16] a key that others may read, a link, another kind of key and a half one are refused, and not quoted', () => {
  openSigningKey(fileOf('open.pem'));
  chmodSync(fileOf('open.pem'), 0o640);
  expect(() => openSigningKey(fileOf('open.pem'))).toThrow('open to other users');
  openSigningKey(fileOf('real.pem'));
  symlinkSync(fileOf('real.pem'), fileOf('link.pem'));
  expect(() => openSigningKey(fileOf('link.pem'))).toThrow();
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const texts = [
    other.export({ type: 'pkcs8', format: 'pem' }).toString(),
    readFileSync(fileOf('real.pem'), 'utf8').slice(0, 80),
    openSigningKey(fileOf('real.pem')).publicKey,
    '',
  ];
  for (const [index, text] of texts.entries()) {
    const path = fileOf(`bad-${index}.pem`);
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => openSigningKey(path)).toThrow(`${path} is not a private P-256 key in PEM`);
  }
});
