// The server's time, as far as its answers tell it: what is left of a request is counted by the clock that ends it,
// also where the reader's clock is wrong.

import { useEffect, useState } from 'react';

/** A Date header has whole seconds and took some time to come: smaller differences say nothing. */
const NOTEWORTHY_MS = 3000;

let offsetMs = 0;

/** Learns from the Date header of an answer. */
export function learnServerTime(header: string | null): void {
  const told = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(told)) return;
  const difference = told - Date.now();
  offsetMs = Math.abs(difference) > NOTEWORTHY_MS ? difference : 0;
}

/** Now, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** Now, by the server's clock, again after each `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
