// Approve, deny, break the glass: each with the passkey, each of one request. What went wrong is said here, and the
// reason stays written.

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { Decision } from '../../../src/core/model.ts';
import type { Outcome, RequestView } from '../../api/answers.ts';
import { ApiFailure } from '../../api/client.ts';
import { useSession } from '../../app/session-context.ts';
import { serverNow, useNow } from '../../parts/clock.ts';
import { useDraft } from '../../parts/draft.ts';
import { Failure } from '../../parts/failure.tsx';
import { PasskeyFailure } from '../../passkey/ceremony.ts';
import { decide } from '../../passkey/decide.ts';
import type { VerifiedFacts } from '../../passkey/facts.ts';

/** The API's own limit. */
const LONGEST_REASON = 500;

interface FormProps {
  readonly view: RequestView;
  readonly verified: VerifiedFacts;
  readonly onDecided: (outcome: Outcome, decision: Decision) => void;
  readonly onProblem: (problem: DecisionProblem | undefined) => void;
}

/** Shown to people who may decide. */
export function DecisionForm(props: FormProps) {
  const { view, verified } = props;
  const [reason, setReason] = useDraft(view.grantId);
  const { run, running } = useDecision(props, [reason, setReason]);
  const mayApprove = view.mine === 'can-decide';
  const mayDeny = mayApprove || view.mine === 'owner-unknown';
  const mayBreakGlass = useMayBreakGlass(view, verified);
  const isOver = Date.parse(view.expiresAt) <= useNow(1000);
  const isTooLong = reason.length > LONGEST_REASON;
  const act = (decision: Decision) => ({
    loading: running === decision,
    loadingText: 'Waiting for your passkey',
    disabled: (running !== undefined && running !== decision) || isTooLong || isOver,
    onClick: () => run(decision),
  });
  return (
    <Container header={<Header variant="h2">Your decision</Header>}>
      <SpaceBetween size="m">
        <FormField
          label={mayDeny ? 'Reason (optional)' : 'Reason'}
          description="It is signed too, and stays with the request."
          errorText={isTooLong ? `At most ${LONGEST_REASON} characters; these are ${reason.length}.` : ''}
        >
          <Textarea value={reason} rows={2} onChange={({ detail }) => setReason(detail.value)} />
        </FormField>
        <SpaceBetween size="xs" direction="horizontal">
          {mayApprove && (
            <Button variant="primary" {...act('approve')}>
              Approve with passkey
            </Button>
          )}
          {mayDeny && <Button {...act('deny')}>Deny with passkey</Button>}
          {mayBreakGlass && (
            <Button {...act('break-glass')} iconName="status-warning">
              Break the glass: approve alone
            </Button>
          )}
        </SpaceBetween>
        {mayBreakGlass && (
          <Alert type="warning">
            Breaking the glass you approve alone, for everybody. It needs a reason, raises a finding, and
            everybody is told.
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** One of the group for emergencies; an approver too, where others would have to agree. */
function useMayBreakGlass({ mine, approved }: RequestView, { facts }: VerifiedFacts): boolean {
  const { groups } = useSession().me;
  const { breakGlass, quorum } = facts.approval;
  if (breakGlass === undefined || !groups.includes(breakGlass)) return false;
  return mine === 'break-glass' || (mine === 'can-decide' && approved + 1 < quorum);
}

/** Why a decision came to nothing. */
export type DecisionProblem = ApiFailure | PasskeyFailure;

/** Says so; it stays when the form goes. */
export function Problem({ problem }: { problem: DecisionProblem }) {
  if (problem instanceof ApiFailure) return <Failure failure={problem} />;
  return (
    <div role="alert">
      <Alert type="warning" header="Nothing was decided">
        {problem.message}
      </Alert>
    </div>
  );
}

function useDecision(props: FormProps, [reason, setReason]: readonly [string, (reason: string) => void]) {
  const { api, me, endsAt } = useSession();
  const [running, setRunning] = useState<Decision>();
  const run = async (decision: Decision) => {
    if (running !== undefined) return;
    const early = refuseEarly(decision, reason, endsAt);
    props.onProblem(early);
    if (early !== undefined) return;
    setRunning(decision);
    try {
      const { verified } = props;
      const outcome = await decide(api, { verified, decision, reason: reason.trim(), approver: me.person });
      setReason('');
      props.onDecided(outcome, decision);
    } catch (error) {
      props.onProblem(asProblem(error));
    } finally {
      setRunning(undefined);
    }
  };
  return { run, running };
}

/** What the API would refuse anyway, said before the passkey is asked. */
function refuseEarly(decision: Decision, reason: string, endsAt: number): ApiFailure | undefined {
  if (endsAt <= serverNow()) return new ApiFailure('sign_in_rejected', 'Your sign-in is over.');
  if (decision === 'break-glass' && reason.trim() === '') return new ApiFailure('reason_missing', 'Say why.');
  return undefined;
}

function asProblem(error: unknown): DecisionProblem {
  if (error instanceof ApiFailure || error instanceof PasskeyFailure) return error;
  return new PasskeyFailure(error instanceof Error ? error.message : String(error));
}
