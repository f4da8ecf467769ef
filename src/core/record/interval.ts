// How often an agent may ask about a request that people decide (CIBA Core §7.3, §11): each poll too early makes every
// later one wait five seconds longer, without a cap. The request's own end bounds what a client that never listens gets.

import type { Grant } from '../model.ts';

/** Seconds between two polls of a pending grant (CIBA `interval`). */
export const POLL_INTERVAL_SECONDS = 5;
/** A poll that came too early makes the interval this much longer (CIBA `slow_down`). */
export const SLOW_DOWN_SECONDS = 5;
/** A poll that comes this much before its time is on time: networks are not even. */
export const POLL_JITTER_SECONDS = 1;

/** The interval after a poll now, and whether the poll came too early. */
export function nextPoll(
  grant: Pick<Grant, 'polledAt' | 'pollSeconds'>,
  now: Date,
): { readonly tooEarly: boolean; readonly seconds: number } {
  const seconds = intervalOf(grant);
  if (grant.polledAt === undefined) return { tooEarly: false, seconds };
  const since = (now.getTime() - grant.polledAt.getTime()) / 1000;
  if (since >= seconds - POLL_JITTER_SECONDS) return { tooEarly: false, seconds };
  return { tooEarly: true, seconds: seconds + SLOW_DOWN_SECONDS };
}

/** The seconds that this grant's agent must leave between two polls. */
export function intervalOf(grant: Pick<Grant, 'pollSeconds'>): number {
  return grant.pollSeconds ?? POLL_INTERVAL_SECONDS;
}
