// Holds one lease of one task and answers from memory. Renews at half the lease's life, one call at a time, and
// only while somebody uses it; goes on serving a lease that is alive while the broker is away; completes the
// grant when closed. Stock SDKs refresh minutes ahead, so without this every AWS call would cost a broker call.

import type { BrokerClient } from './broker-client.ts';
import { BrokerError } from './broker-error.ts';
import { type Closing, completeGrant } from './close-grant.ts';
import { type HeldGrant, type HeldLease, isLive, type Pending, renewalDue, type TaskAsked } from './lease.ts';
import { backoff, withRetries } from './retry.ts';
import { startGrant } from './start-grant.ts';

/** With less than this left, callers wait for the renewal rather than take a lease that may die on the way. */
const MARGIN_MS = 2_000;
/** Without a live lease a caller is waiting, so a short interruption is ridden out at once. */
const WHILE_WAITED_FOR = { attempts: 3, pauseMs: 300, withinMs: 3_000 };
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/** What a cache holds, for those who keep it between processes. */
export interface Held {
  readonly grant: HeldGrant;
  readonly lease?: HeldLease | undefined;
  /** People have yet to decide about the grant. */
  readonly pending?: boolean | undefined;
}

/** How a lease is held. */
export interface LeaseCacheOptions {
  /** A grant from earlier, instead of a new one. */
  readonly resume?: Held | undefined;
  /** Wait while people decide, as long as the request stands. @default true */
  readonly waitForApproval?: boolean | undefined;
  /** Hears what is worth telling a person, in whole sentences. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** Hears of each answer while people decide, instead of notices; and `undefined` when that is over. */
  readonly onWaiting?: ((pending: Pending | undefined) => void) | undefined;
}

/** One task's credentials, kept fresh. */
export interface LeaseCache {
  /** A live lease: from memory, or by asking the broker. @throws BrokerError */
  get(options?: { readonly preferFresh?: boolean }): Promise<HeldLease>;
  /** The grant and the lease as they are now. */
  held(): Partial<Held>;
  /** Stops renewing and completes the grant, retrying until it is done or the lease is over. */
  close(outcome?: string): Promise<Closing>;
  /** Stops renewing and leaves the grant as it is. */
  detach(): void;
}

/** A cache for this task; nothing is asked before the first `get`. */
export function createLeaseCache(
  client: BrokerClient,
  asked: TaskAsked,
  options: LeaseCacheOptions = {},
): LeaseCache {
  return new Cache(client, asked, options);
}

class Cache implements LeaseCache {
  readonly #client: BrokerClient;
  readonly #asked: TaskAsked;
  readonly #options: LeaseCacheOptions;
  readonly #closing = new AbortController();
  #grant: HeldGrant | undefined;
  #lease: HeldLease | undefined;
  #pending: boolean;
  /** Whether anybody took the lease in hand; an idle cache lets it lapse. */
  #used = false;
  #refreshing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #lastError: unknown;
  #notBefore = 0;
  /** Why there will be no more leases. */
  #ended: unknown;

  constructor(client: BrokerClient, asked: TaskAsked, options: LeaseCacheOptions) {
    this.#client = client;
    this.#asked = asked;
    this.#options = options;
    this.#grant = options.resume?.grant;
    this.#lease = options.resume?.lease;
    this.#pending = options.resume?.pending ?? false;
  }

