// Loads the configuration, finishes or begins the sign-in, and shows the pages to whoever is signed in.

import I18nProvider from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { useEffect, useState } from 'react';
import type { Config } from '../api/answers.ts';
import { createApi } from '../api/client.ts';
import { finishSignIn, isAnswer } from '../sign-in/oidc.ts';
import { keepSession, keptSession, type Session } from '../sign-in/session.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { SignedIn } from './signed-in.tsx';
import { SignedOut, Starting } from './signed-out.tsx';

interface Start {
  readonly config?: Config;
  readonly session?: Session | undefined;
  /** For the reader. */
  readonly failure?: string;
}

/** The whole console. */
export function App() {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <ErrorBoundary>
        <Entrance />
      </ErrorBoundary>
    </I18nProvider>
  );
}

function Entrance() {
  const [start, setStart] = useState<Start>();
  useEffect(() => {
    const isCurrent = { now: true };
    startOnce().then((found) => {
      if (isCurrent.now) setStart(found);
    });
    return () => {
      isCurrent.now = false;
    };
  }, []);
  if (start === undefined) return <Starting />;
  const { config, session, failure } = start;
  if (config === undefined || session === undefined) return <SignedOut config={config} failure={failure} />;
  return <SignedIn config={config} session={session} />;
}

let starting: Promise<Start> | undefined;

/** Once per load of the page: the identity provider's answer is good for one time only. */
function startOnce(): Promise<Start> {
  starting ??= begin();
  return starting;
}

async function begin(): Promise<Start> {
  try {
    const config = await createApi(() => undefined).get<Config>('/api/config');
    return { config, ...(await enter(config)) };
  } catch (error) {
    return { failure: sentence(error) };
  }
}

async function enter(config: Config): Promise<Start> {
  const url = new URL(window.location.href);
  if (!isAnswer(url)) return { session: keptSession() };
  try {
    const session = await finishSignIn(config, url);
    keepSession(session);
    return { session };
  } catch (error) {
    return { failure: sentence(error) };
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
