// The signature algorithms that Remit knows, each with the one kind of key it may be used with (RFC 7518 §3.1,
// RFC 8037, RFC 9864). Asymmetric only; an algorithm that is not in this table does not exist.

interface KeyShape {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
}

const SHAPES: ReadonlyMap<string, KeyShape> = new Map<string, KeyShape>([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((name) => [name, { kty: 'RSA' }] as const),
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
]);

/** Every algorithm known here. */
export const ALGORITHMS: readonly string[] = [...SHAPES.keys()];

/** Algorithms of JWT-SVIDs: no EdDSA (SPIFFE JWT-SVID §3). */
export const RSA_AND_EC: readonly string[] = ALGORITHMS.filter((name) => shapeOf(name)?.kty !== 'OKP');

/** Whether a key of this type and curve may be used with the algorithm. */
export function fitsAlgorithm(
  algorithm: string,
  key: { readonly kty: unknown; readonly crv?: unknown },
): boolean {
  const shape = shapeOf(algorithm);
  return shape !== undefined && shape.kty === key.kty && shape.crv === key.crv;
}

/** Whether the algorithm takes RSA keys. */
export function isRsa(algorithm: string): boolean {
  return shapeOf(algorithm)?.kty === 'RSA';
}

function shapeOf(algorithm: string): KeyShape | undefined {
  return SHAPES.get(algorithm);
}
