// A failure as the reader sees it: the refusal's sentence, what to do, and the request id that operators ask for.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import type { ApiFailure } from '../api/client.ts';
import { useSession } from '../app/session-context.ts';

/** What helps, by code of the refusal. */
const ADVICE: Readonly<Record<string, string>> = {
  unreachable: 'Check your connection and try again.',
  role_missing: 'Ask an administrator of your identity provider for a group that carries the role.',
  request_unknown: 'Check the link. A request can also be gone because its agent asked again.',
  not_an_approver: 'Somebody of the groups named above has to decide.',
  owner_may_not_decide: 'Ask another approver.',
  owner_unknown: 'An administrator transfers the agent to a person who signs in here; then it asks again.',
  passkey_too_new: 'Use a passkey that you had before the request was made, or leave it to somebody else.',
  passkey_unknown: 'Enrol a passkey under “My passkeys”, and have it confirmed.',
  challenge_unknown: 'A challenge lasts two minutes. Decide again.',
  request_closed: 'Load the page again to see the outcome.',
  decided_already: 'Load the page again to see what is missing.',
  reason_missing: 'Write a reason, then decide again.',
  answer_lost: 'Load the page again and look before you order it once more.',
  act_unsigned: 'This act is signed with a passkey: load the page again.',
  agent_changed: 'Somebody else changed the agent at the same time. Load the page again.',
  act_interrupted: 'Load the page again and look; do it again where it is missing.',
  move_illegal: 'Load the page again: the agent is in another state by now.',
  stop_not_on: 'Load the page again: somebody may have lifted it.',
  kill_target_unknown: 'Check the name: it is taken exactly.',
  agent_malformed:
    'Check environment and issuers: both must be in the catalog; an owner is no e-mail address.',
  agent_not_found: 'Check the name. An agent of somebody else is not shown to you.',
  agent_exists: 'Choose another name.',
  binding_taken: 'An identity belongs to one agent, also after its retirement.',
  widening_unsigned: 'This agent was let act meanwhile: what it gets now is signed. Load the page again.',
  group_not_assignable: 'Only groups that the catalog marks as assignable can be given here.',
  query_malformed: 'Check the filters above.',
  question_malformed: 'Check the values above.',
  store_unavailable: 'Try again in a moment.',
};

/** An alert that is read out at once. */
export function Failure({ failure, onRetry }: { failure: ApiFailure; onRetry?: () => void }) {
  const { signInAgain } = useSession();
  const retry = failure.isSignedOut ? (
    <Button onClick={signInAgain}>Sign in again</Button>
  ) : (
    onRetry && <Button onClick={onRetry}>Try again</Button>
  );
  const advice = failure.isSignedOut
    ? 'You come back to this page, with what you have written.'
    : ADVICE[failure.code];
  return (
    <div role="alert">
      <Alert type="error" header={failure.message} action={retry}>
        {advice !== undefined && <Box variant="p">{advice}</Box>}
        <Box variant="small" color="text-body-secondary">
          {failure.code}
          {failure.requestId !== undefined && (
            <>
              {' · request '}
              <span className="exact">{failure.requestId}</span>
            </>
          )}
        </Box>
      </Alert>
    </div>
  );
}
