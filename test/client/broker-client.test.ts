import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/client/broker-error.ts';
import { ASKED, answerFirst, broker, client, failure, granted, minted, QUICK } from './broker-fixture.ts';
import { type Reply, refusal, startFakeBroker } from './fake-broker.ts';

describe('what is sent', () => {
  it('[CLIENT-1] a new request is a token exchange with exactly one remit_task', async () => {
    await granted();
    const [call] = broker.calls;
    expect(call?.form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: minted[0],
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      requested_token_type: 'urn:remit:token-type:aws-credentials',
      authorization_details: JSON.stringify([{ type: 'remit_task', ...ASKED }]),
    });
    expect(call?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(call?.headers.authorization).toBeUndefined();
  });

  it('[CLIENT-1] a renewal names the grant by id and handle and sends no details', async () => {
    const { grant } = await granted();
    await client().renew(grant);
    const form = broker.calls.at(-1)?.form;
    expect(form).toMatchObject({ grant_id: grant.grantId, grant_handle: grant.handle });
    expect(form).not.toHaveProperty('authorization_details');
  });

  it('complete shows the assertion as a bearer and the handle in the form', async () => {
    const { grant } = await granted();
    await client().complete(grant, 'done');
    const call = broker.calls.at(-1);
    expect(call?.path).toBe(`/grants/${grant.grantId}/complete`);
    expect(call?.headers.authorization).toBe(`Bearer ${minted.at(-1)}`);
    expect(call?.form).toEqual({ grant_handle: grant.handle, outcome: 'done' });
  });

  it('[CLIENT-2] each try shows a fresh assertion under one Idempotency-Key', async () => {
    answerFirst({ status: 503 }, 'drop');
    await granted();
    expect(broker.count('request')).toBe(3);
    expect(new Set(broker.calls.map((call) => call.headers['idempotency-key'])).size).toBe(1);
    expect(new Set(broker.calls.map((call) => call.form['subject_token'])).size).toBe(3);
  });

  it('[CLIENT-2] two requests have different Idempotency-Keys', async () => {
    await granted();
    await granted();
    const keys = broker.calls.map((call) => call.headers['idempotency-key']);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('a grant whose answer was lost is left to end, and another one is asked for under a new key', async () => {
    answerFirst('drop', refusal(400, 'request_repeated', { grant_status: 'active' }));
    const { lease } = await granted();
    expect(lease.accessKeyId).toMatch(/^ASIA/);
    const keys = broker.calls.map((call) => call.headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });
});

describe('trying again', () => {
  it('[CLIENT-3] stops after the attempts that the policy allows', async () => {
    broker.intercept = () => ({ status: 503 });
    const error = await failure(client().request(ASKED));
    expect(broker.count('request')).toBe(4);
    expect(error).toMatchObject({ retryable: true, requestId: 'req-1' });
  });

  it('[CLIENT-3] waits at least as long as Retry-After says', async () => {
    answerFirst({ status: 429, headers: { 'retry-after': '1' } });
    const startedAt = Date.now();
    await granted();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it('[CLIENT-3] gives up at once when Retry-After is longer than its patience', async () => {
    broker.intercept = () => ({ status: 429, headers: { 'retry-after': '60' } });
    const error = await failure(client().request(ASKED));
    expect(error.retryAfterSeconds).toBe(60);
    expect(broker.count('request')).toBe(1);
  });

  it('[CLIENT-3] [AWAIT-11] an agent that has asked people too often is told when it may again', async () => {
    broker.intercept = () => ({
      ...refusal(503, 'asked_too_often', { error: 'temporarily_unavailable' }),
      headers: { 'retry-after': '2400' },
    });
    const error = await failure(client().request(ASKED));
    expect(error).toMatchObject({ code: 'asked_too_often', retryable: true, fix: 'try again in 40 min' });
    expect(broker.count('request')).toBe(1);
  });

  it('[CLIENT-3] a refusal is not tried again', async () => {
    broker.intercept = () => refusal(400, 'policy_denied');
    const error = await failure(client().request(ASKED));
    expect(error).toMatchObject({ code: 'policy_denied', retryable: false, requestId: 'req-1' });
    expect(error.fix).toContain('remit explain');
    expect(broker.count('request')).toBe(1);
  });

  it('a broker that does not listen is unreachable, with what to check', async () => {
    const { url } = broker;
    await broker.close();
    const error = await failure(client({ broker: url }).request(ASKED));
    expect(error).toMatchObject({ code: 'broker_unreachable', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.fix).toContain('--broker');
  });

  it('a broker that does not answer is a timeout', async () => {
    broker.intercept = () => 'hang';
    const options = { timeoutMs: 50, retries: { ...QUICK, attempts: 1 } };
    expect(await failure(client(options).request(ASKED))).toMatchObject({ code: 'broker_timeout' });
  });

  it('a broker that begins an answer and never ends it is a timeout too', async () => {
    const stalled = (_: unknown, init?: RequestInit) => {
      const start = (controller: ReadableStreamDefaultController) => {
        init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
      };
      return Promise.resolve(new Response(new ReadableStream({ start })));
    };
    const options = { timeoutMs: 50, retries: { ...QUICK, attempts: 1 }, fetch: stalled as typeof fetch };
    expect(await failure(client(options).request(ASKED))).toMatchObject({ code: 'broker_timeout' });
  });
});

describe('answers that cannot be used', () => {
  const lease = (members: Record<string, unknown>): Reply => ({
    status: 200,
    body: {
      access_token: Buffer.from(
        JSON.stringify({
          Version: 1,
          AccessKeyId: 'ASIA1',
          SecretAccessKey: 's',
          SessionToken: 't',
          Expiration: '2026-11-24T00:00:00Z',
        }),
      ).toString('base64url'),
      issued_token_type: 'urn:remit:token-type:aws-credentials',
      token_type: 'N_A',
      expires_in: 60,
      grant_id: 'G',
      grant_handle: 'H',
      ...members,
    },
  });
  const cases: [string, Reply][] = [
    ['HTML with status 200', { status: 200, raw: '<html>hello</html>' }],
    ['an empty body', { status: 200, raw: '' }],
    ['JSON null', { status: 200, raw: 'null' }],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.test/' } }],
    ['404 without JSON', { status: 404, raw: 'not found' }],
    ['a megabyte', { status: 200, raw: 'x'.repeat(1_048_576) }],
    ['a lease without handle', lease({ grant_handle: undefined })],
    ['a lease of another token type', lease({ issued_token_type: 'urn:ietf:params:oauth:token-type:jwt' })],
    ['an access token that is not credentials', lease({ access_token: 'bm90IGpzb24' })],
    ['a life that is not a number', lease({ expires_in: '60' })],
    ['a negative life', lease({ expires_in: -1 })],
  ];
  it.each(cases)('[CLIENT-4] %s is broker_garbled and not tried again', async (_, reply) => {
    broker.intercept = () => reply;
    const error = await failure(client().request(ASKED));
    expect(error.code).toBe('broker_garbled');
    expect(error.fix).toContain('--broker');
    expect(broker.calls).toHaveLength(1);
  });

  it('[CLIENT-4] a renewal that brings the lease of another grant is refused', async () => {
    const { grant } = await granted();
    broker.intercept = () => lease({});
    expect(await failure(client().renew(grant))).toMatchObject({ code: 'broker_garbled' });
  });

  it('[CLIENT-4] an error sentence with control characters is not repeated', async () => {
    broker.intercept = () => ({ status: 400, body: { error: 'x', error_description: '\u001b[31mred' } });
    const error = await failure(client().request(ASKED));
    expect(error.message).not.toContain('\u001b');
  });
});

describe('where an assertion may go', () => {
  it.each([
    'http://broker.example.com',
    'http://10.0.0.1:8787',
    'http://localhost.example.com',
    'ftp://x',
    'nonsense',
  ])('[CLIENT-5] %s is refused before anything is asked', (address) => {
    expect(() => client({ broker: address })).toThrow(BrokerError);
    expect(minted).toEqual([]);
  });

  it('[CLIENT-5] a redirect is not followed', async () => {
    const other = await startFakeBroker();
    broker.intercept = () => ({ status: 307, headers: { location: `${other.url}/oauth2/token` } });
    await failure(client().request(ASKED));
    expect(other.calls).toEqual([]);
    await other.close();
  });
});

/** For a lease of a minute, asked for after `from` and answered by now; dates of HTTP and of leases are whole seconds. */
function expectAMinuteAfter(end: Date, from: number): void {
  expect(end.getTime()).toBeGreaterThanOrEqual(from + 59_000);
  expect(end.getTime()).toBeLessThanOrEqual(Date.now() + 61_000);
}

describe('times', () => {
  it('takes the date of the broker while the clocks agree', async () => {
    const from = Date.now();
    const { lease } = await granted();
    expectAMinuteAfter(lease.expiresAt, from);
  });

  it('counts from the moment of asking when this clock is wrong, so that SDKs see a live lease', async () => {
    const { grant } = await granted();
    const ahead = Date.now() + 3_600_000;
    const credentials = {
      Version: 1,
      AccessKeyId: 'ASIA1',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: new Date(ahead).toISOString(),
    };
    broker.intercept = () => ({
      status: 200,
      body: {
        access_token: Buffer.from(JSON.stringify(credentials)).toString('base64url'),
        issued_token_type: 'urn:remit:token-type:aws-credentials',
        token_type: 'N_A',
        expires_in: 60,
        grant_id: grant.grantId,
      },
    });
    const from = Date.now();
    const lease = await client().renew(grant);
    expectAMinuteAfter(lease.expiresAt, from);
  });
});
