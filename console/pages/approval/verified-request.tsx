// A request whose facts are verified: what is signed, what Remit tells beside it, what the agent says, the decisions so
// far, and the reader's own.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Decision } from '../../../src/core/model.ts';
import type { Outcome, RequestView, Standing } from '../../api/answers.ts';
import { ApiFailure } from '../../api/client.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { DateText, duration, TimeLeft } from '../../parts/date-text.tsx';
import { Failure } from '../../parts/failure.tsx';
import { AgentsWords, BindingCode, PersonName, Status } from '../../parts/names.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import type { VerifiedFacts } from '../../passkey/facts.ts';
import { BudgetShares } from './budget-shares.tsx';
import { DecisionForm, type DecisionProblem, Problem } from './decision-form.tsx';
import { Decisions } from './decisions.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { outcomeSentence } from './outcome.ts';
import { Flags, StandingText } from './request-card.tsx';

interface Props {
  readonly view: RequestView;
  readonly verified: VerifiedFacts;
  /** The last repetition failed; what is shown is older. */
  readonly failure: ApiFailure | undefined;
  readonly reload: () => void;
}

/** Who gets the form; one of an unknown owner can be denied only, which is said beside it. */
const DECIDING: readonly Standing[] = ['can-decide', 'break-glass', 'owner-unknown'];

/** Everything about one request. */
export function VerifiedRequest({ view, verified, failure, reload }: Props) {
  const { tell, me } = useSession();
  const [problem, setProblem] = useState<DecisionProblem>();
  const isOpen = view.status === 'pending';
  const mayDecide = DECIDING.includes(view.mine);
  const decided = (outcome: Outcome, decision: Decision) => {
    tell(outcomeSentence(outcome, decision));
    // what was decided is told above the page, and shown at its top; the form was at its end
    window.scrollTo({ top: 0 });
    reload();
  };
  const failed = (found: DecisionProblem | undefined) => {
    setProblem(found);
    // what the API refused may have changed what is shown
    if (found instanceof ApiFailure && !found.isSignedOut) reload();
  };
  return (
    <SpaceBetween size="l">
      <PageHeading
        title={view.title}
        description={`${verified.facts.agent} asks for this. Request ${view.grantId}`}
      />
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      <Summary view={view} verified={verified} />
      {hasWarnings(view, verified) && <Warnings view={view} verified={verified} />}
      <FactsPanel verified={verified} />
      <ToldBeside view={view} />
      <Decisions view={view} quorum={verified.facts.approval.quorum} />
      {problem !== undefined && <Problem problem={problem} />}
      {isOpen && mayDecide && !view.changed && me.passkeys > 0 && (
        <DecisionForm view={view} verified={verified} onDecided={decided} onProblem={failed} />
      )}
      {isOpen && mayDecide && me.passkeys === 0 && <NoPasskey />}
      {isOpen && (!mayDecide || view.mine === 'owner-unknown') && <StandingText mine={view.mine} />}
    </SpaceBetween>
  );
}

function NoPasskey() {
  return (
    <Alert type="info" header="You need a passkey to decide">
      Enrol one under{' '}
      <Link href={hashOf('/passkeys')} variant="primary">
        My passkeys
      </Link>
      . One enrolled after this request was made cannot decide it, so leave this one to somebody else.
    </Alert>
  );
}

function Summary({ view, verified }: { view: RequestView; verified: VerifiedFacts }) {
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Status', value: <Status status={view.status} /> },
          { label: 'Time left', value: <DecisionTime view={view} /> },
          { label: 'Agreed so far', value: `${view.approved} of ${verified.facts.approval.quorum}` },
          {
            label: 'Code (the agent’s operator sees the same)',
            value: <BindingCode code={verified.bindingCode} />,
          },
        ]}
      />
    </Container>
  );
}

function hasWarnings(view: RequestView, { facts }: VerifiedFacts): boolean {
  const isMarked = view.changed || view.unusual.length > 0 || view.breakGlassUsed;
  return isMarked || facts.duration.leases === 1 || view.outlivesLease !== undefined;
}

function Warnings({ view, verified }: { view: RequestView; verified: VerifiedFacts }) {
  const { lease, leases } = verified.facts.duration;
  return (
    <SpaceBetween size="l">
      {view.changed && (
        <Alert type="error" header="The catalog has changed since">
          What it would grant now is not what was asked. This request lapses; the agent has to ask again.
        </Alert>
      )}
      {(view.unusual.length > 0 || view.breakGlassUsed) && (
        <Container header={<Header variant="h2">What stands out</Header>}>
          <Flags request={view} />
        </Container>
      )}
      {leases === 1 && (
        <Alert type="warning" header="The act could be repeated within one lease">
          Approving buys one lease of {duration(lease)}. Until it ends the agent could do the same act again.
          Idempotency: {view.idempotency ?? 'the task names none.'}
        </Alert>
      )}
      {view.outlivesLease !== undefined && (
        <Alert type="warning" header="What the task makes may live longer than its lease">
          {view.outlivesLease}
        </Alert>
      )}
    </SpaceBetween>
  );
}

/** How long it can be decided; once approved, how long the agent can fetch what was approved. */
function DecisionTime({ view: { status, expiresAt } }: { view: RequestView }) {
  if (status === 'pending') return <TimeLeft until={expiresAt} />;
  if (status !== 'approved') return 'none: no longer open';
  return (
    <>
      approved; the agent can fetch its lease for <TimeLeft until={expiresAt} />
    </>
  );
}

function ToldBeside({ view }: { view: RequestView }) {
  return (
    <Container
      header={
        <Header variant="h2" description="Told by the server to help you; not part of what you sign.">
          Around the request
        </Header>
      }
    >
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Owner of the agent', value: <PersonName person={view.owner} /> },
            { label: 'Asked', value: <DateText at={view.requestedAt} /> },
            { label: 'Lapses', value: <DateText at={view.expiresAt} /> },
            {
              label: 'Policies that ruled',
              value: view.policies.join(', ') || 'the task itself wants a person',
            },
            { label: 'Assertion', value: <span className="exact">{view.workload.assertionId}</span> },
            { label: 'Identical requests open', value: String(view.same) },
          ]}
        />
        <BudgetShares budgets={view.budgets} />
        <Box variant="div">
          <AgentsWords agent={view.agent} text={view.purpose} />
        </Box>
      </SpaceBetween>
    </Container>
  );
}
