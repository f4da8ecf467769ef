// A broker in memory under a fake clock, anew before each test.

import { afterEach, beforeEach, vi } from 'vitest';
import type { BrokerClient } from '../../src/client/broker-client.ts';
import { BrokerError } from '../../src/client/broker-error.ts';
import type { Granted, HeldGrant, HeldLease, Pending } from '../../src/client/lease.ts';
import { createLeaseCache, type LeaseCacheOptions } from '../../src/client/lease-cache.ts';

export const ASKED = { task: 't', parameters: {}, purpose: 'p' };
export const LEASE_MS = 60_000;

/** A broker in memory: counts calls, and answers each with what the test put in `fail`. */
export class MemoryBroker implements BrokerClient {
  readonly calls: string[] = [];
  fail: ((call: string) => BrokerError | undefined) | undefined;
  pendingPolls = 0;
  interval = 5;
  #leases = 0;
  #grants = 0;

  async request(): Promise<Granted | Pending> {
    this.#record('request');
    this.#grants += 1;
    const grant = { grantId: `G${this.#grants}`, handle: 'H' };
    if (this.pendingPolls === 0) return { kind: 'granted', grant, lease: this.lease() };
    return this.#pending(grant);
  }
  async poll(pending: Pending): Promise<Granted | Pending> {
    this.#record('poll');
    this.pendingPolls -= 1;
    // a client keeps the longer of the two, as the one over HTTP does
    if (this.pendingPolls > 0) return this.#pending(pending.grant, pending.intervalSeconds);
    return { kind: 'granted', grant: pending.grant, lease: this.lease() };
  }
  async renew(): Promise<HeldLease> {
    this.#record('renew');
    await Promise.resolve();
    return this.lease();
  }
  async complete() {
    this.#record('complete');
    return { status: 'completed' };
  }
  async revoke() {
    this.#record('revoke');
  }
  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }
  lease(): HeldLease {
    this.#leases += 1;
    const issuedAt = new Date();
    return {
      accessKeyId: `ASIA${this.#leases}`,
      secretAccessKey: 's',
      sessionToken: 't',
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + LEASE_MS),
    };
  }
  #pending(grant: HeldGrant, pace = 0): Pending {
    return {
      kind: 'pending',
      grant,
      intervalSeconds: Math.max(pace, this.interval),
      lapsesAt: new Date(Date.now() + 600_000),
    };
  }
  #record(call: string): void {
    this.calls.push(call);
    const error = this.fail?.(call);
    if (error) throw error;
  }
}

export const away = () =>
  new BrokerError('The broker cannot be reached.', { code: 'broker_unreachable', retryable: true });
export const ended = (grantStatus: string) =>
  new BrokerError('The grant has ended.', { code: 'grant_ended', grantStatus });

export let broker: MemoryBroker;
export let notices: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-24T00:00:00Z') });
  broker = new MemoryBroker();
  notices = [];
});
afterEach(() => {
  vi.useRealTimers();
});

export function cacheOf(options: LeaseCacheOptions = {}) {
  return createLeaseCache(broker, ASKED, { onNotice: (text) => notices.push(text), ...options });
}

/** Lets time pass while a caller takes the lease every second, as a busy SDK does. */
export async function useFor(cache: { get(): Promise<HeldLease> }, seconds: number): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    const taken = cache.get().catch((error: unknown) => failures.push(error));
    await vi.advanceTimersByTimeAsync(0);
    void taken;
  }
  return failures;
}

/** Settles a promise while fake time runs on. */
export async function settle<Result>(
  promise: Promise<Result>,
  stepMs = 1_000,
  steps = 120,
): Promise<Result | unknown> {
  let settled: { value: unknown } | undefined;
  promise.then(
    (value) => {
      settled = { value };
    },
    (error: unknown) => {
      settled = { value: error };
    },
  );
  for (let step = 0; step < steps && settled === undefined; step += 1)
    await vi.advanceTimersByTimeAsync(stepMs);
  if (settled === undefined) throw new Error('did not settle');
  return settled.value;
}
