import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BrokerClient } from '../../src/client/broker-client.ts';
import { BrokerError } from '../../src/client/broker-error.ts';
import type { Granted, HeldGrant, HeldLease, Pending } from '../../src/client/lease.ts';
import { createLeaseCache, type LeaseCacheOptions } from '../../src/client/lease-cache.ts';

const ASKED = { task: 't', parameters: {}, purpose: 'p' };
const LEASE_MS = 60_000;

/** A broker in memory: counts calls, and answers each with what the test put in `fail`. */
class MemoryBroker implements BrokerClient {
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
    if (this.pendingPolls > 0) return this.#pending(pending.grant);
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
  #pending(grant: HeldGrant): Pending {
    return {
      kind: 'pending',
      grant,
      intervalSeconds: this.interval,
      lapsesAt: new Date(Date.now() + 600_000),
    };
  }
  #record(call: string): void {
    this.calls.push(call);
    const error = this.fail?.(call);
    if (error) throw error;
  }
}

const away = () =>
  new BrokerError('The broker cannot be reached.', { code: 'broker_unreachable', retryable: true });
const ended = (grantStatus: string) =>
  new BrokerError('The grant has ended.', { code: 'grant_ended', grantStatus });

let broker: MemoryBroker;
let notices: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-24T00:00:00Z') });
  broker = new MemoryBroker();
  notices = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function cacheOf(options: LeaseCacheOptions = {}) {
  return createLeaseCache(broker, ASKED, { onNotice: (text) => notices.push(text), ...options });
}

/** Lets time pass while a caller takes the lease every second, as a busy SDK does. */
async function useFor(cache: { get(): Promise<HeldLease> }, seconds: number): Promise<unknown[]> {
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
async function settle<Result>(
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

describe('from memory', () => {
  it('[CLIENT-6] asks nothing before it is used, and once for any number of callers', async () => {
    const cache = cacheOf();
    expect(broker.calls).toEqual([]);
    const leases = await Promise.all(Array.from({ length: 20 }, () => cache.get()));
    expect(new Set(leases.map((lease) => lease.accessKeyId)).size).toBe(1);
    expect(broker.calls).toEqual(['request']);
    cache.detach();
  });

  it('[CLIENT-6] a busy caller costs one renewal per half lease', async () => {
    const cache = cacheOf();
    await cache.get();
    await useFor(cache, 29);
    expect(broker.count('renew')).toBe(0);
    await useFor(cache, 271);
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBe(10);
    cache.detach();
  });

  it('[CLIENT-14] an idle one lets its lease lapse, and asks again when it is used', async () => {
    const cache = cacheOf();
    await cache.get();
    await vi.advanceTimersByTimeAsync(30_000); // used once, so renewed once
    expect(broker.count('renew')).toBe(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(broker.count('renew')).toBe(1);
    const lease = await cache.get();
    expect(broker.count('renew')).toBe(2);
    expect(lease.expiresAt.getTime()).toBeGreaterThan(Date.now());
    cache.detach();
  });

  it('never hands out a lease that is over', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = (call) => (call === 'renew' ? away() : undefined);
    const failures = await useFor(cache, 60);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]).toMatchObject({ code: 'broker_unreachable' });
    cache.detach();
  });
});

describe('a broker that is away', () => {
  it('[CLIENT-7] the lease in hand is served to its end, and renewals resume by themselves', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = (call) => (call === 'renew' ? away() : undefined);
    expect(await useFor(cache, 55)).toEqual([]);
    broker.fail = undefined;
    expect(await useFor(cache, 60)).toEqual([]);
    expect(notices[0]).toMatch(/cannot be reached\. The lease in hand works until 2026/);
    expect(notices).toContain('The broker answers again.');
    cache.detach();
  });

  it('one dropped renewal is not worth a word', async () => {
    const cache = cacheOf();
    await cache.get();
    let first = true;
    broker.fail = (call) => {
      if (call !== 'renew' || !first) return undefined;
      first = false;
      return away();
    };
    expect(await useFor(cache, 90)).toEqual([]);
    expect(notices).toEqual([]);
    cache.detach();
  });

  it('is not asked at every call while it is down', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = () => away();
    await useFor(cache, 300);
    expect(broker.count('renew')).toBeLessThan(80);
    cache.detach();
  });

  it('is left alone as long as it asks for', async () => {
    const cache = cacheOf();
    await cache.get();
    const early = () =>
      new BrokerError('Too early.', { code: 'renewal_too_early', retryable: true, retryAfterSeconds: 10 });
    broker.fail = (call) => (call === 'renew' ? early() : undefined);
    await useFor(cache, 39);
    expect(broker.count('renew')).toBe(1);
    cache.detach();
  });

  it('a broken assertion source is tried again like a network', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = () => new BrokerError('No file.', { code: 'assertion_unavailable' });
    await useFor(cache, 40);
    broker.fail = undefined;
    expect(await useFor(cache, 60)).toEqual([]);
    expect(broker.count('request')).toBe(1);
    cache.detach();
  });
});

