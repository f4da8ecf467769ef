// The signature itself, by node:crypto: OpenSSL in this thread takes a third of WebCrypto's way through the pool.
// The algorithm is the key's, never the token's own word; one key has one algorithm (RFC 8725bis §3.1).

import { constants, type KeyObject, type SigningOptions, verify } from 'node:crypto';
import type { VerificationKey } from '../ports.ts';
import { Flaw } from './flaw.ts';

interface Method {
  /** OpenSSL's name of the hash; none for Ed25519, which hashes by itself. */
  readonly hash: string | undefined;
  readonly options: SigningOptions;
  readonly keyType: string;
  /** OpenSSL's name of the curve. */
  readonly curve?: string;
}

/** RFC 7518 §3.3 and §3.5: keys of 2,048 bits or more. */
const MIN_RSA_BITS = 2048;

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const pkcs1 = { padding: constants.RSA_PKCS1_PADDING };
const rsa = (hash: string, options: SigningOptions): Method => ({ hash, options, keyType: 'rsa' });
const ec = (hash: string, curve: string): Method => ({
  hash,
  options: { dsaEncoding: 'ieee-p1363' },
  keyType: 'ec',
  curve,
});
const ed25519: Method = { hash: undefined, options: {}, keyType: 'ed25519' };

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['RS256', rsa('sha256', pkcs1)],
  ['RS384', rsa('sha384', pkcs1)],
  ['RS512', rsa('sha512', pkcs1)],
  ['PS256', rsa('sha256', pss)],
  ['PS384', rsa('sha384', pss)],
  ['PS512', rsa('sha512', pss)],
  ['ES256', ec('sha256', 'prime256v1')],
  ['ES384', ec('sha384', 'secp384r1')],
  ['ES512', ec('sha512', 'secp521r1')],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
]);

/** @throws Flaw when the signature does not verify with this key and its one algorithm. */
export function verifySignature(
  token: string,
  { key, algorithm }: Pick<VerificationKey, 'key' | 'algorithm'>,
): void {
  const method = METHODS.get(algorithm);
  if (method === undefined || !fits(key, method)) throw new Flaw('signature');
  const split = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(split + 1), 'base64url');
  if (!holds({ method, key, signature }, Buffer.from(token.slice(0, split)))) throw new Flaw('signature');
}

function holds(
  { method, key, signature }: { method: Method; key: KeyObject; signature: Buffer },
  signed: Buffer,
): boolean {
  try {
    return verify(method.hash, signed, { key, ...method.options }, signature);
  } catch (cause) {
    // OpenSSL may throw for a signature of another size
    throw new Flaw('signature', { cause });
  }
}

/** A public key of the algorithm's own type, curve and size. */
function fits(key: KeyObject, { keyType, curve }: Method): boolean {
  if (key.type !== 'public' || key.asymmetricKeyType !== keyType) return false;
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  return keyType === 'rsa' ? modulusLength >= MIN_RSA_BITS : namedCurve === curve;
}
