// SPIFFE JWT-SVIDs. The trust domain in `sub` says whose keys count; `iss` is optional and proves nothing. Only keys
// that the bundle marks `jwt-svid` sign them (SPIFFE JWT-SVID §3, Trust Domain and Bundle §4.2.2).

import type { Issuer } from '../../model.ts';
import { RSA_AND_EC } from '../algorithms.ts';
import { must } from '../flaw.ts';
import type { JsonObject } from '../json.ts';
import { error, findingsOf } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const TRUST_DOMAIN = 'spiffe://[a-z0-9._-]{1,255}';
const WHOLE_TRUST_DOMAIN = new RegExp(`^${TRUST_DOMAIN}$`);
/** Trust domain and path; segments are never empty, `.` or `..`. */
const SPIFFE_ID = new RegExp(`^(${TRUST_DOMAIN})(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+)+$`);

export const spiffe: Kind = {
  ...plainKind,
  types: [undefined, 'JWT', 'JOSE'],
  algorithms: RSA_AND_EC,
  keyUse: 'jwt-svid',
  requires: [],
  isNamedBy: (claims, issuer) => trustDomainOf(claims['sub']) === issuer.issuer,
  checkClaims,
  checkIssuer: ({ issuer, jwksUri }) =>
    findingsOf([
      [
        WHOLE_TRUST_DOMAIN.test(issuer),
        error(
          'The issuer is not a trust domain.',
          'Write spiffe://<trust domain>, in lower case, without a path.',
        ),
      ],
      [
        jwksUri !== undefined,
        error('A trust domain has no discovery.', 'Write jwksUri: the https address of its bundle endpoint.'),
      ],
    ]),
  checkBinding: ({ subject }, { issuer }) =>
    findingsOf([
      [
        trustDomainOf(subject) === issuer,
        error('The subject is not a SPIFFE ID of this trust domain.', `Write ${issuer}/<path>, whole.`),
      ],
    ]),
};

function checkClaims(claims: JsonObject, issuer: Issuer): JsonObject {
  must(trustDomainOf(claims['sub']) === issuer.issuer, 'spiffe trust domain');
  must(claims['iss'] === undefined || typeof claims['iss'] === 'string', 'spiffe iss');
  return claims;
}

/** `spiffe://<trust domain>` of a well-formed SPIFFE ID with a path. */
function trustDomainOf(subject: unknown): string | undefined {
  return typeof subject === 'string' ? SPIFFE_ID.exec(subject)?.[1] : undefined;
}
