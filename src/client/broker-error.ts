// What went wrong between an agent and the broker: a stable code, one sentence, how to mend it, and the
// request id to quote. Carries no token, handle or credential.

import { FIXES } from './fixes.ts';
import type { Pending } from './lease.ts';

/** A request that people decide, without its handle. */
export type Waiting = Pick<Pending, 'asked' | 'lapsesAt'>;

interface BrokerErrorOptions {
  /** Stable code: one of the broker's refusals (docs/refusals.md) or one of the client's own (fixes.ts). */
  readonly code: string;
  readonly requestId?: string | undefined;
  /** How to mend it; by default the fix that belongs to the code. */
  readonly fix?: string | undefined;
  /** Whether the same call may succeed a little later. */
  readonly retryable?: boolean;
  readonly retryAfterSeconds?: number | undefined;
  /** Of `slow_down`: what all later polls have to leave between them. */
  readonly intervalSeconds?: number | undefined;
  /** Grant that the broker spoke of. */
  readonly grantId?: string | undefined;
  /** Status of that grant, where the broker told. */
  readonly grantStatus?: string | undefined;
  /** Whom the request waits for, and until when: `grant_pending` of a caller that does not wait. */
  readonly waiting?: Waiting | undefined;
  readonly cause?: unknown;
}

/** The only error that the client throws on purpose. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly code: string;
  readonly requestId: string | undefined;
  readonly fix: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly intervalSeconds: number | undefined;
  readonly grantId: string | undefined;
  readonly grantStatus: string | undefined;
  readonly waiting: Waiting | undefined;

  constructor(sentence: string, options: BrokerErrorOptions) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.requestId = options.requestId;
    this.fix = options.fix ?? FIXES[options.code];
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.intervalSeconds = options.intervalSeconds;
    this.grantId = options.grantId;
    this.grantStatus = options.grantStatus;
    this.waiting = options.waiting;
  }
}
