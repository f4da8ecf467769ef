// Signs any header and payload bytes, however wrong: attackers are not held back by a library.

import { constants, type KeyObject, sign } from 'node:crypto';

/** A compact JWS over exactly these bytes. */
export function signJws(
  parts: { readonly header: string | Uint8Array; readonly payload: string | Uint8Array },
  privateKey: KeyObject,
  algorithm: string,
): string {
  const input = `${base64url(parts.header)}.${base64url(parts.payload)}`;
  return `${input}.${signBytes(input, privateKey, algorithm).toString('base64url')}`;
}

/** The raw signature of a JWS algorithm. */
export function signBytes(input: string, privateKey: KeyObject, algorithm: string): Buffer {
  const data = Buffer.from(input);
  if (/^Ed/.test(algorithm)) return sign(null, data, privateKey);
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith('ES')) return sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  if (algorithm.startsWith('RS')) return sign(hash, data, privateKey);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(hash, data, { key: privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}

/** Base64url of text or bytes, without padding. */
export function base64url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
