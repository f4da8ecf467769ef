// A small OIDC issuer for local mode: keys made in memory at start, discovery, key set, and signed assertions.
// The demo issuer of the broker and the outbound tokens of the local AWS plane are two of them.

import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export type SigningAlgorithm = 'ES256' | 'ES384' | 'RS256';

/** Claims that the caller decides; `iss`, `iat`, `exp` and `jti` are added. */
interface AssertionClaims {
  readonly sub: string;
  readonly aud: string | string[];
  readonly [claim: string]: unknown;
}

export interface OidcIssuer {
  /** Exact `iss`, also the base of discovery. */
  readonly url: string;
  readonly algorithms: readonly SigningAlgorithm[];
  sign(algorithm: SigningAlgorithm, claims: AssertionClaims, seconds: number): Promise<string>;
  /** The document at `/.well-known/openid-configuration` below the issuer. */
  discovery(): Readonly<Record<string, unknown>>;
  /** The document at `/.well-known/jwks.json` below the issuer: public keys only. */
  keySet(): Promise<{ readonly keys: readonly object[] }>;
}

/** Makes an issuer with one fresh key per algorithm. */
export function createOidcIssuer(options: {
  readonly url: string;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly clock: () => Date;
}): OidcIssuer {
  const { url, algorithms, clock } = options;
  const keys = new Map(algorithms.map((algorithm) => [algorithm, makeOnce(() => newKey(algorithm))]));
  const keyOf = (algorithm: SigningAlgorithm) => {
    const key = keys.get(algorithm);
    if (key === undefined) throw new Error(`the issuer does not sign ${algorithm}`);
    return key();
  };
  return {
    url,
    algorithms,
    sign: async (algorithm, claims, seconds) => {
      const { privateKey, kid } = await keyOf(algorithm);
      const issuedAt = Math.floor(clock().getTime() / 1000);
      return new SignJWT({ ...claims, iss: url, iat: issuedAt, exp: issuedAt + seconds, jti: randomUUID() })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .sign(privateKey);
    },
    discovery: () => ({
      issuer: url,
      jwks_uri: `${url}/.well-known/jwks.json`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: algorithms,
      claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'],
    }),
    keySet: async () => ({
      keys: await Promise.all(algorithms.map(async (name) => (await keyOf(name)).publicJwk)),
    }),
  };
}

async function newKey(algorithm: SigningAlgorithm) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const kid = `${algorithm}_${randomUUID().slice(0, 8)}`;
  return { privateKey, kid, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } };
}

function makeOnce<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
