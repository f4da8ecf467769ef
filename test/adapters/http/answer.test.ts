// Every refusal has one answer: the right OAuth error, status and headers.

import { describe, expect, test } from 'vitest';
import { refusalAnswer, toGateway } from '../../../src/adapters/http/answer.ts';
import { REFUSALS, Refusal, type RefusalCode } from '../../../src/core/refusal.ts';

const answer = (code: RefusalCode, role: 'subject_token' | 'assertion' | 'client' = 'subject_token') =>
  refusalAnswer(new Refusal(code), 'request-1', role);
const codes = Object.keys(REFUSALS) as RefusalCode[];

describe('a refusal', () => {
  test.each(codes)('[ANSWER-1] %s says code, fixed sentence and request id', (code) => {
    const { body } = answer(code);
    expect(body).toMatchObject({ code, error_description: REFUSALS[code].sentence, request_id: 'request-1' });
    // RFC 6749 §5.2
    expect(REFUSALS[code].sentence).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  test.each([
    ['subject_token', 'invalid_request', 400],
    ['assertion', 'invalid_grant', 400],
    ['client', 'invalid_client', 401],
  ] as const)('[ANSWER-2] of an assertion sent as %s is %s', (role, error, status) => {
    expect(answer('assertion_rejected', role)).toMatchObject({ status, body: { error } });
  });

  test('[ANSWER-3] of a client says how to authenticate', () => {
    expect(answer('assertion_missing').headers).toMatchObject({
      'www-authenticate': 'Bearer error="invalid_client"',
    });
  });

  test.each([
    ['method_not_allowed', 405, { allow: 'POST' }],
    ['document_method', 405, { allow: 'GET, HEAD' }],
    ['route_unknown', 404, {}],
    ['task_unknown', 400, {}],
    ['store_unavailable', 503, { 'retry-after': '2' }],
    ['issuer_unavailable', 503, { 'retry-after': '2' }],
    ['internal_error', 500, {}],
    ['renewal_conflict', 429, { 'retry-after': '2' }],
    ['poll_too_early', 400, {}],
    ['grant_pending', 400, {}],
  ] as const)('[ANSWER-4] %s is HTTP %i', (code, status, headers) => {
    expect(answer(code).status).toBe(status);
    expect(answer(code).headers).toMatchObject(headers);
  });

  test('never shows detail or cause', () => {
    const refusal = new Refusal('internal_error', { detail: 'SECRET', cause: new Error('SECRET') });
    expect(JSON.stringify(refusalAnswer(refusal, 'r', 'client'))).not.toContain('SECRET');
  });
});

test('[ANSWER-5] no answer may be cached unless it says so itself', () => {
  expect(toGateway({ status: 200, body: {} }, 'r').headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'x-request-id': 'r',
  });
});
