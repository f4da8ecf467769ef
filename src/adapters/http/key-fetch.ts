// Fetches an issuer's key set: the configured address, or OIDC discovery below the issuer (OpenID Connect Discovery
// §4). https to public names only, no redirects, bounded size, one deadline for the whole exchange.

import type { Issuer } from '../../core/model.ts';
import { isObject, readJson } from '../../core/verify/json.ts';
import { addressProblem } from '../../core/verify/kinds/address.ts';

/** For discovery and key set together. */
export const KEY_FETCH_TIMEOUT_MS = 3000;
/** Largest document read, discovery or key set. */
export const MAX_KEY_DOCUMENT_BYTES = 256 * 1024;

export interface KeyFetch {
  readonly fetch: typeof fetch;
  readonly allowLoopback: boolean;
}

/** The key set could not be had; the message says why, for the log. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The issuer's key set as parsed JSON. @throws KeysUnavailable, Flaw, or what fetch throws */
export async function fetchKeySet(issuer: Issuer, options: KeyFetch): Promise<unknown> {
  const signal = AbortSignal.timeout(KEY_FETCH_TIMEOUT_MS);
  const exchange = async () => {
    const address = issuer.jwksUri ?? (await discover(issuer.issuer, options, signal));
    return fetchDocument(address, options, signal);
  };
  return Promise.race([exchange(), deadline(signal)]);
}

async function discover(issuer: string, options: KeyFetch, signal: AbortSignal): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = await fetchDocument(address, options, signal);
  // a document of another issuer would bring that issuer's keys
  if (!isObject(document) || document['issuer'] !== issuer)
    throw new KeysUnavailable('discovery: issuer differs');
  const jwksUri = document['jwks_uri'];
  if (typeof jwksUri !== 'string') throw new KeysUnavailable('discovery: no jwks_uri');
  return jwksUri;
}

async function fetchDocument(address: string, options: KeyFetch, signal: AbortSignal): Promise<unknown> {
  const problem = addressProblem(address, { allowLoopback: options.allowLoopback, allowQuery: true });
  if (problem !== undefined) throw new KeysUnavailable(`the address ${problem}`);
  const response = await options.fetch(address, {
    redirect: 'error',
    signal,
    headers: { accept: 'application/json' },
  });
  if (response.status !== 200 || response.redirected) {
    await response.body?.cancel();
    throw new KeysUnavailable(response.redirected ? 'redirected' : `status ${response.status}`);
  }
  return readJson(await readBounded(response));
}

/** Counts while reading: a declared length is only a claim. */
async function readBounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // leaving the loop cancels the stream
    if (size > MAX_KEY_DOCUMENT_BYTES) throw new KeysUnavailable('document too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function deadline(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new KeysUnavailable('timeout')), { once: true });
  });
}
