// How callers show who they are: the assertion as a form parameter or a Bearer header, and a DPoP proof beside it.
// Two ways at once are refused: which of them counted would be a guess.

import { Refusal } from '../../core/refusal.ts';
import type { Credentials } from '../../core/verify/caller.ts';
import type { HttpRequest } from './endpoint.ts';
import type { Form } from './form.ts';

const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** An assertion with the request's DPoP proof, if it has one. @throws Refusal `proof_invalid`. */
export function shown(request: HttpRequest, assertion: string, brokerUrl: string): Credentials {
  const text = request.headers['dpop'];
  if (text === undefined) return { assertion };
  // several DPoP headers arrive joined by commas (RFC 9449 §4.3, check 1)
  if (text.includes(',')) throw new Refusal('proof_invalid', { detail: 'more than one DPoP header' });
  return { assertion, proof: { text, method: request.method, url: `${brokerUrl}${request.path}` } };
}

/** @throws Refusal `authentication_repeated` when a token request authenticates beside its own assertion. */
export function refuseOtherAuthentication(request: HttpRequest, form: Form): void {
  const others = [
    'client_assertion',
    'client_assertion_type',
    'client_secret',
    'actor_token',
    'actor_token_type',
  ];
  if (request.headers['authorization'] !== undefined || others.some((name) => form.has(name))) {
    throw new Refusal('authentication_repeated');
  }
}

/**
 * The assertion of a client: `Authorization: Bearer`, or `client_assertion` (RFC 7523 §2.2).
 * @throws Refusal `assertion_missing`, `authentication_repeated`
 */
export function clientAssertion(request: HttpRequest, form: Form): string {
  const header = request.headers['authorization'];
  const posted = form.get('client_assertion');
  if (header !== undefined && posted !== undefined) throw new Refusal('authentication_repeated');
  if (posted !== undefined) {
    if (form.get('client_assertion_type') === CLIENT_ASSERTION_TYPE) return posted;
    throw new Refusal('assertion_missing', { detail: 'client_assertion_type' });
  }
  const token = BEARER.exec(header ?? '')?.[1];
  if (token === undefined) throw new Refusal('assertion_missing');
  return token;
}

/** @throws Refusal `method_not_allowed`. */
export function requirePost(request: HttpRequest): void {
  if (request.method !== 'POST') throw new Refusal('method_not_allowed');
}
