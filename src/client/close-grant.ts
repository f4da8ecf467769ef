// Completing a grant for sure: tried until the broker has confirmed it, or until no lease of it can be alive.

import type { BrokerClient } from './broker-client.ts';
import { BrokerError } from './broker-error.ts';
import { type HeldGrant, type HeldLease, isLive } from './lease.ts';
import { pause } from './pause.ts';
import { backoff } from './retry.ts';

/** Whether the grant is known to have ended; otherwise why not, and when its last lease dies by itself. */
export type Closing =
  | { readonly done: true; readonly leaseExpiresAt?: Date }
  | { readonly done: false; readonly error: unknown; readonly leaseExpiresAt: Date | undefined };

/** Without a live lease nothing is in danger, so only this long. */
const SHORTEST_EFFORT_MS = 5_000;
const LONGEST_PAUSE_MS = 2_000;

/** The broker's answers that mean that there is nothing left to end. */
const OVER = new Set(['grant_ended', 'grant_denied', 'grant_lapsed']);

/** Ends the grant; never throws. */
export async function completeGrant(
  client: BrokerClient,
  held: { readonly grant: HeldGrant; readonly lease?: HeldLease | undefined },
  outcome?: string,
): Promise<Closing> {
  const until = Date.now() + SHORTEST_EFFORT_MS;
  for (let number = 1; ; number += 1) {
    const { error, closing } = await tryOnce(client, held.grant, outcome);
    if (closing !== undefined) return closing;
    const alive = held.lease !== undefined && isLive(held.lease, Date.now());
    if (isFinal(error) || (!alive && Date.now() >= until)) {
      return { done: false, error, leaseExpiresAt: held.lease?.expiresAt };
    }
    await pause(Math.min(backoff(500, number), LONGEST_PAUSE_MS));
  }
}

async function tryOnce(
  client: BrokerClient,
  grant: HeldGrant,
  outcome?: string,
): Promise<{ readonly error?: unknown; readonly closing?: Closing }> {
  try {
    const { leaseExpiresAt } = await client.complete(grant, outcome);
    return { closing: { done: true, ...(leaseExpiresAt && { leaseExpiresAt }) } };
  } catch (error) {
    return error instanceof BrokerError && OVER.has(error.code) ? { closing: { done: true } } : { error };
  }
}

/** Asking again cannot help: not our grant, or a key we do not have. The source of assertions may recover. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof BrokerError)) return true;
  return !error.retryable && !error.code.startsWith('assertion_');
}
