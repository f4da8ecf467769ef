import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/client/broker-error.ts';
import { type Endpoint, openEndpoint } from '../../src/client/endpoint.ts';
import type { HeldLease } from '../../src/client/lease.ts';

const LEASE: HeldLease = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'very-secret',
  sessionToken: 'session-token',
  issuedAt: new Date('2026-11-24T00:00:00.000Z'),
  expiresAt: new Date('2026-11-24T00:01:00.250Z'),
};

let endpoint: Endpoint | undefined;
afterEach(() => endpoint?.close());

async function open(lease: () => Promise<HeldLease> = () => Promise.resolve(LEASE)): Promise<Endpoint> {
  endpoint = await openEndpoint({ lease });
  return endpoint;
}

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** fetch refuses to set Host, so this goes below it. */
function ask(
  url: string,
  options: { headers?: Record<string, string>; method?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text || '{}') }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('the credentials endpoint', () => {
  it('[CLIENT-10] answers its token with what SDKs read, dates in whole seconds', async () => {
    const { url, token } = await open();
    expect(await ask(url, { headers: { authorization: token } })).toEqual({
      status: 200,
      body: {
        AccessKeyId: 'ASIAEXAMPLE',
        SecretAccessKey: 'very-secret',
        Token: 'session-token',
        Expiration: '2026-11-24T00:01:00Z',
      },
    });
  });

  it('listens on loopback only, with a token of 256 bits', async () => {
    const { url, token } = await open();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it.each([
    ['no token', 401, {}],
    ['another token', 401, { authorization: 'x' }],
    ['the token with a scheme', 401, { authorization: 'Bearer TOKEN' }],
    ['another Host (DNS rebinding)', 403, { authorization: 'TOKEN', host: 'evil.test' }],
    ['a Host without port', 403, { authorization: 'TOKEN', host: '127.0.0.1' }],
    ['a web page', 403, { authorization: 'TOKEN', origin: 'https://evil.test' }],
  ])('[CLIENT-10] %s gets %d and no credential', async (_, status, headers: Record<string, string>) => {
    const { url, token } = await open();
    const { authorization } = headers;
    const filled = {
      ...headers,
      ...(authorization && { authorization: authorization.replace('TOKEN', token) }),
    };
    const reply = await ask(url, { headers: filled });
    expect(reply.status).toBe(status);
    expect(JSON.stringify(reply.body)).not.toMatch(/secret|session-token|ASIA/);
  });

  it('[CLIENT-10] other paths and methods get nothing', async () => {
    const { url, token } = await open();
    const headers = { authorization: token };
    expect((await ask(new URL('/other', url).href, { headers })).status).toBe(404);
    expect((await ask(url, { headers, method: 'POST' })).status).toBe(405);
  });

  it('tells SDKs why there is nothing, and whether to try again', async () => {
    const passing = new BrokerError('The broker cannot be reached.', {
      code: 'broker_unreachable',
      retryable: true,
    });
    const final = new BrokerError('The grant has ended.', { code: 'grant_ended', requestId: 'req-9' });
    let error: Error = passing;
    const { url, token } = await open(() => Promise.reject(error));
    const headers = { authorization: token };
    expect(await ask(url, { headers })).toMatchObject({ status: 503, body: { Code: 'broker_unreachable' } });
    error = final;
    const reply = await ask(url, { headers });
    expect(reply).toMatchObject({
      status: 403,
      body: { message: 'The grant has ended. (request id req-9)' },
    });
    error = new Error('secret detail');
    const internal = await ask(url, { headers });
    expect(internal.status).toBe(500);
    expect(JSON.stringify(internal.body)).not.toContain('secret detail');
  });

  it('a port that is taken is an error with its code', async () => {
    const { url } = await open();
    const port = Number(new URL(url).port);
    await expect(openEndpoint({ lease: () => Promise.resolve(LEASE), port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
