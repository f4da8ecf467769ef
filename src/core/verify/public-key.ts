// A public JWK as a key object (RFC 7517, RFC 7518 §6), with the key policy: no private or symmetric material, points
// on their curve, RSA of 2048 to 8192 bits with exponent 65537 or more and no ROCA modulus (CVE-2017-15361).

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Flaw, must } from './flaw.ts';
import type { JsonObject } from './json.ts';
import { hasRocaFingerprint } from './roca.ts';

const MIN_RSA_BITS = 2048;
/** Larger moduli only cost time. */
const MAX_RSA_BITS = 8192;
const MIN_RSA_EXPONENT = 65_537n;
const MAX_RSA_EXPONENT = 0xffff_ffffn;

/** Members that make up the public key, by key type. */
const PUBLIC_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
]);
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** @throws Flaw when it is not a sound public key. */
export function readPublicKey(jwk: JsonObject): KeyObject {
  const members = PUBLIC_MEMBERS.get(jwk['kty']);
  must(members !== undefined, 'key type');
  must(
    SECRET_MEMBERS.every((name) => jwk[name] === undefined),
    'key is public',
  );
  const publicJwk = pickPublic(jwk, members);
  const key = importKey(publicJwk);
  if (key.asymmetricKeyType === 'rsa') checkRsa(key, String(publicJwk.n));
  return key;
}

function pickPublic(jwk: JsonObject, members: readonly string[]): JsonWebKey {
  const publicJwk: Record<string, string> = { kty: String(jwk['kty']) };
  for (const name of members) {
    const value = jwk[name];
    must(typeof value === 'string', 'key member');
    // one key has one spelling, so that it has one thumbprint
    const isSpelledOnce = name === 'crv' || Buffer.from(value, 'base64url').toString('base64url') === value;
    must(isSpelledOnce, 'key member encoding');
    publicJwk[name] = value;
  }
  return publicJwk;
}

function importKey(key: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (cause) {
    throw new Flaw('key material', { cause });
  }
}

function checkRsa(key: KeyObject, modulus: string): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  must(modulusLength >= MIN_RSA_BITS && modulusLength <= MAX_RSA_BITS, 'rsa key size');
  const isSoundExponent =
    publicExponent >= MIN_RSA_EXPONENT && publicExponent <= MAX_RSA_EXPONENT && publicExponent % 2n === 1n;
  must(isSoundExponent, 'rsa exponent');
  must(!hasRocaFingerprint(BigInt(`0x${Buffer.from(modulus, 'base64url').toString('hex')}`)), 'rsa modulus');
}
