// For each ECDSA signature (r, s) there is a second one, (r, n - s), that anybody can compute. It verifies; it must
// not be another assertion.

import { sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { setScene } from '../support/attack.ts';

const P256_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

function otherSignature(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const mirrored = (P256_ORDER - s).toString(16).padStart(64, '0');
  const copy = Buffer.concat([bytes.subarray(0, 32), Buffer.from(mirrored, 'hex')]);
  return `${header}.${payload}.${copy.toString('base64url')}`;
}

test.each(['some-id', undefined])(
  '[VERIFY-19] the mirrored signature of jti %j is the same assertion',
  async (jti) => {
    const scene = await setScene();
    const token = await scene.sign({ jti });
    const copy = otherSignature(token);
    expect(copy).not.toBe(token);
    const first = await scene.verify(token);
    const second = await scene.verify(copy);
    expect(second.assertionId).toBe(first.assertionId);
    expect(first.assertionId).toMatch(jti === undefined ? /^sha256:[0-9a-f]{64}$/ : /^some-id$/);
  },
);

test.each([
  ['zeros', Buffer.alloc(64)],
  ['the order', Buffer.from(P256_ORDER.toString(16).repeat(2), 'hex')],
  ['63 bytes', Buffer.alloc(63, 1)],
  ['65 bytes', Buffer.alloc(65, 1)],
])('[VERIFY-18] a signature of %s does not verify', async (_, signature) => {
  const scene = await setScene();
  const [header, payload] = (await scene.sign()).split('.');
  await scene.expectRefused(`${header}.${payload}.${signature.toString('base64url')}`, 'signature');
});

test('[VERIFY-18] a DER signature does not verify', async () => {
  const scene = await setScene();
  const [header, payload] = (await scene.sign()).split('.');
  const der = sign('sha256', Buffer.from(`${header}.${payload}`), scene.privateKey);
  await scene.expectRefused(`${header}.${payload}.${der.toString('base64url')}`, 'signature');
});
