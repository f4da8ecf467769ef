// Signs checkpoints with the one KMS key that only the checkpoint function may use, and reads its public half.

import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { TrailSigner } from '../../core/audit/ports.ts';

/** A signer over a key of ECC_NIST_P256. @throws Error of the SDK */
export function createKmsSigner({
  client,
  keyId,
}: {
  readonly client: KMSClient;
  readonly keyId: string;
}): TrailSigner {
  return {
    async sign(message) {
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

/** The public key as PEM. @throws Error of the SDK */
export async function readKmsPublicKey(client: KMSClient, keyId: string): Promise<string> {
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  const lines = Buffer.from(PublicKey)
    .toString('base64')
    .match(/.{1,64}/g);
  return `-----BEGIN PUBLIC KEY-----\n${(lines ?? []).join('\n')}\n-----END PUBLIC KEY-----\n`;
}
