// The proof that a retired agent's access is gone, while it is made: each check as it stands, the time until the next
// can be done, and then the signed document.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { OffboardingTold } from '../../api/admin-answers.ts';
import type { Answer } from '../../api/use-answer.ts';
import { TimeLeft } from '../../parts/date-text.tsx';
import { Failure } from '../../parts/failure.tsx';
import { TextFile } from '../../parts/text-file.tsx';

/** Shown of retired agents. */
export function Proof({ agent, proof }: { agent: string; proof: Answer<OffboardingTold> }) {
  const { value, failure, reload } = proof;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="What was observed, and what was only reasoned. It is signed once every check holds."
        >
          Proof that its access is gone
        </Header>
      }
    >
      <SpaceBetween size="m">
        {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
        {value !== undefined && <Verdict offboarding={value} />}
        {value !== undefined && <Checks checks={value.checks} />}
        {value?.proof !== undefined && (
          <TextFile
            title="The signed proof"
            name={`offboarding-${agent}.json`}
            text={value.proof}
            type="application/json"
          />
        )}
      </SpaceBetween>
    </Container>
  );
}

function Verdict({ offboarding: { state, until, agent } }: { offboarding: OffboardingTold }) {
  if (state === 'dead')
    return (
      <Alert type="success" header="Its access is gone">
        Check the file below offline: <span className="exact">remit agents verify-proof</span>
      </Alert>
    );
  if (state === 'failed')
    return (
      <div role="alert">
        <Alert type="error" header="A check has failed: its access is not proven to be gone">
          Look at the check below, and stop what it names. The proof is tried again as long as this page is
          open.
        </Alert>
      </div>
    );
  return (
    <StatusIndicator type="in-progress">
      The proof of {agent} is under way{until !== undefined && ', next look: '}
      {until !== undefined && <TimeLeft until={until} />}
    </StatusIndicator>
  );
}

type Check = OffboardingTold['checks'][number];

const LOOKS = { done: 'success', waiting: 'pending', failed: 'error' } as const;
const WORDS = { done: 'holds', waiting: 'waits', failed: 'fails' } as const;
const BASES = { observed: 'observed', reasoned: 'only reasoned', 'not-looked-at': 'not looked at' } as const;

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ol className="plain-list rows">
      {checks.map((check) => (
        <li key={check.id}>
          <div>
            <StatusIndicator type={LOOKS[check.state]}>{WORDS[check.state]}</StatusIndicator> {check.says}
            <Box variant="small" color="text-body-secondary" display="block">
              {BASES[check.basis]}
              {check.why !== undefined && `: ${check.why}`}
            </Box>
          </div>
          {check.state === 'waiting' && check.until !== undefined && <TimeLeft until={check.until} />}
        </li>
      ))}
    </ol>
  );
}
