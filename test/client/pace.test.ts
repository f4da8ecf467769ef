// The pace of polls while people decide (CIBA Core §11), against a broker that counts them as ours does.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerError } from '../../src/client/broker-error.ts';
import { nextPoll } from '../../src/core/record/interval.ts';
import { away, broker, cacheOf, settle } from './memory-broker.ts';

const LEFT = { resume: { grant: { grantId: 'G1', handle: 'H' }, pending: true } };

/** Seconds after the beginning at which polls came. */
let polledAt: number[];
let startedAt: number;
beforeEach(() => {
  polledAt = [];
  startedAt = Date.now();
});
const seconds = () => (Date.now() - startedAt) / 1000;

const tooEarly = (intervalSeconds?: number) =>
  new BrokerError('Too early.', { code: 'poll_too_early', retryable: true, intervalSeconds });

/** Answers polls with these errors in turn, then as usual. */
function failPolls(...errors: readonly BrokerError[]): void {
  broker.fail = (call) => (call === 'poll' ? errors[polledAt.push(seconds()) - 1] : undefined);
}

/** The pace as the broker keeps it on the row of the request; people decide after so many seconds. */
function keepPace(pollSeconds: number, decidedAfter: number): { early: number } {
  const counted = { early: 0 };
  let row: Parameters<typeof nextPoll>[0] = { polledAt: new Date(), pollSeconds };
  broker.pendingPolls = Number.POSITIVE_INFINITY;
  broker.fail = (call) => {
    if (call !== 'poll') return undefined;
    polledAt.push(seconds());
    if (seconds() >= decidedAfter) broker.pendingPolls = 1;
    if (seconds() >= decidedAfter) return undefined;
    const poll = nextPoll(row, new Date());
    row = { polledAt: new Date(), pollSeconds: poll.seconds };
    broker.interval = poll.seconds;
    counted.early += poll.tooEarly ? 1 : 0;
    return poll.tooEarly ? tooEarly(poll.seconds) : undefined;
  };
  return counted;
}

const GRANTED = { accessKeyId: 'ASIA1' };

describe('whoever waits', () => {
  it('[CLIENT-15] [CLIENT-19] adds five seconds for each slow_down in a row, and keeps what was added', async () => {
    broker.pendingPolls = 3;
    failPolls(tooEarly(), tooEarly(), tooEarly());
    const cache = cacheOf();
    expect(await settle(cache.get())).toMatchObject(GRANTED);
    expect(polledAt).toEqual([5, 15, 30, 50, 70, 90]);
    cache.detach();
  });

  it('[CLIENT-19] keeps the interval that slow_down tells, however long it is', async () => {
    broker.pendingPolls = 2;
    failPolls(tooEarly(65), tooEarly(70), tooEarly(75));
    const cache = cacheOf();
    expect(await settle(cache.get(), 1_000, 400)).toMatchObject(GRANTED);
    expect(polledAt).toEqual([5, 70, 140, 215, 290]);
    cache.detach();
  });

  it('[CLIENT-19] is told once and no more by a broker of which another process has slowed the pace', async () => {
    const counted = keepPace(120, 500);
    const cache = cacheOf();
    expect(await settle(cache.get(), 1_000, 700)).toMatchObject(GRANTED);
    expect(counted.early).toBe(1);
    expect(polledAt).toEqual([5, 130, 255, 380, 505]);
    cache.detach();
  });

  it('[CLIENT-19] keeps its pace through an outage, and waits as long as that asks for', async () => {
    const busy = new BrokerError('Busy.', {
      code: 'store_unavailable',
      retryable: true,
      retryAfterSeconds: 20,
    });
    failPolls(away(), away(), busy);
    broker.pendingPolls = 2;
    const cache = cacheOf();
    expect(await settle(cache.get())).toMatchObject(GRANTED);
    expect(polledAt).toEqual([5, 10, 15, 35, 40]);
    cache.detach();
  });

  it('[CLIENT-19] asks once more when the request is over, however slow the pace, and hears how it ended', async () => {
    broker.pendingPolls = 2;
    failPolls(tooEarly(900), tooEarly(905), new BrokerError('Lapsed.', { code: 'grant_lapsed' }));
    const cache = cacheOf();
    expect(await settle(cache.get(), 1_000, 2_000)).toMatchObject({ code: 'grant_lapsed' });
    expect(polledAt).toEqual([5, 602, 1507]);
    cache.detach();
  });
});

describe('whoever comes back', () => {
  it('[CLIENT-19] waits as long as it is told, and is not too early a second time', async () => {
    const counted = keepPace(80, 200);
    const cache = cacheOf(LEFT);
    expect(await settle(cache.get(), 1_000, 400)).toMatchObject(GRANTED);
    expect(counted.early).toBe(1);
    expect(polledAt).toEqual([0, 85, 170, 255]);
    cache.detach();
  });

  it('[CLIENT-19] gets in after any number of others that were cut short', async () => {
    const counted = keepPace(5, 60);
    for (let crash = 0; crash < 4; crash += 1) {
      const cut = cacheOf(LEFT);
      const waiting = cut.get().catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(500);
      cut.detach();
      expect(await waiting).toMatchObject({ code: 'closed' });
    }
    const cache = cacheOf(LEFT);
    expect(await settle(cache.get())).toMatchObject(GRANTED);
    expect(counted.early).toBe(5);
    expect(polledAt.slice(4)).toEqual([2, 32, 62]);
    cache.detach();
  });

  it('[CLIENT-19] is ended by no slow_down, also by many in a row that tell no interval', async () => {
    failPolls(tooEarly(), tooEarly(), tooEarly(), tooEarly());
    const cache = cacheOf(LEFT);
    expect(await settle(cache.get())).toMatchObject(GRANTED);
    expect(polledAt).toEqual([0, 10, 25, 45, 70]);
    cache.detach();
  });

  it('[CLIENT-19] waits an outage out between, though it was not told yet when the request ends', async () => {
    failPolls(tooEarly(10), away(), away());
    const cache = cacheOf(LEFT);
    expect(await settle(cache.get())).toMatchObject(GRANTED);
    expect(polledAt).toEqual([0, 10, 20, 30]);
    cache.detach();
  });

  it('[CLIENT-19] gives a broker up that is away for longer than any request waits', async () => {
    broker.fail = (call) => {
      if (call !== 'poll') return undefined;
      return polledAt.push(seconds()) === 1 ? tooEarly(3600) : away();
    };
    const cache = cacheOf(LEFT);
    expect(await settle(cache.get(), 600_000)).toMatchObject({ code: 'broker_unreachable' });
    expect(polledAt.at(-1)).toBeGreaterThan(12 * 3600);
    cache.detach();
  });

  it('[CLIENT-15] and does not wait is told that people decide, and asks no more before its time', async () => {
    const counted = keepPace(20, 1000);
    const cache = cacheOf({ ...LEFT, waitForApproval: false });
    await expect(cache.get()).rejects.toMatchObject({ code: 'grant_pending', grantId: 'G1' });
    for (let second = 0; second < 24; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await expect(cache.get()).rejects.toMatchObject({ code: 'grant_pending' });
    }
    expect(polledAt).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(cache.get()).rejects.toMatchObject({ code: 'grant_pending' });
    expect([polledAt, counted.early]).toEqual([[0, 25], 1]);
    expect(cache.held()).toMatchObject({ pending: true });
    cache.detach();
  });
});
