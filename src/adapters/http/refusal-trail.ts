// Takes refusals into the audit trail. The answer never changes for it and hardly waits: a refusal gives no power, so it
// stands whether or not it could be told, and what could not be told is counted in a metric.

import type { Outbox } from '../../core/audit/ports.ts';
import { type Refused, refusalEvent } from '../../core/audit/refusal-event.ts';
import type { Clock } from '../../core/ports.ts';
import { addSeconds } from '../../core/record/lifetime.ts';

/** Where an endpoint tells what it refused. */
export interface RefusalTrail {
  /** Never throws. @returns why it could not be told, if so. */
  record(refused: Omit<Refused, 'at'>): Promise<string | undefined>;
}

/** An answer waits for this long at most. */
const RECORD_WITHIN_MS = 500;
/**
 * Of one kind in one minute a process tells no more: a flood must not make its row of counts the busiest of the table.
 * The metric of refusals has them all.
 */
const MOST_TOLD = 256;
/**
 * After a failure nothing is tried for so long: answers that each wait for an outbox that is throttled would hold
 * processes, and a flood would get more of them than it pays for.
 */
const PAUSE_SECONDS = 5;
/** Told only where it is worth an attempt: when the tables cannot be reached, the outbox cannot either. */
const UNREACHABLE = 'store_unavailable';

/** Tells them to this outbox. */
export function createRefusalTrail(deps: { readonly outbox: Outbox; readonly clock: Clock }): RefusalTrail {
  const { outbox, clock } = deps;
  const isWithin = limitPerMinute();
  let pausedUntil = new Date(0);
  return {
    async record(refused) {
      if (refused.code === UNREACHABLE) return undefined;
      const at = clock();
      const counted = refusalEvent({ ...refused, at });
      if (counted === undefined || !isWithin(counted.bucket, at)) return undefined;
      if (at < pausedUntil) return 'paused';
      const failed = await within(RECORD_WITHIN_MS, outbox.count(counted.bucket, counted.event));
      if (failed !== undefined) pausedUntil = addSeconds(clock(), PAUSE_SECONDS);
      return failed;
    },
  };
}

/** @returns whether one more of this kind may be told in this minute. */
function limitPerMinute(): (kind: string, at: Date) => boolean {
  const told = new Map<string, number>();
  let minute = 0;
  return (kind, at) => {
    const now = Math.floor(at.getTime() / 60_000);
    if (now !== minute) told.clear();
    minute = now;
    const count = (told.get(kind) ?? 0) + 1;
    told.set(kind, count);
    return count <= MOST_TOLD;
  };
}

async function within(limitMs: number, work: Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  const done = work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
