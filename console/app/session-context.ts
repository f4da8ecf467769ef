// What every page may use: the configuration, who is signed in, the API, and notices to the reader.

import { createContext, useContext } from 'react';
import type { Config, Me } from '../api/answers.ts';
import type { Api } from '../api/client.ts';

/** A message above the page, told to screen readers too. */
export interface Notice {
  readonly type: 'success' | 'info' | 'warning' | 'error';
  /** Instants in it, as the core writes them, are shown in the reader's zone. */
  readonly text: string;
}

/** One signed-in person's console. */
export interface SessionContext {
  readonly config: Config;
  readonly me: Me;
  readonly api: Api;
  /** Milliseconds since 1970 at which the ID token ends. */
  readonly endsAt: number;
  reloadMe(): void;
  /** Leaves for the identity provider; this page is shown again afterwards. */
  signInAgain(): void;
  signOut(): void;
  tell(notice: Notice): void;
}

const context = createContext<SessionContext | undefined>(undefined);

export const SessionProvider = context.Provider;

/** The session that the page is shown in. */
export function useSession(): SessionContext {
  const session = useContext(context);
  if (session === undefined) throw new Error('a page is shown to signed-in people only');
  return session;
}

/** The API as the signed-in person. */
export function useApi(): Api {
  return useSession().api;
}
