// What people's requests must look like before any route sees them.

import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { endpoint } from '../../../src/adapters/http/endpoint.ts';
import {
  anySignedIn,
  choosePeopleAction,
  type Gate,
  get,
  openGet,
  post,
} from '../../../src/adapters/http/people/route.ts';
import type { VerifiedPerson } from '../../../src/core/people/person.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { bodyOf, rawEvent } from '../../support/http.ts';

const ORIGIN = 'https://console.acme.dev';
const JSON_HEADERS = { 'content-type': 'application/json', authorization: 'Bearer good.id.token' };
const ada = { person: { issuer: 'https://login.acme.dev', subject: 'ada' }, groups: [] };
const gate: Gate = {
  origin: ORIGIN,
  async verify(idToken) {
    if (idToken !== 'good.id.token') throw new Refusal('sign_in_rejected');
    return ada as unknown as VerifiedPerson;
  },
};

const shape = z.strictObject({ reason: z.string().max(10), deep: z.unknown().optional() });
const routes = [
  openGet({ path: '/api/config', operation: 'config', run: async () => ({ open: true }) }),
  get({
    path: '/api/things',
    operation: 'list',
    admit: anySignedIn,
    input: z.strictObject({ limit: z.string().exactOptional() }),
    run: async ({ input }) => input,
  }),
  post({
    path: '/api/things/{thing}',
    operation: 'change',
    admit: anySignedIn,
    input: shape,
    run: async ({ path, input }) => ({ ...path, reason: input.reason }),
  }),
  post({
    path: '/api/closed',
    operation: 'closed',
    admit: () => {
      throw new Refusal('role_missing');
    },
    input: shape,
    run: async () => ({}),
  }),
];
const lines: Record<string, unknown>[] = [];
const handler = endpoint(
  { line: (facts) => void lines.push({ ...facts }), measure: () => undefined },
  choosePeopleAction(routes, gate),
);
const post1 = (body: string, headers: Record<string, string> = {}) =>
  handler(rawEvent('POST', '/api/things/x', body, { ...JSON_HEADERS, ...headers }));

