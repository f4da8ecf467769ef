// The client against the real endpoints, over the embedded DynamoDB: what one sends, the other must understand.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTelemetry } from '../../src/adapters/aws/telemetry.ts';
import { endpoint, type Handler } from '../../src/adapters/http/endpoint.ts';
import { chooseGrantsAction } from '../../src/adapters/http/grants-action.ts';
import { leaseAnswer } from '../../src/adapters/http/lease-answer.ts';
import { tokenRequest } from '../../src/adapters/http/token-request.ts';
import { type BrokerClient, createBrokerClient } from '../../src/client/broker-client.ts';
import { completeGrant } from '../../src/client/close-grant.ts';
import type { Granted, TaskAsked } from '../../src/client/lease.ts';
import { renewLease, startTask } from '../../src/core/exchange.ts';
import type { GrantId, Issuer } from '../../src/core/model.ts';
import { type ExchangeUnderTest, startExchange } from '../support/exchange.ts';
import { NOW } from '../support/grant.ts';
import { rawEvent } from '../support/http.ts';
import { startTables, type Tables } from '../support/tables.ts';

const BROKER = 'https://remit.acme.dev';
const INVOICES = {
  task: 'export-invoices',
  parameters: { customer: 'cus_12345678', month: '2026-10' },
  purpose: 'monthly statement',
};

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
afterEach(() => vi.useRealTimers());

/** Both functions of the broker, by path. */
function handlersOf({ deps }: ExchangeUnderTest): Handler {
  const telemetry = createTelemetry(() => undefined);
  const grants = endpoint(telemetry, chooseGrantsAction(deps, BROKER));
  const token = endpoint(telemetry, (request) => {
    const { role, read } = tokenRequest(request, BROKER);
    return {
      operation: 'token',
      role,
      async run(context) {
        const ask = read();
        const issued =
          ask.kind === 'task'
            ? await startTask(deps, ask.request, context)
            : await renewLease(deps, ask.request, context);
        return leaseAnswer(issued, deps.clock());
      },
    };
  });
  return (event: APIGatewayProxyEventV2) =>
    event.rawPath === '/oauth2/token' ? token(event) : grants(event);
}

/** HTTP as API Gateway makes it into events. */
function fetchInto(handler: Handler): typeof fetch {
  return async (url, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    const event = rawEvent(init?.method ?? 'GET', new URL(String(url)).pathname, String(init?.body), headers);
    const { statusCode = 200, body = '', headers: answered = {} } = await handler(event);
    return new Response(body, { status: statusCode, headers: answered as Record<string, string> });
  };
}

async function start(options: { replay?: Issuer['replay']; repeats?: boolean } = {}) {
  const exchange = await startExchange(tables, options.replay ? { replay: options.replay } : {});
  const repeated = await exchange.assertion();
  const client = createBrokerClient({
    broker: BROKER,
    fetch: fetchInto(handlersOf(exchange)),
    assertions: {
      name: 'test',
      repeats: options.repeats ?? false,
      choosesAudience: false,
      fetch: () => (options.repeats ? Promise.resolve(repeated) : exchange.assertion()),
    },
    retries: { attempts: 2, pauseMs: 5, withinMs: 1_000 },
  });
  /** Moves the broker's clock and ours. */
  const pass = (seconds: number) => {
    exchange.pass(seconds);
    vi.setSystemTime(Date.now() + seconds * 1000);
  };
  const statusOf = async (grantId: string) => (await exchange.deps.grants.get(grantId as GrantId))?.status;
  return { exchange, client, pass, statusOf };
}

async function granted(client: BrokerClient, asked: TaskAsked = INVOICES): Promise<Granted> {
  const started = await client.request(asked);
  if (started.kind === 'granted') return started;
  throw new Error('pending');
}

