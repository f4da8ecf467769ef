// Issuers of every kind for tests: real keys made in memory, claims as the platform sends them, signed for now.
// Nothing is switched off in the verifier; a test that wants a bad assertion signs one.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import type { Issuer, IssuerKind } from '../../src/core/model.ts';
import type { KeySource } from '../../src/core/ports.ts';
import { pickKey, readKeySet } from '../../src/core/verify/key-set.ts';
import { ISSUER_SAMPLES } from './issuer-samples.ts';
import { signJws } from './sign-jws.ts';

export interface TestIssuer {
  /** As the catalog would have it. */
  readonly config: Issuer;
  readonly keys: KeySource;
  /** The public key set, as the issuer would publish it. */
  readonly keySet: { readonly keys: readonly JsonWebKey[] };
  readonly privateKey: KeyObject;
  /** A valid assertion; members given here replace or, when undefined, remove the defaults. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** The claims of a valid assertion, as `sign` would send them. */
  claims(): Record<string, unknown>;
  /** Signs exactly this payload under this header text. @default the header of a valid assertion */
  signRaw(payload: string | Uint8Array, header?: string | Uint8Array): string;
}

interface TestIssuerOptions {
  readonly kind: IssuerKind;
  readonly issuer?: string;
  readonly algorithm?: string;
  /** When assertions are signed. @default the wall clock */
  readonly now?: () => Date;
}

/** Makes an issuer with one fresh key. */
export async function createTestIssuer(options: TestIssuerOptions): Promise<TestIssuer> {
  const sample = ISSUER_SAMPLES[options.kind];
  const algorithm = options.algorithm ?? sample.algorithm;
  const now = options.now ?? (() => new Date());
  const config: Issuer = {
    name: `test-${options.kind}`,
    kind: options.kind,
    issuer: options.issuer ?? sample.issuer,
    audience: 'https://broker.acme.dev',
    algorithms: [algorithm],
    maxLifetimeSeconds: 3600,
    replay: sample.replay,
    ...(options.kind === 'spiffe' && { jwksUri: 'https://spire.acme.dev/bundle' }),
  };
  const { privateKey, jwk } = makeKey(algorithm, options.kind === 'spiffe' ? 'jwt-svid' : 'sig');
  const keySet = { keys: [jwk] };
  const headerOf = (changes: Record<string, unknown> = {}) =>
    JSON.stringify({ alg: algorithm, kid: jwk['kid'], typ: sample.typ, ...changes });
  const claims = () => defined({ ...timesAt(now()), jti: randomUUID(), ...sample.claims(config) });
  const signRaw = (payload: string | Uint8Array, header: string | Uint8Array = headerOf()) =>
    signJws({ header, payload }, privateKey, algorithm);
  return {
    config,
    keys: memoryKeys(config, keySet),
    keySet,
    privateKey,
    claims,
    signRaw,
    // undefined members vanish in JSON
    sign: async (changes = {}, header = {}) =>
      signRaw(JSON.stringify({ ...claims(), ...changes }), headerOf(header)),
  };
}

/** A key source that answers for one issuer from this key set. */
export function memoryKeys(config: Issuer, keySet: unknown): KeySource {
  const keys = readKeySet(JSON.parse(JSON.stringify(keySet)), config);
  return {
    find: async (issuer, header) => (issuer.issuer === config.issuer ? pickKey(keys, header) : undefined),
  };
}

/** A fresh key pair for a JWS algorithm, its public half as a JWK with `kid`, `alg` and `use`. */
export function makeKey(algorithm: string, use = 'sig'): { privateKey: KeyObject; jwk: JsonWebKey } {
  const { privateKey, publicKey } = pairFor(algorithm);
  const jwk = {
    ...createPublicKey(publicKey).export({ format: 'jwk' }),
    kid: randomUUID(),
    alg: algorithm,
    use,
  };
  return { privateKey: createPrivateKey(privateKey), jwk };
}

// as text: Node 20 can block for ever when it collects the maker of a key while that very key is exported
const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function pairFor(algorithm: string): { privateKey: string; publicKey: string } {
  if (/^[RP]S/.test(algorithm))
    return generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding });
  const namedCurve = CURVES[algorithm];
  if (namedCurve === undefined)
    return generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding });
  return generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding });
}

function timesAt(now: Date): { iat: number; exp: number } {
  const iat = Math.floor(now.getTime() / 1000);
  return { iat, exp: iat + 300 };
}

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
