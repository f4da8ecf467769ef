// Signs with a KMS key of ECC_NIST_P256, whose private half nobody has. KMS hashes what it is given (RAW), so that a
// signature is over the bytes that are archived and not over a digest that somebody else has made.

import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { readPublicKey } from '../../core/audit/checkpoint.ts';
import type { TrailSigner } from '../../core/audit/ports.ts';

interface KmsKey {
  readonly client: KMSClient;
  /** ARN or id; an alias could be turned to another key. */
  readonly keyId: string;
}

/** Longest message that KMS hashes itself, in bytes. */
const MAX_RAW_BYTES = 4096;

/** A signer over this key: ECDSA_SHA_256, DER. @throws Error of the SDK, or for a message longer than 4,096 bytes. */
export function createKmsSigner({ client, keyId }: KmsKey): TrailSigner {
  return {
    async sign(message) {
      if (message.length > MAX_RAW_BYTES)
        throw new Error(`KMS hashes ${MAX_RAW_BYTES} bytes at most, and this message has ${message.length}`);
      const command = new SignCommand({
        KeyId: keyId,
        Message: message,
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      const { Signature } = await client.send(command);
      if (Signature === undefined) throw new Error('KMS has answered without a signature');
      return Signature;
    },
  };
}

/** The public key as PEM, as verification takes it. @throws Error of the SDK, or for a key of another kind. */
export async function readKmsPublicKey({ client, keyId }: KmsKey): Promise<string> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (PublicKey === undefined) throw new Error('KMS has answered without a public key');
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  const pem = key.export({ format: 'pem', type: 'spki' }).toString();
  readPublicKey(pem);
  return pem;
}