  async get({ preferFresh = false } = {}): Promise<HeldLease> {
    if (this.#closing.signal.aborted) throw closedError();
    const lease = this.#lease;
    if (lease !== undefined && Date.now() < lease.expiresAt.getTime() - marginOf(lease)) {
      this.#use(lease);
      if (Date.now() < renewalDue(lease)) return lease;
      const refreshed = this.#refresh();
      if (!preferFresh) {
        refreshed.catch(() => undefined); // told by notice; the lease in hand is alive
        return lease;
      }
    }
    return this.#awaitLease();
  }

  held(): Partial<Held> {
    const [grant, lease] = [this.#grant, this.#lease];
    return { ...(grant && { grant }), ...(lease && { lease }), pending: this.#pending };
  }

  async close(outcome?: string): Promise<Closing> {
    this.detach();
    await this.#refreshing?.catch(() => undefined); // a request under way may still make a grant
    if (this.#grant === undefined) return { done: true };
    return completeGrant(this.#client, { grant: this.#grant, lease: this.#lease }, outcome);
  }

  detach(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #awaitLease(): Promise<HeldLease> {
    let failure: unknown;
    try {
      await this.#refresh();
    } catch (error) {
      failure = error;
    }
    const lease = this.#lease;
    if (lease === undefined || !isLive(lease, Date.now())) throw failure ?? leaseOver();
    this.#use(lease);
    return lease;
  }

  #use(lease: HeldLease): void {
    this.#used = true;
    if (this.#timer !== undefined || this.#ended !== undefined) return;
    this.#schedule(Math.max(renewalDue(lease), this.#notBefore));
  }

  /** One call at a time, however many ask; a broker that just failed is left alone for a while. */
  #refresh(): Promise<void> {
    if (this.#refreshing !== undefined) return this.#refreshing;
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (Date.now() < this.#notBefore) return Promise.reject(this.#lastError);
    this.#refreshing = this.#fetchLease().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #fetchLease(): Promise<void> {
    try {
      this.#lease = await this.#nextLease();
      this.#pending = false;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    if (this.#failures > 1) this.#notice('The broker answers again.');
    this.#failures = 0;
    this.#notBefore = 0;
    this.#used = false;
    this.#schedule(renewalDue(this.#lease));
  }

  async #nextLease(): Promise<HeldLease> {
    const grant = this.#grant;
    if (grant === undefined || this.#pending) return this.#start(grant);
    const [lease, client] = [this.#lease, this.#client];
    try {
      const waitedFor = lease === undefined || !isLive(lease, Date.now());
      if (!waitedFor || this.#failures > 0) return await client.renew(grant);
      return await withRetries(WHILE_WAITED_FOR, () => client.renew(grant));
    } catch (error) {
      if (!mayAskAnew(error)) throw error;
      this.#notice('The grant reached its end; asking for the task anew.');
      this.#grant = undefined;
      return this.#start();
    }
  }

  async #start(pending?: HeldGrant): Promise<HeldLease> {
    const { waitForApproval = true } = this.#options;
    const granted = await startGrant(this.#client, this.#asked, {
      pending,
      waitForApproval,
      signal: this.#closing.signal,
      onStarted: (started) => {
        this.#grant = started.grant;
        this.#pending = started.kind === 'pending';
      },
      onNotice: (sentence) => this.#notice(sentence),
      onWaiting: this.#options.onWaiting,
    });
    return granted.lease;
  }

  #failed(error: unknown): void {
    this.#lastError = error;
    this.#failures += 1;
    this.#notBefore = Date.now() + pauseAfter(error, this.#failures);
    const ended = hasEnded(error);
    if (ended) this.#ended = error;
    const lease = this.#lease;
    if (lease === undefined || !isLive(lease, Date.now())) return;
    // one lost call is not worth a word; an end is
    if (ended || this.#failures === 2) this.#notice(`${sentenceOf(error)} ${stillAlive(lease)}`);
    if (!ended && this.#notBefore < lease.expiresAt.getTime()) this.#schedule(this.#notBefore);
  }

  #schedule(at: number): void {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => this.#onTime(), Math.max(0, at - Date.now()));
    this.#timer.unref();
  }

  #onTime(): void {
    this.#timer = undefined;
    if (this.#used) this.#refresh().catch(() => undefined); // told by notice, tried again on time
  }

  #notice(sentence: string): void {
    this.#options.onNotice?.(sentence);
  }
}

/**
 * A grant that reached its time, or whose meaning a deployment changed, may be asked for anew: the policies decide
 * again. One that was killed, denied, completed or used up stays ended.
 */
function mayAskAnew(error: unknown): boolean {
  if (!(error instanceof BrokerError)) return false;
  if (error.code === 'grant_changed') return true;
  // `active` past its time: the sweeper has not written `expired` yet
  return error.code === 'grant_ended' && ['expired', 'active'].includes(error.grantStatus ?? '');
}

const ENDS = new Set([
  'grant_ended',
  'approval_invalid',
  // of a grant that had leases it means to ask anew
  'grant_changed',
  'grant_denied',
  'grant_lapsed',
  'grant_unknown',
  'leases_used_up',
  'closed',
]);

/** No more leases under this grant; anything else may change, also a suspension or a broken assertion source. */
function hasEnded(error: unknown): boolean {
  return error instanceof BrokerError && ENDS.has(error.code);
}

function pauseAfter(error: unknown, failures: number): number {
  const told = error instanceof BrokerError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(told, Math.min(backoff(FIRST_PAUSE_MS, failures), LONGEST_PAUSE_MS));
}

function marginOf(lease: HeldLease): number {
  return Math.min(MARGIN_MS, (lease.expiresAt.getTime() - lease.issuedAt.getTime()) / 10);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The renewal failed.';
}

function stillAlive(lease: HeldLease): string {
  return `The lease in hand works until ${lease.expiresAt.toISOString()}.`;
}

function leaseOver(): BrokerError {
  return new BrokerError('The lease is over.', { code: 'lease_over', retryable: true });
}

function closedError(): BrokerError {
  return new BrokerError('The grant was completed here.', { code: 'closed' });
}
