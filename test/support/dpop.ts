// DPoP keys for tests; proofs can be made for any time and with any member bent.

import { randomUUID } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface TestProofKey {
  readonly thumbprint: string;
  readonly jwk: JWK;
  /** A valid proof for this request; extra claims and header members replace the defaults. */
  prove(request: ProofRequest): Promise<string>;
}

export interface ProofRequest {
  readonly method: string;
  readonly url: string;
  readonly now: Date;
  readonly jti?: string;
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
}

/** A fresh key. */
export async function createProofKey(algorithm = 'ES256'): Promise<TestProofKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: ({ method, url, now, jti = randomUUID(), claims, header }) => {
      const iat = Math.floor(now.getTime() / 1000);
      const payload = JSON.stringify({ htm: method, htu: url, jti, iat, ...claims });
      return new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm, jwk, ...header })
        .sign(privateKey);
    },
  };
}
