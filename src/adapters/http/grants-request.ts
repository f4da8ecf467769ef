// complete, revoke and introspect: their requests and answers.

import type { Grant } from '../../core/model.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Completion } from '../../core/revoke/complete.ts';
import type { ActiveGrant } from '../../core/revoke/introspect.ts';
import type { TokenRequest } from '../../core/revoke/revoke.ts';
import { parseGrantId } from '../../core/verify/handle.ts';
import type { Answer } from './answer.ts';
import { clientAssertion, requirePost, shown } from './authentication.ts';
import { writeAuthorizationDetails } from './authorization-details.ts';
import type { HttpRequest } from './endpoint.ts';
import { type Form, readForm, required } from './form.ts';
import { readHandle } from './token-request.ts';

const OUTCOME_LENGTH = 500;
const COMPLETE_PATH = /^\/grants\/([^/]+)\/complete$/;

/** Whether a path is that of a completion. */
export function isCompletion(path: string): boolean {
  return COMPLETE_PATH.test(path);
}

/** `POST /grants/{grantId}/complete`. */
export function readCompletion(request: HttpRequest, brokerUrl: string): Completion {
  requirePost(request);
  const form = readForm(request.headers['content-type'], request.body);
  const grantId = parseGrantId(COMPLETE_PATH.exec(request.path)?.[1] ?? '');
  if (form.has('client_assertion')) throw new Refusal('authentication_repeated');
  const credentials = shown(request, clientAssertion(request, form), brokerUrl);
  if (grantId === undefined) throw new Refusal('grant_unknown', { detail: 'path' });
  return { shown: credentials, named: { grantId, handle: readHandle(form) }, outcome: readOutcome(form) };
}

/** The agent's own words, kept to a length and to printable characters. */
function readOutcome(form: Form): string | undefined {
  const outcome = form
    .get('outcome')
    ?.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu, ' ')
    .trim();
  return outcome ? outcome.slice(0, OUTCOME_LENGTH) : undefined;
}

/** `POST /oauth2/revoke` and `POST /oauth2/introspect`; `token_type_hint` is ignored (RFC 7009 §2.1). */
export function readTokenRequest(request: HttpRequest, brokerUrl: string): TokenRequest {
  requirePost(request);
  const form = readForm(request.headers['content-type'], request.body);
  return {
    shown: shown(request, clientAssertion(request, form), brokerUrl),
    token: required(form, 'token'),
  };
}

/** How a grant ended, and until when its last lease can work. */
export function completionAnswer(grant: Grant): Answer {
  return {
    status: 200,
    body: {
      grant_id: grant.grantId,
      grant_status: grant.status,
      ...(grant.endedAt && { ended_at: grant.endedAt.toISOString() }),
      ...(grant.leaseExpiresAt && { lease_expires_at: grant.leaseExpiresAt.toISOString() }),
    },
  };
}

/** RFC 7662 §2.2: inactive says nothing else. */
export function introspectionAnswer(active: ActiveGrant | undefined, brokerUrl: string): Answer {
  if (active === undefined) return { status: 200, body: { active: false } };
  const { grant, server } = active;
  return {
    status: 200,
    body: {
      active: true,
      iss: brokerUrl,
      aud: server,
      sub: grant.agent,
      client_id: grant.agent,
      jti: grant.grantId,
      iat: epoch(grant.requestedAt),
      exp: epoch(grant.expiresAt),
      token_type: 'N_A',
      authorization_details: writeAuthorizationDetails(grant),
      ...(grant.boundKey !== undefined && { cnf: { jkt: grant.boundKey } }),
    },
  };
}

function epoch(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