describe('who calls', () => {
  test('[PAPI-1] is known by one Bearer token', async () => {
    expect(bodyOf(await post1('{"reason":"ok"}'))).toEqual({ thing: 'x', reason: 'ok' });
    expect(lines.at(-1)).toMatchObject({ operation: 'change', subject: 'ada', status: 200 });
  });

  test('[PAPI-1] nobody is told to sign in, without an error', async () => {
    const answer = await handler(rawEvent('GET', '/api/things', '', {}));
    expect(answer).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(bodyOf(answer)).toMatchObject({ error: 'invalid_token', code: 'sign_in_required' });
  });

  test.each([
    ['another scheme', 'Basic Z29vZC5pZC50b2tlbg=='],
    ['DPoP', 'DPoP good.id.token'],
    ['no token', 'Bearer '],
    ['two tokens in one header', 'Bearer good.id.token good.id.token'],
    ['two headers', 'Bearer good.id.token, Bearer good.id.token'],
    ['two headers, one of them another', 'Bearer good.id.token,Basic x'],
    ['a token too long to be one', `Bearer ${'a'.repeat(20_000)}`],
    ['a token that is not good', 'Bearer bad.id.token'],
    ['odd spaces', 'Bearer\tgood.id.token'],
  ])('[PAPI-1] %s is no sign-in', async (_, authorization) => {
    const answer = await post1('{"reason":"ok"}', { authorization });
    expect(answer).toMatchObject({
      statusCode: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
    expect(bodyOf(answer)).toMatchObject({ code: 'sign_in_rejected' });
  });

  test.each([
    ['query', '/api/things', 'access_token=good.id.token', ''],
    ['body', '/api/things/x', '', '{"reason":"ok","access_token":"good.id.token"}'],
  ])('[PAPI-1] a token in the %s counts for nothing', async (_, path, query, body) => {
    const method = body === '' ? 'GET' : 'POST';
    const event = rawEvent(method, path, body, { 'content-type': 'application/json' });
    const answer = await handler({ ...event, rawQueryString: query });
    expect(bodyOf(answer)).toMatchObject({ code: 'sign_in_required' });
  });

  test('[PAPI-1] a cookie counts for nothing', async () => {
    const event = rawEvent('GET', '/api/things', '', { cookie: 'id_token=good.id.token' });
    const answer = await handler({ ...event, cookies: ['id_token=good.id.token'] });
    expect(bodyOf(answer)).toMatchObject({ code: 'sign_in_required' });
  });

  test('[PAPI-2] a body is not read before the person is verified and admitted', async () => {
    const send = (path: string, authorization: string) =>
      handler(rawEvent('POST', path, '{', { 'content-type': 'text/plain', authorization }));
    expect(bodyOf(await send('/api/closed', 'Bearer bad'))).toMatchObject({ code: 'sign_in_rejected' });
    const closed = await send('/api/closed', 'Bearer good.id.token');
    expect(closed.statusCode).toBe(403);
    expect(bodyOf(closed)).toMatchObject({ error: 'insufficient_scope', code: 'role_missing' });
  });
});

describe('a body', () => {
  test.each([
    ['a form', 'reason=ok', 'application/x-www-form-urlencoded'],
    ['text', '{"reason":"ok"}', 'text/plain'],
    ['another charset', '{"reason":"ok"}', 'application/json; charset=utf-16'],
    ['another kind of JSON', '{"reason":"ok"}', 'application/jwt+json'],
    ['two types', '{"reason":"ok"}', 'application/json, text/plain'],
    ['no type', '{"reason":"ok"}', ''],
  ])('[PAPI-3] of %s is refused by its type', async (_, body, type) => {
    const answer = await post1(body, { 'content-type': type });
    expect(answer.statusCode).toBe(415);
    expect(bodyOf(answer)).toMatchObject({ code: 'json_expected' });
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{reason'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a text', '"reason"'],
    ['a member named twice', '{"reason":"a","reason":"b"}'],
    ['a member named twice in another spelling', '{"reason":"a","re\\u0061son":"b"}'],
    ['a member named twice deep down', '{"reason":"a","deep":{"a":1,"a":2}}'],
    ['an unknown member', '{"reason":"a","role":"administrator"}'],
    ['a prototype', '{"reason":"a","__proto__":{"x":1}}'],
    ['a member of the wrong type', '{"reason":["a"]}'],
    ['a member that is too long', '{"reason":"12345678901"}'],
    ['a missing member', '{}'],
    ['a byte order mark', '\ufeff{"reason":"a"}'],
    ['half a surrogate', '{"reason":"\\ud800"}'],
    ['a number past all numbers', '{"reason":"a","deep":1e999}'],
    ['deep nesting', `{"reason":"a","deep":${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('[PAPI-3] of %s is refused', async (_, body) => {
    const answer = await post1(body);
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ code: 'body_malformed' });
  });

  test('[PAPI-3] that is not UTF-8 is refused', async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('base64');
    const answer = await handler({
      ...rawEvent('POST', '/api/things/x', body, JSON_HEADERS),
      isBase64Encoded: true,
    });
    expect(bodyOf(answer)).toMatchObject({ code: 'body_malformed' });
  });

  test.each([33_000, 70_000])('[PAPI-3] of %i characters is refused', async (length) => {
    const answer = await post1(`{"reason":"${'x'.repeat(length)}"}`);
    expect(bodyOf(answer)).toMatchObject({ code: 'body_too_large' });
  });

  test('[PAPI-3] may say its charset, and come base64-encoded', async () => {
    const plain = await post1('{"reason":"ok"}', { 'content-type': 'Application/JSON; charset=UTF-8' });
    expect(plain.statusCode).toBe(200);
    const event = rawEvent('POST', '/api/things/x', btoa('{"reason":"ok"}'), JSON_HEADERS);
    expect((await handler({ ...event, isBase64Encoded: true })).statusCode).toBe(200);
  });
});

describe('an address', () => {
  const ask = async (method: string, path: string, query = '') =>
    handler({ ...rawEvent(method, path, '', JSON_HEADERS), rawQueryString: query });

  test.each([
    ['unknown', 'flavour=x'],
    ['repeated', 'limit=1&limit=2'],
    ['unknown and empty-named', '=x'],
    ['on a prototype', '__proto__=x'],
    ['endless', `limit=${'1'.repeat(3000)}`],
  ])('[PAPI-4] with a parameter that is %s is refused', async (_, query) => {
    expect(bodyOf(await ask('GET', '/api/things', query))).toMatchObject({ code: 'query_malformed' });
  });

  test('[PAPI-4] that takes no parameter refuses them all, open or not', async () => {
    expect(bodyOf(await ask('GET', '/api/config', 'a=b'))).toMatchObject({ code: 'query_malformed' });
    expect(bodyOf(await ask('POST', '/api/things/x', 'reason=ok'))).toMatchObject({
      code: 'query_malformed',
    });
  });

  test.each([
    ['POST', '/api/things', 'GET', 'get_expected'],
    ['HEAD', '/api/things', 'GET', 'get_expected'],
    ['GET', '/api/things/x', 'POST', 'post_expected'],
    ['DELETE', '/api/things/x', 'POST', 'post_expected'],
    ['OPTIONS', '/api/things/x', 'POST', 'post_expected'],
  ])('[PAPI-5] %s %s is answered with what is allowed', async (method, path, allow, code) => {
    const answer = await ask(method, path);
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow } });
    expect(bodyOf(answer)).toMatchObject({ code });
  });

  test.each([
    '/api',
    '/api/',
    '/api/thing',
    '/api/things/',
    '/api/things/x/y',
    '/API/things',
    '//api/things',
  ])('[PAPI-5] %s is nothing', async (path) => {
    const answer = await ask('GET', path);
    expect(answer.statusCode).toBe(404);
    expect(bodyOf(answer)).toMatchObject({ code: 'route_unknown' });
  });
});

describe('a page', () => {
  test.each([
    ['of another origin', { origin: 'https://evil.dev' }],
    ['without an origin', { origin: 'null' }],
    ['of a lookalike', { origin: `${ORIGIN}.evil.dev` }],
    ['of another scheme', { origin: ORIGIN.replace('https', 'http') }],
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of a sibling site', { 'sec-fetch-site': 'same-site', origin: ORIGIN }],
    ['that nobody opened', { 'sec-fetch-site': 'none' }],
  ])('[PAPI-6] %s changes nothing', async (_, headers) => {
    const answer = await post1('{"reason":"ok"}', headers);
    expect(answer.statusCode).toBe(403);
    expect(bodyOf(answer)).toMatchObject({ code: 'page_foreign' });
  });

  test('[PAPI-6] of the console may; and no answer has headers that share it', async () => {
    const answer = await post1('{"reason":"ok"}', { origin: ORIGIN, 'sec-fetch-site': 'same-origin' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(Object.keys(answer.headers ?? {}).join(' ')).not.toMatch(/access-control|set-cookie/i);
  });
});
