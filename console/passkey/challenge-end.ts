// How far away the end of a challenge may be. It is signed, and what is signed can be shown until then: a server that
// names a late one, and keeps the signature back, would decide in the person's name at a time of its own.

/** A challenge is answered within two minutes; the rest is for a device whose clock is behind. */
const LATEST_SECONDS = 180;

/** Whether the end is none, or later than any that a server gives. @param now of this device: the server names both otherwise */
export function isTooLate(expiresAt: string, now: number): boolean {
  const end = Date.parse(expiresAt);
  return Number.isNaN(end) || end > now + LATEST_SECONDS * 1000;
}
