// A DPoP key (RFC 9449): proves to the broker that the caller holds it. Grants made with it can be used only with
// it, and one platform token can then stand for several grants. The file form is 0600 and never leaves the machine.

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

const ALGORITHM = 'ES256';

/** Makes DPoP proofs. */
export interface ProofKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly thumbprint: string;
  /** A fresh proof for one request; `url` without query. */
  prove(request: { readonly method: string; readonly url: string }): Promise<string>;
  /** The private key, for a 0600 file only. */
  exportPrivate(): Promise<JWK>;
}

/** A key that lives as long as this process. */
export async function createProofKey(): Promise<ProofKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return proofKeyFrom(await exportJWK(privateKey));
}

/** A key from its private JWK (EC P-256). @throws Error when it is something else. */
export async function proofKeyFrom(jwk: JWK): Promise<ProofKey> {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !jwk.d || !jwk.x || !jwk.y) {
    throw new Error('a proof key is a private EC P-256 JWK');
  }
  const { kty, crv, x, y, d } = jwk;
  const publicJwk = { kty, crv, x, y };
  const privateKey = await importJWK({ ...publicJwk, d }, ALGORITHM);
  return {
    thumbprint: await calculateJwkThumbprint(publicJwk),
    prove: ({ method, url }) =>
      new SignJWT({ htm: method, htu: url, jti: randomUUID() })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: ALGORITHM, jwk: publicJwk })
        .setIssuedAt()
        .sign(privateKey),
    exportPrivate: async () => ({ ...publicJwk, d }),
  };
}

/** The key in this file, made on first use; two processes that start together get the same one. */
export async function openProofKey(file: string): Promise<ProofKey> {
  const existing = await readIfThere(file);
  if (existing !== undefined) return readProofKey(file, existing);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const key = await createProofKey();
  // written whole beside it, then linked: a reader never sees half a key, and the first writer wins
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(await key.exportPrivate())}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readProofKey(file, await readFile(file, 'utf8'));
  } finally {
    await rm(draft, { force: true });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readProofKey(file: string, text: string): Promise<ProofKey> {
  try {
    return await proofKeyFrom(JSON.parse(text) as JWK);
  } catch {
    throw new Error(`${file} does not hold a proof key; remove it and a new one is made`);
  }
}
