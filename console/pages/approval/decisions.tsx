// Who has decided so far, and who else is needed.

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Decision } from '../../../src/core/model.ts';
import type { DecisionTold, RequestView } from '../../api/answers.ts';
import { DateText } from '../../parts/date-text.tsx';
import { PersonName } from '../../parts/names.tsx';

const LOOKS = {
  approve: { type: 'success', text: 'approved' },
  deny: { type: 'error', text: 'denied' },
  'break-glass': { type: 'warning', text: 'broke the glass' },
} as const satisfies Record<Decision, unknown>;

/** In the order in which they were made. */
export function Decisions({ view, quorum }: { view: RequestView; quorum: number }) {
  const { decisions, approved, approvers, status } = view;
  const missing = Math.max(0, quorum - approved);
  return (
    <Container header={<Header variant="h2">Decisions so far</Header>}>
      {decisions.length === 0 && <Box color="text-body-secondary">Nobody has decided yet.</Box>}
      <ol className="timeline">
        {decisions.map((told) => (
          <li key={`${told.approver.subject} ${told.decidedAt}`}>
            <Told told={told} />
          </li>
        ))}
      </ol>
      {status === 'pending' && missing > 0 && (
        <Box margin={{ top: 's' }}>
          {missing === 1 ? 'One more person' : `${missing} more people`} of {approvers.join(', ')} must
          approve. One denial ends the request.
        </Box>
      )}
    </Container>
  );
}

function Told({ told: { approver, decision, decidedAt, reason } }: { told: DecisionTold }) {
  const { type, text } = LOOKS[decision];
  return (
    <>
      <StatusIndicator type={type}>{text}</StatusIndicator> <PersonName person={approver} />,{' '}
      <DateText at={decidedAt} />
      {reason !== undefined && reason !== '' && <blockquote className="agents-words">{reason}</blockquote>}
    </>
  );
}
