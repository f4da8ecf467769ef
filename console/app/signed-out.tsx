// What is shown to nobody in particular: while the console starts, and the way to sign in.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import type { Config } from '../api/answers.ts';
import { beginSignIn } from '../sign-in/oidc.ts';

/** An empty page of full height, so that nothing moves when the console appears. */
export function Starting() {
  return <main className="starting" aria-busy="true" />;
}

/** Asks to sign in, and says why when a sign-in has failed. */
export function SignedOut({ config, failure }: { config: Config | undefined; failure: string | undefined }) {
  const [problem, setProblem] = useState(failure);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => {
    document.title = 'Sign in · Remit';
  }, []);
  const leave = async () => {
    if (config === undefined) return window.location.reload();
    setLeaving(true);
    try {
      await beginSignIn(config, { asks: failure !== undefined });
    } catch {
      setProblem(`The identity provider ${config.issuer} cannot be reached.`);
      setLeaving(false);
    }
  };
  return (
    <main className="starting sign-in">
      <Container header={<Header variant="h1">Remit</Header>}>
        <SpaceBetween size="m">
          <Box variant="p">
            People decide here what agents may do. Signing in shows what waits for you; every decision is
            signed with a passkey of yours.
          </Box>
          {problem !== undefined && (
            <div role="alert">
              <Alert type="error">{problem}</Alert>
            </div>
          )}
          <Button variant="primary" loading={isLeaving} loadingText="Leaving for sign-in" onClick={leave}>
            {config === undefined ? 'Try again' : 'Sign in'}
          </Button>
          {config !== undefined && (
            <Box variant="small" color="text-body-secondary">
              You sign in at {new URL(config.issuer).host}.
            </Box>
          )}
        </SpaceBetween>
      </Container>
    </main>
  );
}
