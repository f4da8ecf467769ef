import { request as httpRequest, type Server } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, type GatewayRoute } from '../../../src/adapters/local/gateway.ts';
import { closeServer, listenLoopback } from '../../../src/adapters/local/listen.ts';

interface Answered {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

describe('the local gateway', () => {
  let server: Server;
  let port: number;
  let events: APIGatewayProxyEventV2[] = [];
  let next: () => Promise<APIGatewayProxyResultV2> = async () => ({ statusCode: 204 });
  const record = (event: APIGatewayProxyEventV2) => {
    events.push(event);
    return next();
  };
  const routes: GatewayRoute[] = [
    { routeKey: 'ANY /oauth2/token', handler: record },
    { routeKey: 'POST /grants/{grantId}/complete', handler: record },
  ];

  beforeAll(async () => {
    server = createGateway({ routes, clock: () => new Date('2026-11-24T00:00:00Z') });
    port = await listenLoopback(server, { port: 0, variable: 'REMIT_PORT' });
  });
  afterAll(() => closeServer(server));
  beforeEach(() => {
    events = [];
    next = async () => ({ statusCode: 204 });
  });

  function send(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
  ) {
    return new Promise<Answered>((resolve, reject) => {
      const { method = 'POST', body } = options;
      const headers = { host: `localhost:${port}`, ...options.headers };
      const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  it('hands a form over as API Gateway does: base64, bytes unchanged [LOCAL-17]', async () => {
    const body = Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0x26, 0x62, 0x3d]);
    await send('/oauth2/token?a=1&a=2&b=%20', {
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'X-Thing': 'yes', cookie: 'c=1; d=2' },
    });
    expect(events).toMatchObject([
      {
        version: '2.0',
        routeKey: 'ANY /oauth2/token',
        rawPath: '/oauth2/token',
        rawQueryString: 'a=1&a=2&b=%20',
        queryStringParameters: { a: '1,2', b: ' ' },
        headers: { 'x-thing': 'yes' },
        cookies: ['c=1', 'd=2'],
        isBase64Encoded: true,
        requestContext: { http: { method: 'POST', path: '/oauth2/token' } },
      },
    ]);
    expect(Buffer.from(events[0]?.body ?? '', 'base64').equals(body)).toBe(true);
  });

  it('hands JSON and text over as text, and nothing where there is no body', async () => {
    await send('/oauth2/token', { body: '{"ü":1}', headers: { 'content-type': 'application/json' } });
    await send('/oauth2/token', { method: 'GET' });
    expect(events[0]).toMatchObject({ body: '{"ü":1}', isBase64Encoded: false });
    expect(events[1]).not.toHaveProperty('body');
  });

  it('passes path variables, and answers 404 where API Gateway has no route', async () => {
    expect((await send('/grants/01J/complete')).status).toBe(204);
    expect(events[0]?.pathParameters).toEqual({ grantId: '01J' });
    for (const path of ['/grants//complete', '/grants/a/b/complete', '/oauth2/token/', '/', '/OAUTH2/token'])
      expect(await send(path)).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect((await send('/grants/a/complete', { method: 'GET' })).status).toBe(404);
    expect(events).toHaveLength(1);
  });

  it('gives status, headers, cookies and body of the handler back', async () => {
    next = async () => ({
      statusCode: 418,
      headers: { 'Cache-Control': 'no-store' },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('tea').toString('base64'),
      isBase64Encoded: true,
    });
    const answered = await send('/oauth2/token');
    expect(answered).toMatchObject({ status: 418, text: 'tea' });
    expect(answered.headers).toMatchObject({ 'cache-control': 'no-store', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('answers for a handler that throws with nothing of its error', async () => {
    next = () => Promise.reject(new Error('secret detail'));
    expect(await send('/oauth2/token')).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
  });

  it('keeps other host names out, which a rebound DNS name would send [LOCAL-18]', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost',
      `localhost:${port + 1}`,
      `localhost.evil.example:${port}`,
    ])
      expect((await send('/oauth2/token', { headers: { host } })).status).toBe(421);
    expect(events).toHaveLength(0);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`])
      expect((await send('/oauth2/token', { headers: { host } })).status).toBe(204);
  });

  it('keeps pages of other sites out [LOCAL-19]', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${port + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await send('/oauth2/token', { headers: headers as Record<string, string> })).status).toBe(403);
    expect(events).toHaveLength(0);
    expect((await send('/oauth2/token', { headers: { origin: `http://localhost:${port}` } })).status).toBe(
      204,
    );
  });

  it('refuses a body over 10 MB and a head over 10,240 bytes, as API Gateway does', async () => {
    expect((await send('/oauth2/token', { body: Buffer.alloc(10 * 1024 * 1024) })).status).toBe(204);
    const large = await send('/oauth2/token', { body: Buffer.alloc(10 * 1024 * 1024 + 1) }).catch(() => ({
      status: 413,
    }));
    expect(large.status).toBe(413);
    expect((await send('/oauth2/token', { headers: { 'x-long': 'a'.repeat(10_300) } })).status).toBe(431);
    expect(events).toHaveLength(1);
  });

  it('says that it is starting while it has no routes', async () => {
    const empty = createGateway({ routes: [], clock: () => new Date() });
    const other = await listenLoopback(empty, { port: 0, variable: 'REMIT_PORT' });
    const answer = await fetch(`http://127.0.0.1:${other}/oauth2/token`);
    expect(answer.status).toBe(503);
    await closeServer(empty);
  });
});
