// What was used within a window that slides, in few entries. Uses that fall into one bucket become one entry, which
// counts until the latest of them leaves the window: never shorter than it should, and longer by one bucket at most.

/** What was used at, or a little before, a time in epoch seconds. */
export interface Use {
  readonly at: number;
  readonly count: number;
}

/** Uses by time, the oldest first. */
export type Series = readonly Use[];

/** A window and how finely it is kept. */
export interface Window {
  readonly seconds: number;
  readonly bucketSeconds: number;
}

const HOUR_SECONDS = 3600;
const HOUR_BUCKET_SECONDS = 60;
const DAY_SECONDS = 86_400;
const DAY_BUCKET_SECONDS = 900;

/** For grants per hour. */
export const HOUR: Window = { seconds: HOUR_SECONDS, bucketSeconds: HOUR_BUCKET_SECONDS };
/** For sums per day. */
export const DAY: Window = { seconds: DAY_SECONDS, bucketSeconds: DAY_BUCKET_SECONDS };

/** Clocks of two functions may differ by this: everything counts that much longer. */
export const SKEW_SECONDS = 5;

/** Adds a use; one whose clock is behind the last use counts from that one. */
export function addUse(series: Series, use: Use, { bucketSeconds }: Window): Series {
  const last = series.at(-1);
  const at = Math.max(use.at, last?.at ?? use.at);
  if (last === undefined || bucketOf(last.at, bucketSeconds) !== bucketOf(at, bucketSeconds))
    return [...series, { at, count: use.count }];
  return [...series.slice(0, -1), { at, count: last.count + use.count }];
}

/** Takes back a use that was added at `at`; one that is no longer told apart stays. */
export function takeBack(series: Series, { at, count }: Use): Series {
  const index = series.findIndex((each) => each.at >= at);
  const found = series[index];
  if (found === undefined || found.count < count) return series;
  const left = { at: found.at, count: found.count - count };
  return [...series.slice(0, index), ...(left.count > 0 ? [left] : []), ...series.slice(index + 1)];
}

/** What still counts at `now`. */
export function currentUses(series: Series, window: Window, now: number): Series {
  return series.filter((use) => leavesAt(use, window) > now);
}

/** All of it together. */
export function totalOf(series: Series): number {
  return series.reduce((sum, { count }) => sum + count, 0);
}

/**
 * From when on `count` more keeps within `most`, in epoch seconds; 0 when it does already, undefined when it never will.
 */
export function fitsAt(
  series: Series,
  { count, most }: { readonly count: number; readonly most: number },
  window: Window,
): number | undefined {
  if (count > most) return undefined;
  let used = totalOf(series);
  let at = 0;
  for (const use of [...series].sort((one, other) => one.at - other.at)) {
    // not `used + count > most`: two large numbers may add up to one that is rounded down
    if (used <= most - count) break;
    used -= use.count;
    at = leavesAt(use, window);
  }
  return at;
}

/** The same in fewer entries, each counting until its latest use leaves. */
export function coarsen(series: Series, bucketSeconds: number): Series {
  return series.reduce<Series>((coarse, use) => addUse(coarse, use, { seconds: 0, bucketSeconds }), []);
}

/** When a use no longer counts, in epoch seconds. */
export function leavesAt({ at }: Use, { seconds }: Window): number {
  return at + seconds + SKEW_SECONDS;
}

function bucketOf(at: number, bucketSeconds: number): number {
  return Math.floor(at / bucketSeconds);
}
