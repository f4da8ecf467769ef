// The ID token of the signed-in person: in memory and in this tab's sessionStorage, and gone when it is over.

const KEY = 'remit.session';

/** Who signed in, by the token's own words; the API verifies the token at each call. */
export interface Session {
  readonly idToken: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Keeps the session for reloads of this tab. */
export function keepSession(session: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(session));
}

/** The kept session. @returns undefined when there is none, or none that can be read */
export function keptSession(): Session | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return isSession(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function forgetSession(): void {
  sessionStorage.removeItem(KEY);
}

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false;
  const { idToken, issuer, subject, name, endsAt } = value as Partial<Session>;
  return [idToken, issuer, subject, name].every((each) => typeof each === 'string') && Number(endsAt) > 0;
}
