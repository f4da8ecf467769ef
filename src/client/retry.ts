// Trying again: bounded in number and in time, with jitter, and never sooner than the broker asked.

import { BrokerError } from './broker-error.ts';
import { pause } from './pause.ts';

/** How often and how long. */
export interface RetryPolicy {
  readonly attempts: number;
  /** First pause; doubles each time, with up to half of it as jitter. */
  readonly pauseMs: number;
  /** No pause is begun that would end later than this after the first attempt. */
  readonly withinMs: number;
}

/** Enough for a restart of a load balancer, short enough for a person to wait for. */
export const PATIENT: RetryPolicy = { attempts: 4, pauseMs: 1_000, withinMs: 20_000 };

/** Runs `attempt` until it succeeds, fails for good, or the policy is used up; then throws the last error. */
export async function withRetries<Result>(
  policy: RetryPolicy,
  attempt: (number: number) => Promise<Result>,
): Promise<Result> {
  const startedAt = Date.now();
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      const pauseMs = pauseAfter(policy, number, error);
      if (pauseMs === undefined || Date.now() - startedAt + pauseMs > policy.withinMs) throw error;
      await pause(pauseMs);
    }
  }
}

function pauseAfter(policy: RetryPolicy, number: number, error: unknown): number | undefined {
  if (number >= policy.attempts) return undefined;
  if (!(error instanceof BrokerError) || !error.retryable) return undefined;
  return Math.max(backoff(policy.pauseMs, number), (error.retryAfterSeconds ?? 0) * 1000);
}

/** `base × 2^(number-1)`, plus up to half of it. */
export function backoff(baseMs: number, number: number): number {
  return baseMs * 2 ** (number - 1) * (1 + Math.random() / 2);
}
