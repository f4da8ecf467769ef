// A fake broker before each test, and a client of it with short pauses.

import { afterEach, beforeEach } from 'vitest';
import type { AssertionSource } from '../../src/client/assertions/source.ts';
import { createBrokerClient } from '../../src/client/broker-client.ts';
import { BrokerError } from '../../src/client/broker-error.ts';
import type { Granted } from '../../src/client/lease.ts';
import { type FakeBroker, fakeAssertion, type Reply, startFakeBroker } from './fake-broker.ts';

export const ASKED = {
  task: 'export-invoices',
  parameters: { customer: 'cus_12345678' },
  purpose: 'statement',
};
export const QUICK = { attempts: 4, pauseMs: 5, withinMs: 2_000 };

export let broker: FakeBroker;
export let minted: string[];

beforeEach(async () => {
  broker = await startFakeBroker();
  minted = [];
});
afterEach(() => broker.close());

export function source(overrides: Partial<AssertionSource> = {}): AssertionSource {
  const fetch = async () => {
    const token = await fakeAssertion();
    minted.push(token);
    return token;
  };
  return { name: 'the test', repeats: false, choosesAudience: false, fetch, ...overrides };
}

export function client(overrides: Partial<Parameters<typeof createBrokerClient>[0]> = {}) {
  return createBrokerClient({ broker: broker.url, assertions: source(), retries: QUICK, ...overrides });
}

export async function granted(): Promise<Granted> {
  const started = await client().request(ASKED);
  if (started.kind !== 'granted') throw new Error('not granted');
  return started;
}

export async function failure(promise: Promise<unknown>): Promise<BrokerError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BrokerError) return error;
  throw new Error(`expected a BrokerError, got ${String(error)}`);
}

/** Answers once with each of these, then as usual. */
export function answerFirst(...replies: Reply[]): void {
  broker.intercept = () => replies.shift();
}