describe('a client and the real endpoints', () => {
  it('[CLIENT-1] request, renewal at half life, completion', async () => {
    const { client, pass, statusOf } = await start();
    const { grant, lease } = await granted(client);
    expect(lease.expiresAt.getTime()).toBe(NOW.getTime() + 60_000);
    pass(30);
    const next = await client.renew(grant);
    expect(next.accessKeyId).not.toBe(lease.accessKeyId);
    expect(next.expiresAt.getTime()).toBe(NOW.getTime() + 90_000);
    const closing = await completeGrant(client, { grant, lease: next }, 'done');
    expect(closing).toEqual({ done: true, leaseExpiresAt: next.expiresAt });
    expect(await statusOf(grant.grantId)).toBe('completed');
    await expect(client.renew(grant)).rejects.toMatchObject({
      code: 'grant_ended',
      grantStatus: 'completed',
    });
  });

  it('[CLIENT-3] a renewal that comes too early is told when to come back', async () => {
    const { client } = await start();
    const { grant } = await granted(client);
    await expect(client.renew(grant)).rejects.toMatchObject({
      code: 'renewal_too_early',
      retryable: true,
      retryAfterSeconds: 15,
    });
  });

  it('[CLIENT-9] a grant at its longest duration says so in a way that the cache can tell from a kill', async () => {
    const { client, pass } = await start();
    const { grant } = await granted(client);
    pass(1_801);
    const error = await client.renew(grant).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'grant_ended',
      grantStatus: expect.stringMatching(/^(active|expired)$/),
    });
  });

  it('revoke ends the grant', async () => {
    const { client, statusOf } = await start();
    const { grant } = await granted(client);
    await client.revoke(grant);
    expect(await statusOf(grant.grantId)).not.toBe('active');
  });

  it('[CLIENT-11] a repeated assertion of a bound issuer serves two grants with one key, to their ends', async () => {
    const { client, pass, statusOf } = await start({ replay: 'bound', repeats: true });
    const first = await granted(client);
    const second = await granted(client, { ...INVOICES, purpose: 'another' });
    expect(second.grant.grantId).not.toBe(first.grant.grantId);
    pass(31);
    await client.renew(first.grant);
    await client.renew(second.grant);
    pass(1);
    await client.complete(first.grant);
    expect(await statusOf(first.grant.grantId)).toBe('completed');
    expect(await statusOf(second.grant.grantId)).toBe('active');
  });

  it('[CLIENT-11] a task that demands a proof is granted on the second try', async () => {
    const { client } = await start();
    const { grant } = await granted(client, {
      ...INVOICES,
      task: 'sign-off',
      parameters: { amount: 20 },
    } as never);
    expect(grant.boundKey).toMatch(/^[\w-]{43}$/);
  });

  it('[CLIENT-15] [CLIENT-19] what needs a person is pending, and a poll is understood, also one too early', async () => {
    const { client, pass, statusOf } = await start();
    const asked = { task: 'close-account', parameters: { amount: 20 }, purpose: 'asked by the customer' };
    const pending = await client.request(asked);
    if (pending.kind !== 'pending') throw new Error('granted');
    expect(await statusOf(pending.grant.grantId)).toBe('pending');
    pass(6);
    expect(await client.poll(pending)).toMatchObject({ kind: 'pending', grant: pending.grant });
    pass(1);
    const early = { code: 'poll_too_early', retryable: true, intervalSeconds: 10 };
    await expect(client.poll(pending)).rejects.toMatchObject(early);
    pass(1);
    await expect(client.poll(pending)).rejects.toMatchObject({ ...early, intervalSeconds: 15 });
    expect(await completeGrant(client, { grant: pending.grant })).toMatchObject({ done: true });
    expect(await statusOf(pending.grant.grantId)).not.toBe('pending');
  });

  it('[CLIENT-2] when the answer is lost, the key finds the first grant and a second one is made', async () => {
    const { exchange } = await start();
    const real = fetchInto(handlersOf(exchange));
    let lost = 0;
    const losing: typeof fetch = async (url, init) => {
      const answer = await real(url, init);
      if (lost++ === 0) throw new TypeError('fetch failed');
      return answer;
    };
    const client = createBrokerClient({
      broker: BROKER,
      fetch: losing,
      assertions: { name: 't', repeats: false, choosesAudience: false, fetch: () => exchange.assertion() },
      retries: { attempts: 4, pauseMs: 5, withinMs: 1_000 },
    });
    await granted(client);
    expect(lost).toBe(3);
    expect(exchange.minted.scoped).toHaveLength(2);
  });

  it('[CLIENT-20] a refusal carries code, fix and request id, and names the parameter', async () => {
    const { client } = await start();
    const asked = { task: 'export-invoices', parameters: { customer: '*', month: '2026-10' }, purpose: 'x' };
    await expect(client.request(asked)).rejects.toMatchObject({
      code: 'parameter_invalid',
      requestId: 'request-1',
      message: 'The parameter customer does not fit the task: a character that no value may have.',
      fix: expect.stringContaining('what customer may be'),
    });
  });
});
