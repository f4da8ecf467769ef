// Says that the sign-in is about to end, or is over. The page stays: what was written on it is kept meanwhile.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useNow } from '../parts/clock.ts';
import { useSession } from './session-context.ts';

const LOOK_EVERY_MS = 5000;
const WARN_BEFORE_MS = 120_000;

/** Nothing while the sign-in has time left. */
export function SessionEnd() {
  const { endsAt, signInAgain } = useSession();
  const left = endsAt - useNow(LOOK_EVERY_MS);
  if (left > WARN_BEFORE_MS) return null;
  return (
    <Box margin={{ bottom: 'm' }}>
      <div role="status">
        <Alert
          type="warning"
          header={left > 0 ? 'Your sign-in ends soon' : 'Your sign-in is over'}
          action={<Button onClick={signInAgain}>Sign in again</Button>}
        >
          You come back to this page, with what you have written.
        </Alert>
      </div>
    </Box>
  );
}
