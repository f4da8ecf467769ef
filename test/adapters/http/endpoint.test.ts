// Whatever comes in, an answer goes out and one line is written.

import { describe, expect, test } from 'vitest';
import type { Measure } from '../../../src/adapters/aws/telemetry.ts';
import { endpoint } from '../../../src/adapters/http/endpoint.ts';
import { tokenRequest } from '../../../src/adapters/http/token-request.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { bodyOf, formEvent, rawEvent } from '../../support/http.ts';

function recorded() {
  const lines: Record<string, unknown>[] = [];
  return {
    lines,
    telemetry: { line: (facts: object) => void lines.push({ ...facts }), measure: () => undefined },
  };
}

describe('an endpoint', () => {
  test('[ENDPOINT-1] answers an unexpected error without telling it, and logs its name only', async () => {
    const { lines, telemetry } = recorded();
    const handler = endpoint(telemetry, () => ({
      operation: 'token',
      role: 'client',
      run: () => Promise.reject(new TypeError('SECRET in a message')),
    }));
    const answer = await handler(formEvent('/oauth2/token', {}));
    expect(answer.statusCode).toBe(500);
    expect(bodyOf(answer)).toMatchObject({
      error: 'server_error',
      code: 'internal_error',
      request_id: 'request-1',
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ code: 'internal_error', cause: 'TypeError', status: 500 });
    expect(JSON.stringify([answer, lines])).not.toContain('SECRET');
  });

  test('[ENDPOINT-2] logs what was noted, also when refused', async () => {
    const { lines, telemetry } = recorded();
    const handler = endpoint(telemetry, () => ({
      operation: 'token',
      role: 'client',
      async run(context) {
        context.log.note({ agent: 'billing-agent' });
        throw new Refusal('policy_denied', { detail: 'why' });
      },
    }));
    await handler(formEvent('/oauth2/token', {}));
    expect(lines[0]).toMatchObject({
      agent: 'billing-agent',
      code: 'policy_denied',
      detail: 'why',
      operation: 'token',
    });
  });

  test.each([
    [{ decision: 'break-glass' }, []],
    [
      { decision: 'break-glass', outcome: 'approved', noticeFailed: 'sns eventbridge' },
      [
        { metric: 'decisions', value: 1, dimension: { decision: 'break-glass' } },
        { metric: 'noticeFailures', value: 2 },
      ],
    ],
  ])(
    '[WORKFLOW-15] counts a decision that was recorded, and channels that failed: %j',
    async (noted, expected) => {
      const counted: Measure[] = [];
      const telemetry = {
        line: () => undefined,
        measure: (measures: readonly Measure[]) => void counted.push(...measures),
      };
      const handler = endpoint(telemetry, () => ({
        operation: 'decide',
        role: 'client',
        async run(context) {
          context.log.note(noted);
          return { status: 200, headers: {}, body: {} };
        },
      }));
      await handler(formEvent('/api/approvals', {}));
      const usual = ['requests', 'duration'];
      expect(counted.filter(({ metric }) => !usual.includes(metric))).toEqual(expected);
    },
  );

  test('refuses a body past its limit before reading it', async () => {
    const { telemetry } = recorded();
    const handler = endpoint(telemetry, () => {
      throw new Error('read');
    });
    const answer = await handler(formEvent('/oauth2/token', { a: 'x'.repeat(70_000) }));
    expect(bodyOf(answer)).toMatchObject({ code: 'body_too_large' });
  });
});

