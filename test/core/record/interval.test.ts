// How the interval between polls grows: by five seconds for every poll too early, and with no cap.

import { expect, test } from 'vitest';
import { nextPoll } from '../../../src/core/record/interval.ts';
import { NOW } from '../../support/grant.ts';

test('[POLL-4] every poll too early adds five seconds, past a minute too', () => {
  let row: { readonly polledAt?: Date; readonly pollSeconds?: number } = {};
  const intervals: number[] = [];
  for (let second = 0; second < 20; second += 1) {
    const now = new Date(NOW.getTime() + second * 1000);
    const { seconds } = nextPoll(row, now);
    row = { polledAt: now, pollSeconds: seconds };
    intervals.push(seconds);
  }
  expect(intervals).toEqual(Array.from({ length: 20 }, (_, polls) => 5 + polls * 5));
});
