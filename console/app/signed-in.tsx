// The console of one signed-in person: who that is for the API, when the sign-in ends, and the pages.

import { useEffect, useMemo, useState } from 'react';
import type { Config, Me } from '../api/answers.ts';
import { ApiFailure, createApi } from '../api/client.ts';
import { beginSignIn, signOutAddress } from '../sign-in/oidc.ts';
import { forgetSession, type Session } from '../sign-in/session.ts';
import { Frame } from './frame.tsx';
import { useHash } from './route.ts';
import { type SessionContext, SessionProvider } from './session-context.ts';
import { SignedOut, Starting } from './signed-out.tsx';
import { useNotices } from './use-notices.ts';

/** Asks who is signed in, and shows the pages. */
export function SignedIn({ config, session }: { config: Config; session: Session }) {
  const api = useMemo(() => createApi(() => session.idToken), [session]);
  const [round, setRound] = useState(0);
  const [me, setMe] = useState<Me>();
  const [failure, setFailure] = useState<ApiFailure>();
  const hash = useHash();
  const { notices, tell, dismiss } = useNotices(hash);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page asks anew, since a key may have been confirmed meanwhile
  useEffect(() => {
    api.get<Me>('/api/me').then(setMe, (error: unknown) => {
      setFailure(error instanceof ApiFailure ? error : new ApiFailure('unreachable', String(error)));
    });
  }, [api, round, hash]);
  const context = useMemo(
    () =>
      me && {
        config,
        me,
        api,
        endsAt: session.endsAt,
        reloadMe: () => setRound((last) => last + 1),
        signInAgain: () => leaveFor(config, tell),
        signOut: () => leave(config, session),
        tell,
      },
    [config, me, api, session, tell],
  );
  if (context === undefined) {
    if (failure === undefined) return <Starting />;
    if (failure.isSignedOut) forgetSession();
    return <SignedOut config={failure.isSignedOut ? config : undefined} failure={failure.message} />;
  }
  return (
    <SessionProvider value={context}>
      <Frame notices={notices} onDismiss={dismiss} />
    </SessionProvider>
  );
}

function leaveFor(config: Config, tell: SessionContext['tell']): void {
  beginSignIn(config).catch(() => {
    tell({ type: 'error', text: `The identity provider ${config.issuer} cannot be reached.` });
  });
}

async function leave(config: Config, session: Session): Promise<void> {
  forgetSession();
  const address = await signOutAddress(config, session).catch(() => undefined);
  window.history.replaceState(null, '', window.location.pathname);
  if (address === undefined) window.location.reload();
  else window.location.assign(address);
}
