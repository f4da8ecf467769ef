// An issuer's key set (RFC 7517 §5) as verification keys, and which of them a header means. Each key is bound to one
// algorithm. A key that is unsound or not meant for this is left out; two keys that fit are nobody's key.

import type { Issuer } from '../model.ts';
import type { VerificationKey } from '../ports.ts';
import { fitsAlgorithm } from './algorithms.ts';
import { Flaw, must } from './flaw.ts';
import { isObject, type JsonObject } from './json.ts';
import { kindOf } from './kinds/table.ts';
import { readPublicKey } from './public-key.ts';

/** Most keys of one set; the largest known issuers publish about a dozen. */
export const MAX_KEYS = 100;

/** Usable keys of the set; possibly none. @throws Flaw when it is no key set at all. */
export function readKeySet(document: unknown, issuer: Issuer): readonly VerificationKey[] {
  const keys = isObject(document) ? document['keys'] : undefined;
  must(Array.isArray(keys), 'key set');
  must(keys.length <= MAX_KEYS, 'key count');
  return keys.flatMap((jwk: unknown) => readKey(jwk, issuer));
}

/** The one key that the header means, or undefined: none is tried after another. */
export function pickKey(
  keys: readonly VerificationKey[],
  header: { readonly kid?: string; readonly alg: string },
): VerificationKey | undefined {
  const fitting = keys.filter(
    ({ kid, algorithm }) => algorithm === header.alg && (header.kid === undefined || kid === header.kid),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function readKey(jwk: unknown, issuer: Issuer): readonly VerificationKey[] {
  if (!isObject(jwk) || !isMeantForThis(jwk, issuer)) return [];
  const algorithm = algorithmOf(jwk, issuer);
  const kid = jwk['kid'];
  if (algorithm === undefined || (kid !== undefined && typeof kid !== 'string')) return [];
  try {
    return [{ ...(kid !== undefined && { kid }), algorithm, key: readPublicKey(jwk) }];
  } catch (error) {
    if (error instanceof Flaw) return [];
    throw error;
  }
}

/** SPIFFE bundles mark their keys `jwt-svid`, and hold others that must not be used; OIDC may leave `use` out. */
function isMeantForThis(jwk: JsonObject, issuer: Issuer): boolean {
  const { keyUse } = kindOf(issuer);
  const use = jwk['use'];
  const operations = jwk['key_ops'];
  const isUse = use === keyUse || (use === undefined && keyUse === 'sig');
  return isUse && (operations === undefined || (Array.isArray(operations) && operations.includes('verify')));
}

/** The key's own `alg`, else the issuer's first algorithm that fits its type. */
function algorithmOf(jwk: JsonObject, issuer: Issuer): string | undefined {
  const shape = { kty: jwk['kty'], crv: jwk['crv'] };
  const fitting = issuer.algorithms.filter((algorithm) => fitsAlgorithm(algorithm, shape));
  if (jwk['alg'] === undefined) return fitting[0];
  return fitting.find((algorithm) => algorithm === jwk['alg']);
}
