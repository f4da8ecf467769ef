// When an agent is reviewed next: at most 90 days ahead, whoever says it. The registry keeps the date; a file of the
// catalog moves it only when it comes to say another one, so that no other edit ends what a review has given, or takes
// an overdue agent on.

import { addSeconds } from '../record/lifetime.ts';

/** Days until the first review, and the longest time between two. */
export const REVIEW_DAYS = 90;

/** The last date (YYYY-MM-DD) that a review may give, and the one that is given when nobody says one. */
export function reviewDate(now: Date): string {
  return day(addSeconds(now, REVIEW_DAYS * 86_400));
}

/** Whether a review may give this date: not past, and not too far. */
export function isReviewDate(date: string, now: Date): boolean {
  return date >= day(now) && date <= reviewDate(now);
}

/** What the catalog says of an agent's review, and what it said at the last sync. */
export interface SaidReview {
  readonly said: string | undefined;
  readonly saidBefore: string | undefined;
  /** Of the agent's row; undefined when there is none yet. */
  readonly kept: string | undefined;
}

/** The review date that a sync writes; of a row that does not tell what the file said before, the file moves nothing. */
export function syncedReviewDate({ said, saidBefore, kept }: SaidReview, now: Date): string {
  const last = reviewDate(now);
  const isMoved = saidBefore !== undefined && said !== undefined && said !== saidBefore;
  const date = kept === undefined || isMoved ? said : kept;
  return date === undefined || date > last ? last : date;
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
