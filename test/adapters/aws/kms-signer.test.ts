// What KMS is asked to sign, over its real protocol, by an endpoint with a real key.

import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKmsSigner, readKmsPublicKey } from '../../../src/adapters/aws/kms-signer.ts';
import { genesis } from '../../../src/core/audit/chain.ts';
import { isSignedBy, nextStatement, readPublicKey, signedBytes } from '../../../src/core/audit/checkpoint.ts';
import { TRAIL } from '../../support/trail.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

let server: Server;
let client: KMSClient;
let asked: Record<string, string>[];
/** What the service answers instead of what it should. */
let answers: Partial<Record<'Sign' | 'GetPublicKey', object>>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
      const call = String(request.headers['x-amz-target']).split('.')[1] as 'Sign' | 'GetPublicKey';
      asked.push(input);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answers[call] ?? answer(call, input)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new KMSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => {
  asked = [];
  answers = {};
});

function answer(call: 'Sign' | 'GetPublicKey', { Message = '' }: Record<string, string>): object {
  if (call === 'GetPublicKey') return { PublicKey: spki, KeySpec: 'ECC_NIST_P256' };
  const signature = createSign('sha256').update(Buffer.from(Message, 'base64')).sign(privateKey);
  return { Signature: signature.toString('base64') };
}

const key = () => ({ client, keyId: 'the-key' });

test('[AUDIT-30] a checkpoint that KMS has signed verifies with the public key that KMS tells', async () => {
  const at = new Date('2026-11-24T12:00:00Z');
  const statement = nextStatement(TRAIL, undefined, { heads: [genesis(TRAIL, 0)], at });
  const signature = await createKmsSigner(key()).sign(signedBytes(statement));
  const checkpoint = { statement, signature: Buffer.from(signature).toString('base64url') };
  const pem = await readKmsPublicKey(key());
  expect(pem).toBe(publicKey.export({ type: 'spki', format: 'pem' }));
  expect(isSignedBy(checkpoint, readPublicKey(pem))).toBe(true);
  expect(asked[0]).toMatchObject({
    KeyId: 'the-key',
    MessageType: 'RAW',
    SigningAlgorithm: 'ECDSA_SHA_256',
  });
});

test('[AUDIT-30] no signature, a key of another kind and a message that KMS does not hash are errors', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
  const PublicKey = other.export({ type: 'spki', format: 'der' }).toString('base64');
  answers = { Sign: {}, GetPublicKey: { PublicKey } };
  await expect(createKmsSigner(key()).sign(Buffer.from('x'))).rejects.toThrow('without a signature');
  await expect(readKmsPublicKey(key())).rejects.toThrow('not a P-256 public key');
  await expect(createKmsSigner(key()).sign(Buffer.alloc(4097))).rejects.toThrow('4096 bytes');
  expect(asked).toHaveLength(2);
});
