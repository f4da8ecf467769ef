// The JOSE header of an assertion is written by whoever made the token: it may choose among the issuer's algorithms
// and name a key of the issuer, and nothing more. `jwk`, `jku`, `x5c`, `x5u`, `crit`, `b64`, `zip` are all refused.

import type { Issuer } from '../model.ts';
import { must } from './flaw.ts';
import type { JsonObject } from './json.ts';
import type { Kind } from './kinds/kind.ts';

const KEY_ID = /^[A-Za-z0-9._:/=+-]{1,256}$/;

/** @returns algorithm and key id. @throws Flaw */
export function checkHeader(
  header: JsonObject,
  issuer: Issuer,
  kind: Kind,
): { readonly alg: string; readonly kid: string | undefined } {
  must(
    Object.keys(header).every((name) => kind.headers.includes(name)),
    'header member',
  );
  const { alg, kid, typ } = header as { alg?: unknown; kid?: unknown; typ?: unknown };
  // the token's own alg is attacker-controlled: it must be one of the issuer's list, and of ours
  must(typeof alg === 'string' && issuer.algorithms.includes(alg) && kind.algorithms.includes(alg), 'alg');
  // access tokens, DPoP proofs, ID-JAGs, WITs and transaction tokens are signed by the same keys
  must(
    kind.types.some((type) => type === typ),
    'typ',
  );
  must(kid === undefined || (typeof kid === 'string' && KEY_ID.test(kid)), 'kid');
  return { alg, kid: kid as string | undefined };
}
