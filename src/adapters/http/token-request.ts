// `POST /oauth2/token`: token exchange (RFC 8693), JWT bearer grant (RFC 7523 §2.1) and CIBA poll (CIBA Core §10.1),
// each either for a new task or for the next lease of a grant. Unknown parameters are ignored (RFC 6749 §3.2).

import type { NewTask, Renewal } from '../../core/exchange.ts';
import { Refusal } from '../../core/refusal.ts';
import { parseGrantId, parseHandle } from '../../core/verify/handle.ts';
import type { AssertionRole } from './answer.ts';
import { refuseOtherAuthentication, requirePost, shown } from './authentication.ts';
import { readAuthorizationDetails } from './authorization-details.ts';
import type { HttpRequest } from './endpoint.ts';
import { type Form, readForm, required } from './form.ts';

/** The token type of AWS credentials (docs/clients.md). */
export const AWS_CREDENTIALS_TYPE = 'urn:remit:token-type:aws-credentials';
/** Grant types served, for the metadata too. */
export const GRANT_TYPES = {
  exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ciba: 'urn:openid:params:grant-type:ciba',
} as const;

const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/** What a token request asks for. */
export type TokenAsk =
  | { readonly kind: 'task'; readonly request: NewTask }
  | { readonly kind: 'renewal' | 'poll'; readonly request: Renewal };

/** A readable token request: how its assertion came, and the rest, which is read inside the audited action. */
export interface TokenRequest {
  readonly role: AssertionRole;
  read(): TokenAsk;
}

/** @throws Refusal for a form that cannot be read or a grant type that is not served. */
export function tokenRequest(request: HttpRequest, brokerUrl: string): TokenRequest {
  requirePost(request);
  const form = readForm(request.headers['content-type'], request.body);
  refuseOtherAuthentication(request, form);
  const grantType = required(form, 'grant_type');
  const from = { request, form, brokerUrl };
  switch (grantType) {
    case GRANT_TYPES.exchange:
      return { role: 'subject_token', read: () => exchange(from, subjectToken(form)) };
    case GRANT_TYPES.jwtBearer:
      return { role: 'assertion', read: () => exchange(from, required(form, 'assertion')) };
    case GRANT_TYPES.ciba:
      return { role: 'client', read: () => poll(from) };
    default:
      throw new Refusal('grant_type_unsupported');
  }
}

interface Source {
  readonly request: HttpRequest;
  readonly form: Form;
  readonly brokerUrl: string;
}

function exchange({ request, form, brokerUrl }: Source, assertion: string): TokenAsk {
  requireAwsCredentials(form);
  const credentials = shown(request, assertion, brokerUrl);
  const details = form.get('authorization_details');
  if (form.has('grant_id') || form.has('grant_handle')) {
    if (details !== undefined) throw notExpected('authorization_details');
    return { kind: 'renewal', request: { shown: credentials, named: namedGrant(form) } };
  }
  if (details === undefined)
    throw new Refusal('parameter_missing', { members: { parameter: 'authorization_details' } });
  const idempotencyKey = readIdempotencyKey(request);
  return {
    kind: 'task',
    request: {
      shown: credentials,
      asked: readAuthorizationDetails(details),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
  };
}

function poll({ request, form, brokerUrl }: Source): TokenAsk {
  requireAwsCredentials(form);
  const named = parseHandle(required(form, 'auth_req_id'));
  if (named === undefined) throw new Refusal('grant_unknown', { detail: 'auth_req_id' });
  const credentials = shown(request, subjectToken(form), brokerUrl);
  return { kind: 'poll', request: { shown: credentials, named, byPoll: true } };
}

function subjectToken(form: Form): string {
  const token = required(form, 'subject_token');
  if (required(form, 'subject_token_type') !== JWT_TYPE) throw new Refusal('token_type_unsupported');
  return token;
}

/** The grant a form names; the handle may be left out where a key is bound. */
export function namedGrant(form: Form): Renewal['named'] {
  const grantId = parseGrantId(required(form, 'grant_id'));
  if (grantId === undefined) throw new Refusal('grant_unknown', { detail: 'grant_id' });
  return { grantId, handle: readHandle(form) };
}

/** The handle, if one is sent. @throws Refusal `grant_unknown` when it has no handle's form. */
export function readHandle(form: Form): Renewal['named']['handle'] {
  const text = form.get('grant_handle');
  if (text === undefined) return undefined;
  const named = parseHandle(text);
  if (named === undefined) throw new Refusal('grant_unknown', { detail: 'grant_handle' });
  return named.handle;
}

/** Only AWS credentials are issued here; they have no resource server to be meant for. */
function requireAwsCredentials(form: Form): void {
  const wanted = form.get('requested_token_type');
  if (wanted !== undefined && wanted !== AWS_CREDENTIALS_TYPE) throw new Refusal('token_type_unsupported');
  for (const name of ['resource', 'audience']) if (form.has(name)) throw new Refusal('target_unsupported');
}

function readIdempotencyKey(request: HttpRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key)) throw new Refusal('idempotency_key_malformed');
  return key;
}

function notExpected(parameter: string): Refusal {
  return new Refusal('parameter_not_expected', { members: { parameter } });
}
