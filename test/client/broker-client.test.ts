import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssertionSource } from '../../src/client/assertions/source.ts';
import { createBrokerClient } from '../../src/client/broker-client.ts';
import { BrokerError } from '../../src/client/broker-error.ts';
import type { Granted } from '../../src/client/lease.ts';
import { createProofKey } from '../../src/client/proof-key.ts';
import { type FakeBroker, fakeAssertion, type Reply, refusal, startFakeBroker } from './fake-broker.ts';

const ASKED = { task: 'export-invoices', parameters: { customer: 'cus_12345678' }, purpose: 'statement' };
const QUICK = { attempts: 4, pauseMs: 5, withinMs: 2_000 };

let broker: FakeBroker;
let minted: string[];

beforeEach(async () => {
  broker = await startFakeBroker();
  minted = [];
});
afterEach(() => broker.close());

function source(overrides: Partial<AssertionSource> = {}): AssertionSource {
  const fetch = async () => {
    const token = await fakeAssertion();
    minted.push(token);
    return token;
  };
  return { name: 'the test', repeats: false, choosesAudience: false, fetch, ...overrides };
}

function client(overrides: Partial<Parameters<typeof createBrokerClient>[0]> = {}) {
  return createBrokerClient({ broker: broker.url, assertions: source(), retries: QUICK, ...overrides });
}

async function granted(): Promise<Granted> {
  const started = await client().request(ASKED);
  if (started.kind !== 'granted') throw new Error('not granted');
  return started;
}

async function failure(promise: Promise<unknown>): Promise<BrokerError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BrokerError) return error;
  throw new Error(`expected a BrokerError, got ${String(error)}`);
}

/** Answers once with each of these, then as usual. */
function answerFirst(...replies: Reply[]): void {
  broker.intercept = () => replies.shift();
}

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
    broker = await startFakeBroker();
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

describe('times', () => {
  it('takes the date of the broker while the clocks agree', async () => {
    const { lease } = await granted();
    expect(Math.abs(lease.expiresAt.getTime() - (Date.now() + 60_000))).toBeLessThan(2_000);
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
    const lease = await client().renew(grant);
    expect(Math.abs(lease.expiresAt.getTime() - (Date.now() + 60_000))).toBeLessThan(2_000);
  });
});

describe('proof of possession', () => {
  it('[CLIENT-11] no proof is sent where nobody asks for one', async () => {
    const { grant } = await granted();
    expect(broker.calls[0]?.headers['dpop']).toBeUndefined();
    expect(grant.boundKey).toBeUndefined();
  });

  it('[CLIENT-11] a task that demands a proof gets one, and every later call proves the same key', async () => {
    broker.intercept = (call) =>
      call.headers['dpop'] === undefined ? refusal(400, 'proof_required') : undefined;
    const proving = client();
    const started = await proving.request(ASKED);
    await proving.renew(started.grant);
    const proofs = broker.calls.flatMap((call) => call.headers['dpop'] ?? []).map(String);
    expect(proofs).toHaveLength(2);
    const [first, second] = proofs.map((proof) => ({ ...decodeProtectedHeader(proof), ...decodeJwt(proof) }));
    expect(first).toMatchObject({
      typ: 'dpop+jwt',
      alg: 'ES256',
      htm: 'POST',
      htu: `${broker.url}/oauth2/token`,
    });
    expect(first?.jwk).not.toHaveProperty('d');
    expect(second?.jwk).toEqual(first?.jwk);
    expect(second?.jti).not.toBe(first?.jti);
    expect(started.grant.boundKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('[CLIENT-11] where assertions repeat, one key of the process is proven unasked', async () => {
    const token = await fakeAssertion();
    const repeating = source({ repeats: true, fetch: () => Promise.resolve(token) });
    const one = await client({ assertions: repeating }).request(ASKED);
    const two = await client({ assertions: repeating }).request(ASKED);
    expect(one.grant.boundKey).toBe(two.grant.boundKey);
    expect(broker.calls.every((call) => call.headers['dpop'] !== undefined)).toBe(true);
  });

  it('[CLIENT-11] a grant bound to a key that is not here is refused before anything is sent', async () => {
    const grant = { grantId: 'G', handle: 'H', boundKey: (await createProofKey()).thumbprint };
    const error = await failure(client().renew(grant));
    expect(error).toMatchObject({ code: 'proof_required' });
    expect(error.fix).toContain('--key-file');
    expect(broker.calls).toEqual([]);
  });
});

describe('waiting for people', () => {
  const pending = (members = {}): Reply => ({
    status: 400,
    body: {
      error: 'authorization_pending',
      code: 'grant_pending',
      grant_id: 'G',
      interval: 7,
      expires_in: 600,
      ...members,
    },
  });

  it('[CLIENT-15] a pending answer keeps handle, interval and when the request lapses', async () => {
    broker.intercept = () => pending({ auth_req_id: 'H' });
    const started = await client().request(ASKED);
    expect(started).toMatchObject({
      kind: 'pending',
      grant: { grantId: 'G', handle: 'H' },
      intervalSeconds: 7,
    });
  });

  it('[CLIENT-15] a poll is a CIBA grant with a fresh assertion', async () => {
    broker.intercept = () => pending({ auth_req_id: 'H' });
    const started = await client().request(ASKED);
    if (started.kind !== 'pending') throw new Error('not pending');
    broker.intercept = () => pending();
    expect((await client().poll(started)).grant.handle).toBe('H');
    expect(broker.calls.at(-1)?.form).toMatchObject({
      grant_type: 'urn:openid:params:grant-type:ciba',
      auth_req_id: 'H',
      subject_token: minted.at(-1),
    });
  });

  it('[CLIENT-4] a pending answer without auth_req_id cannot be used', async () => {
    broker.intercept = () => pending();
    expect(await failure(client().request(ASKED))).toMatchObject({ code: 'broker_garbled' });
  });
});

describe('secrets', () => {
  it('[CLIENT-16] no error holds an assertion, a handle or a credential', async () => {
    const { grant, lease } = await granted();
    const secrets = [grant.handle, lease.secretAccessKey, lease.sessionToken];
    const replies: Reply[] = [
      'drop',
      { status: 500 },
      { status: 200, raw: '{}' },
      refusal(400, 'grant_ended'),
    ];
    for (const reply of replies) {
      broker.intercept = () => reply;
      const error = await failure(client().renew(grant));
      const told = `${error.message} ${error.fix} ${JSON.stringify(error)} ${error.stack}`;
      for (const secret of [...secrets, ...minted]) expect(told).not.toContain(secret);
    }
  });

  it('a rejected assertion is described by its issuer, audience and subject, not shown', async () => {
    broker.intercept = () => refusal(400, 'assertion_rejected');
    const error = await failure(client().request(ASKED));
    expect(error.fix).toContain('issuer https://issuer.test, audience remit, subject workload');
    expect(error.fix).not.toContain(minted[0]);
  });
});
