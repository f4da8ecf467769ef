// From an outcome to an HTTP answer. The only file that knows status codes; refusals become OAuth error bodies
// (RFC 6749 §5.2) with a fixed sentence, the stable code and the request id.

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Refusal, RefusalCode } from '../../core/refusal.ts';
import { REFUSALS } from '../../core/refusal.ts';

/** What a refused assertion is called depends on what it was sent as (RFC 8693 §2.2.2, RFC 7523 §3.1, §3.2). */
export type AssertionRole = 'subject_token' | 'assertion' | 'client';

const ASSERTION_ERRORS: Record<AssertionRole, string> = {
  subject_token: 'invalid_request',
  assertion: 'invalid_grant',
  client: 'invalid_client',
};

const STATUS_BY_ERROR: Readonly<Record<string, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
  server_error: 500,
};
const STATUS_BY_CODE: Partial<Readonly<Record<RefusalCode, number>>> = {
  method_not_allowed: 405,
  document_method: 405,
  get_expected: 405,
  post_expected: 405,
  json_expected: 415,
  page_foreign: 403,
  route_unknown: 404,
  renewal_too_early: 429,
  renewal_conflict: 429,
  budget_exceeded: 429,
  request_unknown: 404,
  question_unknown: 404,
  agent_not_found: 404,
  kill_target_unknown: 404,
  agent_exists: 409,
  agent_changed: 409,
  binding_taken: 409,
  agent_without_identity: 409,
  move_illegal: 409,
  agent_not_retired: 409,
  act_interrupted: 409,
  decided_already: 409,
  request_closed: 409,
  request_changed: 409,
};
/** What an address is served by (RFC 9110 §15.5.6). */
const ALLOW_BY_CODE: Partial<Readonly<Record<RefusalCode, string>>> = {
  method_not_allowed: 'POST',
  document_method: 'GET, HEAD',
  get_expected: 'GET',
  post_expected: 'POST',
};
/** Seconds to wait before trying again when nothing better is known. */
const RETRY_AFTER_SECONDS = 2;

/** An answer to a caller, before it is one of API Gateway's. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal as its OAuth error. */
export function refusalAnswer(refusal: Refusal, requestId: string, role: AssertionRole): Answer {
  const error = refusal.error === 'assertion' ? ASSERTION_ERRORS[role] : refusal.error;
  const status = STATUS_BY_CODE[refusal.code] ?? STATUS_BY_ERROR[error] ?? 400;
  const waits =
    refusal.retryAfterSeconds ?? (status === 503 || status === 429 ? RETRY_AFTER_SECONDS : undefined);
  return {
    status,
    body: {
      error,
      error_description: REFUSALS[refusal.code].sentence,
      code: refusal.code,
      request_id: requestId,
      ...refusal.members,
    },
    headers: {
      ...(status === 401 && { 'www-authenticate': challengeOf(refusal, error) }),
      ...(status === 405 && { allow: ALLOW_BY_CODE[refusal.code] ?? 'POST' }),
      ...(waits !== undefined && { 'retry-after': String(waits) }),
    },
  };
}

/** Who has shown nothing at all is told of no error (RFC 6750 §3.1). */
function challengeOf({ code }: Refusal, error: string): string {
  return code === 'sign_in_required' ? 'Bearer' : `Bearer error="${error}"`;
}

/** API Gateway's form of an answer; nothing of ours may be cached unless it says so itself. */
export function toGateway(answer: Answer, requestId: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: answer.status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...answer.headers,
    },
    body: answer.body === undefined ? '' : JSON.stringify(answer.body),
  };
}
