// The lease cache while the broker works, is away, and ends its grants.

import { describe, expect, it, vi } from 'vitest';
import { BrokerError } from '../../src/client/broker-error.ts';
import { away, broker, cacheOf, ended, notices, settle, useFor } from './memory-broker.ts';

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

  it('[CLIENT-18] an approval whose first lease was lost on its way goes on with a renewal', async () => {
    broker.pendingPolls = 5;
    broker.fail = (call) =>
      call === 'poll' ? new BrokerError('Redeemed.', { code: 'approval_redeemed' }) : undefined;
    const cache = cacheOf();
    expect(await settle(cache.get())).toMatchObject({ accessKeyId: 'ASIA1' });
    expect(broker.calls).toEqual(['request', 'poll', 'renew']);
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
