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

/** CIBA `slow_down`: every later pause is this much longer, unless the broker says how long. */
const SLOW_DOWN_SECONDS = 5;
/** No request waits longer (`expiresAfter` of a task); bounds an outage when the end was not told yet. */
const LONGEST_WAIT_SECONDS = 43_200;
/** However slow the pace, a request is asked about this long after its end; by then the broker says that it lapsed. */
const AFTER_END_SECONDS = 2;

/** @throws BrokerError: a refusal, `grant_pending` when the caller does not wait, or `closed`. */
export async function startGrant(
  client: BrokerClient,
  asked: TaskAsked,
  options: StartOptions,
): Promise<Granted> {
  const { pending } = options;
  const started = pending ? await comeBack(client, pending) : await client.request(asked);
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

/** What a poll told, and how long the next one has to wait if that is longer than the pace. */
interface Polled {
  readonly answer: Granted | Pending;
  readonly pauseSeconds: number;
}

async function awaitDecision(
  client: BrokerClient,
  started: Pending,
  options: StartOptions,
): Promise<Granted> {
  const latest = new Date(Date.now() + LONGEST_WAIT_SECONDS * 1000);
  let polled: Polled = { answer: started, pauseSeconds: 0 };
  try {
    while (polled.answer.kind === 'pending') {
      const { answer, pauseSeconds } = polled;
      options.onWaiting?.(answer);
      await waitFor(pauseBefore(answer, pauseSeconds), options.signal);
      polled = await pollOnce(client, answer, { latest, onNotice: options.onNotice });
    }
    return polled.answer;
  } finally {
    options.onWaiting?.(undefined);
  }
}

function pauseBefore({ intervalSeconds, lapsesAt }: Pending, leastSeconds: number): number {
  const seconds = Math.max(intervalSeconds, leastSeconds);
  const left = lapsesAt === undefined ? 0 : (lapsesAt.getTime() - Date.now()) / 1000;
  return left > 0 ? Math.min(seconds, left + AFTER_END_SECONDS) : seconds;
}

/**
 * Polls about a request of an earlier process. Whoever comes back may be earlier than the pace that was left there; that
 * the request still waits is told all the same, and the broker tells the rest once it is asked in time.
 */
async function comeBack(client: BrokerClient, grant: HeldGrant): Promise<Granted | Pending> {
  const pending: Pending = { kind: 'pending', grant, intervalSeconds: SLOW_DOWN_SECONDS };
  try {
    return await ask(client, pending);
  } catch (error) {
    if (!isTooEarly(error)) throw error;
    return slower(pending, error);
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

interface Patience extends Pick<StartOptions, 'onNotice'> {
  /** When to give up a broker that does not answer and never told when the request ends. */
  readonly latest: Date;
}

async function pollOnce(
  client: BrokerClient,
  pending: Pending,
  { latest, onNotice }: Patience,
): Promise<Polled> {
  try {
    return { answer: await ask(client, pending), pauseSeconds: 0 };
  } catch (error) {
    // as good as authorization_pending: the broker ends the waiting, never a poll that came too early
    const isOver = pending.lapsesAt === undefined && Date.now() > latest.getTime();
    if (isTooEarly(error) && !isOver) return { answer: slower(pending, error), pauseSeconds: 0 };
    const secondsLeft = ((pending.lapsesAt ?? latest).getTime() - Date.now()) / 1000;
    if (secondsLeft < 0 || !(error instanceof BrokerError) || !error.retryable) throw error;
    const told = error.retryAfterSeconds ?? 0;
    if (error.code === 'budget_exceeded') {
      // approved, and no room now: it comes back when there is, if the request still stands then
      if (Math.max(pending.intervalSeconds, told) > secondsLeft) throw error;
      onNotice(`${error.message} Approved; ${error.fix ?? 'trying again'}.`);
    }
    // CIBA §11: only slow_down lengthens the pace; an outage is waited out
    return { answer: pending, pauseSeconds: Math.min(told, secondsLeft) };
  }
}

/** `slow_down` about the pace; a broker that is not ours may send no code of its own. */
function isTooEarly(error: unknown): error is BrokerError {
  return error instanceof BrokerError && ['poll_too_early', 'slow_down'].includes(error.code);
}

/** CIBA §11: `slow_down` lengthens this pause and every later one; the broker knows by how much, and has no cap. */
function slower(pending: Pending, { intervalSeconds: told }: BrokerError): Pending {
  const { intervalSeconds: pace } = pending;
  return {
    ...pending,
    intervalSeconds: told === undefined ? pace + SLOW_DOWN_SECONDS : Math.max(pace, told),
  };
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
    retryAfterSeconds: pending.intervalSeconds,
    waiting: { asked: pending.asked, lapsesAt: pending.lapsesAt },
  });
}