describe('grants that end', () => {
  it.each(['expired', 'active'])('[CLIENT-9] %s past its time: asks for the task anew', async (status) => {
    const cache = cacheOf();
    await cache.get();
    let first = true;
    broker.fail = (call) => {
      if (call !== 'renew' || !first) return undefined;
      first = false;
      return ended(status);
    };
    expect(await useFor(cache, 120)).toEqual([]);
    expect(broker.count('request')).toBe(2);
    expect(cache.held().grant?.grantId).toBe('G2');
    cache.detach();
  });

  it.each(['killed', 'completed', 'failed', undefined])('[CLIENT-9] %s: stays ended', async (status) => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = (call) => (call === 'renew' ? ended(status ?? '') : undefined);
    const failures = await useFor(cache, 120);
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBe(1);
    expect(failures.at(-1)).toMatchObject({ code: 'grant_ended' });
    expect(notices).toEqual([expect.stringMatching(/has ended\. The lease in hand works until/)]);
    cache.detach();
  });

  it('leases used up: the last one is served to its end', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = (call) =>
      call === 'renew' ? new BrokerError('Used up.', { code: 'leases_used_up' }) : undefined;
    expect(await useFor(cache, 57)).toEqual([]);
    expect(broker.count('renew')).toBe(1);
    cache.detach();
  });
});

describe('waiting for people', () => {
  it('[CLIENT-15] polls at the interval until they decided', async () => {
    broker.pendingPolls = 3;
    const cache = cacheOf();
    const startedAt = Date.now();
    const lease = await settle(cache.get());
    expect(lease).toMatchObject({ accessKeyId: 'ASIA1' });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(15_000);
    expect(broker.calls).toEqual(['request', 'poll', 'poll', 'poll']);
    cache.detach();
  });

  it('[CLIENT-15] slow_down lengthens every later pause by five seconds', async () => {
    broker.pendingPolls = 2;
    let first = true;
    broker.fail = (call) => {
      if (call !== 'poll' || !first) return undefined;
      first = false;
      return new BrokerError('Slow down.', { code: 'poll_too_early', retryable: true });
    };
    const cache = cacheOf();
    const startedAt = Date.now();
    await settle(cache.get());
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(5_000 + 10_000 + 5_000);
    cache.detach();
  });

  it('a denial ends the waiting', async () => {
    broker.pendingPolls = 5;
    broker.fail = (call) =>
      call === 'poll' ? new BrokerError('Denied.', { code: 'grant_denied' }) : undefined;
    const cache = cacheOf();
    expect(await settle(cache.get())).toMatchObject({ code: 'grant_denied' });
    cache.detach();
  });

  it('without waiting, pending is an error and the grant is kept for later', async () => {
    broker.pendingPolls = 1;
    const cache = cacheOf({ waitForApproval: false });
    await expect(cache.get()).rejects.toMatchObject({ code: 'grant_pending' });
    const held = cache.held();
    expect(held).toMatchObject({ pending: true, grant: { grantId: 'G1' } });
    const later = cacheOf({
      waitForApproval: false,
      resume: { grant: { grantId: 'G1', handle: 'H' }, pending: true },
    });
    await later.get();
    expect(broker.calls).toEqual(['request', 'poll']);
    cache.detach();
    later.detach();
  });

  it('closing ends the waiting and the pending grant', async () => {
    broker.pendingPolls = 100;
    const cache = cacheOf();
    const waiting = cache.get().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await settle(cache.close())).toEqual({ done: true });
    expect(await waiting).toMatchObject({ code: 'closed' });
    expect(broker.count('complete')).toBe(1);
  });
});

describe('closing', () => {
  it('[CLIENT-8] completes, and gives nothing out afterwards', async () => {
    const cache = cacheOf();
    await cache.get();
    expect(await cache.close('done')).toEqual({ done: true });
    await expect(cache.get()).rejects.toMatchObject({ code: 'closed' });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(broker.calls).toEqual(['request', 'complete']);
  });

  it('[CLIENT-8] without a grant there is nothing to complete', async () => {
    expect(await cacheOf().close()).toEqual({ done: true });
    expect(broker.calls).toEqual([]);
  });

  it('[CLIENT-8] tries until the broker is back', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = (call) => (call === 'complete' && broker.count('complete') < 6 ? away() : undefined);
    expect(await settle(cache.close())).toEqual({ done: true });
    expect(broker.count('complete')).toBe(6);
  });

  it('[CLIENT-8] stops when the lease is over, and says when that was', async () => {
    const cache = cacheOf();
    const { expiresAt } = await cache.get();
    broker.fail = (call) => (call === 'complete' ? away() : undefined);
    const closing = await settle(cache.close());
    expect(closing).toMatchObject({ done: false, leaseExpiresAt: expiresAt });
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
    expect(Date.now()).toBeLessThan(expiresAt.getTime() + 10_000);
  });

  it('[CLIENT-8] a grant that ended otherwise counts as done', async () => {
    const cache = cacheOf();
    await cache.get();
    broker.fail = (call) => (call === 'complete' ? ended('killed') : undefined);
    expect(await cache.close()).toEqual({ done: true });
  });

  it('[CLIENT-8] a request under way when it is closed is completed too', async () => {
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const request = broker.request.bind(broker);
    broker.request = async () => {
      await slow;
      return request();
    };
    const cache = cacheOf();
    const asking = cache.get().catch((error: unknown) => error);
    const closing = cache.close();
    release();
    expect(await settle(closing)).toEqual({ done: true });
    await asking;
    expect(broker.calls).toEqual(['request', 'complete']);
  });
});
