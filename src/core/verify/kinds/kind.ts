// The small port behind which each kind of issuer stands: what its tokens look like, which of its claims must agree,
// and what the catalog may not say about it. A new kind is a new file and a line in table.ts.

import type { Binding, Issuer } from '../../model.ts';
import { ALGORITHMS } from '../algorithms.ts';
import type { JsonObject } from '../json.ts';
import type { Finding } from './finding.ts';

export interface Kind {
  /** Members that the JOSE header may have. */
  readonly headers: readonly string[];
  /** Accepted `typ`; undefined stands for a header without one. */
  readonly types: readonly (string | undefined)[];
  /** Algorithms that fit this kind; the issuer's own list narrows them. */
  readonly algorithms: readonly string[];
  /** Longest `exp - iat` that such an issuer has reason to sign, whatever the catalog says. */
  readonly maxLifetimeSeconds: number;
  /** `use` of the keys that sign its assertions. */
  readonly keyUse: 'sig' | 'jwt-svid';
  /** Claims that this kind always sends, beside `exp`, `aud` and `sub`. */
  readonly requires: readonly ('iat' | 'jti')[];
  /** One platform token is shown for minutes to hours: `single-use` would refuse its renewals. */
  readonly repeatsTokens: boolean;
  /** Whether these unverified claims name the issuer. */
  isNamedBy(claims: JsonObject, issuer: Issuer): boolean;
  /** Checks what is special to the kind. @returns the claims that bindings may look at. @throws Flaw */
  checkClaims(claims: JsonObject, issuer: Issuer): JsonObject;
  checkIssuer(issuer: Issuer): readonly Finding[];
  checkBinding(binding: Binding, issuer: Issuer): readonly Finding[];
}

/** What most kinds share; each states what differs. */
export const plainKind: Kind = {
  headers: ['alg', 'kid', 'typ'],
  types: ['JWT'],
  algorithms: ALGORITHMS,
  maxLifetimeSeconds: 86_400,
  keyUse: 'sig',
  requires: ['iat'],
  repeatsTokens: true,
  isNamedBy: (claims, issuer) => claims['iss'] === issuer.issuer,
  checkClaims: (claims) => claims,
  checkIssuer: () => [],
  checkBinding: () => [],
};
