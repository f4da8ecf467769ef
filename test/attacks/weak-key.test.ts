// Keys that an issuer should never publish: short or structured RSA, off the curve, private, symmetric, for others.

import { createPublicKey, generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Issuer } from '../../src/core/model.ts';
import { readKeySet } from '../../src/core/verify/key-set.ts';
import { hasRocaFingerprint } from '../../src/core/verify/roca.ts';
import { createTestIssuer, makeKey } from '../support/issuer.ts';

const { config } = await createTestIssuer({ kind: 'oidc' });
const trusting: Issuer = { ...config, algorithms: ['RS256', 'ES256', 'EdDSA'] };
const keysOf = (jwk: unknown, issuer = trusting) =>
  readKeySet({ keys: [JSON.parse(JSON.stringify(jwk))] }, issuer);

const rsa = makeKey('RS256').jwk;
const ec = makeKey('ES256').jwk;
const ed = makeKey('EdDSA').jwk;

function rsaOf(modulusLength: number, publicExponent = 65_537): object {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return { ...publicKey.export({ format: 'jwk' }), kid: 'k' };
}

const base64url = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
};

/** By trial division; for numbers below 169. */
const isSmallPrime = (number: bigint) =>
  [2n, 3n, 5n, 7n, 11n].every((divisor) => number === divisor || number % divisor !== 0n);

/** A modulus of the generator behind ROCA: each prime is a power of 65537 modulo the product of small primes. */
function rocaModulus(): bigint {
  const primes = Array.from({ length: 156 }, (_, index) => BigInt(index + 2)).filter(isSmallPrime);
  const primorial = primes.reduce((product, prime) => product * prime, 1n);
  const prime = (exponent: bigint) => {
    const rem = Array.from({ length: Number(exponent) }).reduce<bigint>(
      (power) => (power * 65_537n) % primorial,
      1n,
    );
    return generatePrimeSync(1024, { add: primorial, rem, bigint: true });
  };
  for (let exponent = 11n; ; exponent++) {
    const modulus = prime(exponent) * prime(exponent + 1n);
    if (modulus.toString(2).length === 2048) return modulus;
  }
}

describe('[KEYS-9] a sound key is taken:', () => {
  test.each([
    ['RSA', rsa],
    ['EC', ec],
    ['Ed25519', ed],
  ])('%s', (_, jwk) => {
    expect(keysOf(jwk)).toHaveLength(1);
    expect(keysOf({ ...jwk, alg: undefined, use: undefined, kid: undefined })).toHaveLength(1);
    expect(keysOf({ ...jwk, key_ops: ['verify'], x5c: ['MIIB'], ext: true })).toHaveLength(1);
  });
});

describe('[KEYS-9] a weak key is left out:', () => {
  test.each([512, 1024, 2040])('RSA of %d bits', (bits) => {
    expect(keysOf(rsaOf(bits))).toEqual([]);
  });

  test('RSA with exponent 3', () => {
    expect(keysOf(rsaOf(2048, 3))).toEqual([]);
    expect(keysOf(rsaOf(2048, 65_537))).toHaveLength(1);
  });

  test.each(['AQ', 'Ag', 'AAEAAA', ''])('RSA with exponent %j', (e) => {
    expect(keysOf({ ...rsa, e })).toEqual([]);
  });

  test('RSA with a modulus of the ROCA generator', () => {
    const modulus = rocaModulus();
    // nothing else is wrong with it
    const jwk = { kty: 'RSA', n: base64url(modulus), e: 'AQAB' };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(hasRocaFingerprint(modulus)).toBe(true);
    expect(keysOf(jwk)).toEqual([]);
    expect(
      hasRocaFingerprint(BigInt(`0x${Buffer.from(String(rsa['n']), 'base64url').toString('hex')}`)),
    ).toBe(false);
  });

  test('a point off its curve', () => {
    expect(keysOf({ ...ec, y: ec['x'] })).toEqual([]);
    expect(keysOf({ ...ec, x: ed['x'], y: undefined })).toEqual([]);
  });

  test.each([
    ['a curve of its own', { ...ec, crv: 'secp256k1' }],
    ['a key for key agreement', { ...ed, crv: 'X25519' }],
    ['a short point', { ...ed, x: 'AAAA' }],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'k' }],
    ['a symmetric key under another name', { kty: 'oct', k: 'c2VjcmV0', alg: 'RS256', kid: 'k' }],
    ['a key for encryption', { ...rsa, use: 'enc' }],
    ['a key that may only sign', { ...rsa, key_ops: ['sign'] }],
    ['a key with a strange use', { ...rsa, use: ['sig'] }],
    ['an algorithm that does not fit the type', { ...rsa, alg: 'ES256' }],
    ['an algorithm that the issuer has not', { ...rsa, alg: 'RS512' }],
    ['a numeric key id', { ...ec, kid: 5 }],
    ['a padded member', { ...ec, x: `${ec['x']}=` }],
    ['no members', { kty: 'RSA' }],
    ['null', null],
    ['text', 'key'],
    ['a list', [ec]],
  ])('%s', (_, jwk) => {
    expect(keysOf(jwk)).toEqual([]);
  });

  test('a private key, published by mistake', () => {
    for (const algorithm of ['RS256', 'ES256', 'EdDSA']) {
      const { privateKey } = makeKey(algorithm);
      expect(keysOf({ ...privateKey.export({ format: 'jwk' }), kid: 'k' })).toEqual([]);
    }
  });

  test('one bad key does not spoil the set', () => {
    expect(readKeySet({ keys: [null, { kty: 'oct' }, { ...ec }] }, trusting)).toHaveLength(1);
  });
});

describe('[KEYS-9] a key has one algorithm:', () => {
  test('its own, or the first of the issuer that fits', () => {
    const issuer = { ...config, algorithms: ['PS256', 'RS256', 'ES256'] };
    expect(keysOf(rsa, issuer)).toMatchObject([{ algorithm: 'RS256' }]);
    expect(keysOf({ ...rsa, alg: undefined }, issuer)).toMatchObject([{ algorithm: 'PS256' }]);
    expect(keysOf({ ...ec, alg: undefined }, issuer)).toMatchObject([{ algorithm: 'ES256' }]);
  });
});
