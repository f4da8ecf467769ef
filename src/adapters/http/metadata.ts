// `GET /.well-known/oauth-authorization-server` (RFC 8414) and the key set of access tokens that Remit signs.

import { Refusal } from '../../core/refusal.ts';
import type { Answer } from './answer.ts';
import type { HttpRequest } from './endpoint.ts';
import { GRANT_TYPES } from './token-request.ts';

/** Asymmetric algorithms of assertions and proofs. */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];
const CACHE = { 'cache-control': 'public, max-age=300' };

/** The metadata document; `issuer` is the broker's base URL, exactly. */
function metadataAnswer(brokerUrl: string): Answer {
  return {
    status: 200,
    headers: CACHE,
    body: {
      issuer: brokerUrl,
      token_endpoint: `${brokerUrl}/oauth2/token`,
      revocation_endpoint: `${brokerUrl}/oauth2/revoke`,
      introspection_endpoint: `${brokerUrl}/oauth2/introspect`,
      jwks_uri: `${brokerUrl}/.well-known/jwks.json`,
      response_types_supported: [],
      grant_types_supported: Object.values(GRANT_TYPES),
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
      revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      introspection_endpoint_auth_methods_supported: ['private_key_jwt'],
      introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      authorization_details_types_supported: ['remit_task'],
      dpop_signing_alg_values_supported: ALGORITHMS,
      backchannel_token_delivery_modes_supported: ['poll'],
    },
  };
}

/** No access tokens are signed yet, so the set is empty; AWS credentials are no JWTs. */
function keySetAnswer(): Answer {
  return { status: 200, headers: CACHE, body: { keys: [] } };
}

/** The document at the request's path. @throws Refusal `route_unknown`, `document_method`. */
export function wellKnown({ method, path }: HttpRequest, brokerUrl: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal('document_method');
  if (path === '/.well-known/oauth-authorization-server') return metadataAnswer(brokerUrl);
  if (path === '/.well-known/jwks.json') return keySetAnswer();
  throw new Refusal('route_unknown');
}
