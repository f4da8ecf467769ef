// DPoP proofs (RFC 9449 §4.3): the caller holds a private key and made this proof for this request, just now. Whether
// a proof was shown before is the grant row's and the replay table's to say.

import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { KeyProof, KeyThumbprint } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { ALGORITHMS, fitsAlgorithm } from './algorithms.ts';
import { parseCompact } from './compact-jws.ts';
import { Flaw, must } from './flaw.ts';
import { isObject, type JsonObject } from './json.ts';
import { isPlainText } from './plain-text.ts';
import { readPublicKey } from './public-key.ts';
import { verifySignature } from './signature.ts';

/** How old a proof may be. */
export const PROOF_MAX_AGE_SECONDS = 60;
/** How far a client's clock may be ahead. */
export const PROOF_FUTURE_SECONDS = 5;
/** Longest proof accepted, in characters: an RSA key and its signature fit. */
export const MAX_PROOF_CHARACTERS = 8 * 1024;
const MAX_PROOF_ID_CHARACTERS = 256;

const HEADERS = ['typ', 'alg', 'jwk'];
/** Beside the key itself, what a JWK may say about it. */
const KEY_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'alg', 'use', 'kid', 'key_ops', 'ext'];

/** The request that a proof must be made for. */
interface ProvenRequest {
  readonly method: string;
  readonly url: string;
}

/** Verifies one proof at `now`. @throws Refusal `proof_invalid` */
export async function verifyProof(proof: string, expected: ProvenRequest, now: Date): Promise<KeyProof> {
  try {
    return await verify(proof, expected, now);
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('proof_invalid', { detail: error.message, cause: error.cause });
  }
}

async function verify(proof: string, expected: ProvenRequest, now: Date): Promise<KeyProof> {
  must(proof.length <= MAX_PROOF_CHARACTERS, 'size');
  const { header, claims } = parseCompact(proof);
  const { key, algorithm, publicJwk } = readKey(header);
  verifySignature(proof, { key, algorithm });
  must(claims['htm'] === expected.method, 'htm');
  must(isSameTarget(claims['htu'], expected.url), 'htu');
  const proofId = claims['jti'];
  must(isPlainText(proofId, MAX_PROOF_ID_CHARACTERS), 'jti');
  const thumbprint = await calculateJwkThumbprint(publicJwk);
  return { thumbprint: thumbprint as KeyThumbprint, proofId, issuedAt: issueTime(claims['iat'], now) };
}

interface ProofKey {
  readonly key: KeyObject;
  readonly algorithm: string;
  readonly publicJwk: JWK;
}

function readKey(header: JsonObject): ProofKey {
  must(
    Object.keys(header).every((name) => HEADERS.includes(name)),
    'header member',
  );
  must(header['typ'] === 'dpop+jwt', 'typ');
  const { alg, jwk } = header as { alg?: unknown; jwk?: unknown };
  must(typeof alg === 'string' && ALGORITHMS.includes(alg), 'alg');
  must(isObject(jwk), 'jwk');
  must(
    Object.keys(jwk).every((name) => KEY_MEMBERS.includes(name)),
    'jwk member',
  );
  must(fitsAlgorithm(alg, { kty: jwk['kty'], crv: jwk['crv'] }), 'key algorithm');
  must(jwk['alg'] === undefined || jwk['alg'] === alg, 'key algorithm');
  must(jwk['use'] === undefined || jwk['use'] === 'sig', 'key use');
  const key = readPublicKey(jwk);
  const publicJwk = key.export({ format: 'jwk' }) as JWK;
  // leading zeros would give one key a second spelling
  must(
    Object.entries(publicJwk).every(([name, value]) => jwk[name] === value),
    'key member encoding',
  );
  return { key, algorithm: alg, publicJwk };
}

function issueTime(iat: unknown, now: Date): Date {
  must(typeof iat === 'number' && Number.isFinite(iat), 'iat');
  const age = now.getTime() / 1000 - iat;
  must(age <= PROOF_MAX_AGE_SECONDS, 'iat too old');
  must(age >= -PROOF_FUTURE_SECONDS, 'iat in the future');
  return new Date(iat * 1000);
}

/** Same scheme, host, port and path; query and fragment do not count (RFC 9449 §4.3 step 9). */
function isSameTarget(htu: unknown, url: string): boolean {
  const target = typeof htu === 'string' ? normalise(htu) : undefined;
  return target !== undefined && target === normalise(url);
}

/** RFC 3986 §6.2.2 and §6.2.3, where `URL` leaves percent-encodings as they are. */
function normalise(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname, username, password } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return undefined;
  const path = pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
  return `${protocol}//${host}${path}`;
}
