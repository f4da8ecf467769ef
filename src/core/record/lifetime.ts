// When a grant is due: the next instant at which the sweeper must look at it, and when its row may go.

import type { Grant, Task } from '../model.ts';

/** A reserved row that was not activated within this is a request that died: longer than a function runs. */
export const RESERVATION_SECONDS = 60;
/** A pending row that its workflow has not taken over within this gets its workflow started again. */
export const START_SECONDS = 60;
/** A decided row whose workflow was not woken within this gets it woken by the sweeper. */
export const WAKE_SECONDS = 30;
/** Rows stay this long after their end; then TTL may remove them. */
export const RETENTION_DAYS = 90;

const OPEN = new Set<Grant['status']>(['reserved', 'pending', 'approved', 'active']);

/** Open grants can still yield or hold a lease; an ended one never moves again. */
export function isOpen(grant: Pick<Grant, 'status'>): boolean {
  return OPEN.has(grant.status);
}

/** The next deadline of an open grant. */
export function deadlineOf(grant: Pick<Grant, 'status' | 'requestedAt' | 'expiresAt' | 'workflowAt'>): Date {
  if (grant.status === 'reserved') return addSeconds(grant.requestedAt, RESERVATION_SECONDS);
  if (grant.status !== 'pending' || grant.workflowAt !== undefined) return grant.expiresAt;
  return earlierOf(addSeconds(grant.requestedAt, START_SECONDS), grant.expiresAt);
}

/** The earlier of two instants. */
export function earlierOf(one: Date, other: Date): Date {
  return one.getTime() < other.getTime() ? one : other;
}

/** When the row of a grant that ended at `endedAt` may be purged. */
export function purgeTime(endedAt: Date): Date {
  return addSeconds(endedAt, RETENTION_DAYS * 86_400);
}

/** `time` plus whole or fractional seconds. */
export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** The whole second at or before `time`: IAM dates and credential expiries have second precision. */
export function floorToSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

/** When the grant is over if its next lease is made now: the time of an approved one begins with its first lease. */
export function endOf({ grant, task }: { readonly grant: Grant; readonly task: Task }, now: Date): Date {
  return grant.status === 'approved' ? addSeconds(now, task.maxDurationSeconds) : grant.expiresAt;
}

/** End of a lease made now: whole seconds, never past the grant itself. */
export function leaseEnd(now: Date, leaseSeconds: number, expiresAt: Date): Date {
  const end = Math.min(addSeconds(now, leaseSeconds).getTime(), expiresAt.getTime());
  return floorToSecond(new Date(end));
}