describe('a token request', () => {
  const TOKEN = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'a.b.c',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  };
  const details = (value: unknown) => ({ ...TOKEN, authorization_details: JSON.stringify(value) });
  const task = { type: 'remit_task', task: 'export-invoices', parameters: { a: 'b' }, purpose: 'why' };
  const handler = endpoint(recorded().telemetry, (request) => {
    const { role, read } = tokenRequest(request, 'https://broker.acme.dev');
    return { operation: 'token', role, run: async () => ({ status: 200, body: read() }) };
  });
  const send = async (fields: Record<string, string>, headers = {}) =>
    bodyOf(await handler(formEvent('/oauth2/token', fields, headers)));

  test('[TOKEN-1] asks for one task', async () => {
    expect(await send(details([task]), { 'idempotency-key': 'k1' })).toMatchObject({
      kind: 'task',
      request: {
        shown: { assertion: 'a.b.c' },
        asked: { task: 'export-invoices', parameters: { a: 'b' }, purpose: 'why' },
        idempotencyKey: 'k1',
      },
    });
  });

  test('[TOKEN-2] by jwt-bearer asks for the same', async () => {
    const { subject_token: assertion, ...rest } = details([task]);
    const bearer = { ...rest, assertion, grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' };
    expect(await send(bearer)).toMatchObject({ kind: 'task', request: { shown: { assertion: 'a.b.c' } } });
  });

  test('[TOKEN-3] with a grant id renews', async () => {
    const grant_id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const renewal = { ...TOKEN, grant_id, grant_handle: `${grant_id}.${'A'.repeat(43)}` };
    expect(await send(renewal)).toMatchObject({ kind: 'renewal', request: { named: { grantId: grant_id } } });
  });

  test('[TOKEN-4] carries the DPoP proof with the address it must be made for', async () => {
    const answer = await send(details([task]), { dpop: 'p.r.f' });
    expect(answer).toMatchObject({
      request: {
        shown: { proof: { text: 'p.r.f', method: 'POST', url: 'https://broker.acme.dev/oauth2/token' } },
      },
    });
  });

  test.each([
    ['an unknown grant type', { ...details([task]), grant_type: 'password' }, 'unsupported_grant_type'],
    ['no grant type', { subject_token: 'x' }, 'invalid_request'],
    ['no subject token', { ...details([task]), subject_token: '' }, 'invalid_request'],
    ['another subject token type', { ...details([task]), subject_token_type: 'saml' }, 'invalid_request'],
    ['another token type wanted', { ...details([task]), requested_token_type: 'x' }, 'invalid_request'],
    ['a resource', { ...details([task]), resource: 'https://x.dev' }, 'invalid_target'],
    ['no details', TOKEN, 'invalid_request'],
    ['details that are no JSON', { ...TOKEN, authorization_details: '{' }, 'invalid_authorization_details'],
    ['details that are no array', details(task), 'invalid_authorization_details'],
    ['no task', details([]), 'invalid_authorization_details'],
    ['two tasks', details([task, task]), 'invalid_authorization_details'],
    ['another type of details', details([{ ...task, type: 'payment' }]), 'invalid_authorization_details'],
    ['an unknown member', details([{ ...task, actions: ['s3:*'] }]), 'invalid_authorization_details'],
    ['a task that is no name', details([{ ...task, task: '../x' }]), 'invalid_authorization_details'],
    [
      'nested parameters',
      details([{ ...task, parameters: { a: { b: 1 } } }]),
      'invalid_authorization_details',
    ],
    [
      'a number past all numbers',
      {
        ...TOKEN,
        authorization_details: '[{"type":"remit_task","task":"t","purpose":"p","parameters":{"a":1e999}}]',
      },
      'invalid_authorization_details',
    ],
    ['no purpose', details([{ ...task, purpose: undefined }]), 'invalid_authorization_details'],
    [
      'a purpose that hides text',
      details([{ ...task, purpose: 'a\u202eb' }]),
      'invalid_authorization_details',
    ],
    [
      'a purpose as long as a book',
      details([{ ...task, purpose: 'x'.repeat(501) }]),
      'invalid_authorization_details',
    ],
    ['a client assertion beside', { ...details([task]), client_assertion: 'x' }, 'invalid_request'],
    ['an actor token beside', { ...details([task]), actor_token: 'x' }, 'invalid_request'],
    ['details beside a grant id', { ...details([task]), grant_id: 'x' }, 'invalid_request'],
    ['a grant id that is none', { ...TOKEN, grant_id: 'x' }, 'invalid_grant'],
    [
      'a handle that is none',
      { ...TOKEN, grant_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', grant_handle: 'x' },
      'invalid_grant',
    ],
  ] as const)('[TOKEN-5] with %s is refused', async (_, fields, error) => {
    expect(await send({ ...fields })).toMatchObject({ error, request_id: 'request-1' });
  });

  test.each([
    ['is empty', ' ', 'empty'],
    ['is as long as a book', 'x'.repeat(501), 'longer than 500 characters'],
    ['hides text', 'SECRET\u202eb', 'with a line break or characters that nobody sees'],
  ])(
    '[ANSWER-6] of a purpose that %s it is told that it is the purpose, and the rule',
    async (_, purpose, problem) => {
      const answer = await send(details([{ ...task, purpose }]));
      expect(answer).toMatchObject({ code: 'details_malformed', field: 'purpose', problem });
      expect(JSON.stringify(answer)).not.toContain('SECRET');
    },
  );

  test.each([
    ['an Authorization header', { authorization: 'Bearer x' }, 'invalid_request'],
    ['two DPoP headers', { dpop: 'a.b.c,d.e.f' }, 'invalid_dpop_proof'],
    ['an Idempotency-Key of 129 characters', { 'idempotency-key': 'x'.repeat(129) }, 'invalid_request'],
  ])('[TOKEN-6] with %s is refused', async (_, headers, error) => {
    expect(await send(details([task]), headers)).toMatchObject({ error });
  });

  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])('[TOKEN-7] by %s is refused', async (method) => {
    const answer = await handler(rawEvent(method, '/oauth2/token', '', {}));
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } });
  });

  test('ignores parameters it does not know', async () => {
    expect(await send({ ...details([task]), flavour: 'x' })).toMatchObject({ kind: 'task' });
  });
});
