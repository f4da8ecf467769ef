// From a request to its first lease, also when people have to decide in between: polls at the broker's pace
// until they did, the request lapsed, or the caller gave up.

import type { BrokerClient } from './broker-client.ts';
import { BrokerError } from './broker-error.ts';
import type { Granted, HeldGrant, Pending, TaskAsked } from './lease.ts';
import { pause } from './pause.ts';

/** How to wait. */
export interface StartOptions {
  /** A request that was made before and waits for people. */
  readonly pending?: HeldGrant | undefined;
  readonly waitForApproval: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Hears of the grant as soon as there is one, also a pending one. */
  readonly onStarted: (started: Granted | Pending) => void;
  readonly onNotice: (sentence: string) => void;
  /** Hears of each answer while people decide, instead of notices; and `undefined` when that is over. */
  readonly onWaiting?: ((pending: Pending | undefined) => void) | undefined;
}

const SLOW_DOWN_SECONDS = 5;

/** @throws BrokerError: a refusal, `grant_pending` when the caller does not wait, or `closed`. */
export async function startGrant(
  client: BrokerClient,
  asked: TaskAsked,
  options: StartOptions,
): Promise<Granted> {
  const { pending } = options;
  const started = pending
    ? await comeBack(client, again(pending), options.signal)
    : await client.request(asked);
  options.onStarted(started);
  if (started.kind === 'granted') return started;
  if (!options.waitForApproval) throw pendingError(started);
  const { onWaiting, onNotice } = options;
  if (onWaiting === undefined)
    onNotice(`Waiting for a person to decide about grant ${started.grant.grantId}.`);
  const granted = await awaitDecision(client, started, options);
  if (onWaiting === undefined) onNotice('The request was approved.');
  return granted;
}

async function awaitDecision(
  client: BrokerClient,
  started: Pending,
  options: StartOptions,
): Promise<Granted> {
  try {
    let answer: Granted | Pending = started;
    while (answer.kind === 'pending') {
      options.onWaiting?.(answer);
      await waitFor(answer.intervalSeconds, options.signal);
      answer = await pollOnce(client, answer, options.onNotice);
    }
    return answer;
  } finally {
    options.onWaiting?.(undefined);
  }
}

/** A pending grant from an earlier process: the broker tells interval and time again. */
function again(grant: HeldGrant): Pending {
  return { kind: 'pending', grant, intervalSeconds: SLOW_DOWN_SECONDS, lapsesAt: new Date(0) };
}

/** Whoever comes back may be earlier than the pace allows; then it asks once more. */
async function comeBack(
  client: BrokerClient,
  pending: Pending,
  signal: AbortSignal,
): Promise<Granted | Pending> {
  try {
    return await ask(client, pending);
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== 'poll_too_early') throw error;
    const intervalSeconds = pending.intervalSeconds + SLOW_DOWN_SECONDS;
    await waitFor(intervalSeconds, signal);
    return ask(client, { ...pending, intervalSeconds });
  }
}

/** Polls. An approval is redeemed once: when the answer to that was lost, what is left is to renew. */
async function ask(client: BrokerClient, pending: Pending): Promise<Granted | Pending> {
  try {
    return await client.poll(pending);
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== 'approval_redeemed') throw error;
    const { grant } = pending;
    return { kind: 'granted', grant, lease: await client.renew(grant) };
  }
}

async function pollOnce(
  client: BrokerClient,
  pending: Pending,
  onNotice: StartOptions['onNotice'],
): Promise<Granted | Pending> {
  try {
    return await ask(client, pending);
  } catch (error) {
    const over = Date.now() > pending.lapsesAt.getTime();
    if (over || !(error instanceof BrokerError) || !error.retryable) throw error;
    if (error.code === 'budget_exceeded') return whenThereIsRoom(pending, error, onNotice);
    // CIBA §11: slow_down lengthens every later pause; an outage is waited out at the same pace
    return { ...pending, intervalSeconds: Math.min(60, pending.intervalSeconds + SLOW_DOWN_SECONDS) };
  }
}

/** Approved, and the budget has no room now: comes back when it has, if the request still stands then. */
function whenThereIsRoom(pending: Pending, error: BrokerError, onNotice: StartOptions['onNotice']): Pending {
  const intervalSeconds = Math.max(pending.intervalSeconds, error.retryAfterSeconds ?? 0);
  if (Date.now() + intervalSeconds * 1000 > pending.lapsesAt.getTime()) throw error;
  onNotice(`${error.message} Approved; ${error.fix ?? 'trying again'}.`);
  return { ...pending, intervalSeconds };
}

async function waitFor(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(seconds * 1000, signal);
  } catch (cause) {
    throw new BrokerError('Stopped waiting for a decision.', { code: 'closed', cause });
  }
}

function pendingError(pending: Pending): BrokerError {
  return new BrokerError('A person has to decide about this request first.', {
    code: 'grant_pending',
    grantId: pending.grant.grantId,
    waiting: { asked: pending.asked, lapsesAt: pending.lapsesAt },
  });
}
