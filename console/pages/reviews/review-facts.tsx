// Who and what is reviewed.

import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { ReviewStory } from '../../api/admin-answers.ts';
import { DateText } from '../../parts/date-text.tsx';
import { AgentLink, AgentState, Environment, PersonName } from '../../parts/names.tsx';

/** The agent, its purpose and its last review. */
export function ReviewFacts({ review: { agent, drift } }: { review: ReviewStory }) {
  const last = agent.review;
  return (
    <Container header={<Header variant="h2">What is reviewed</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Agent', value: <AgentLink id={agent.id} /> },
          { label: 'Status', value: <AgentState status={agent.status} /> },
          { label: 'Owner', value: <PersonName person={agent.owner} /> },
          { label: 'Purpose', value: agent.purpose },
          { label: 'Environment', value: <Environment name={agent.environment} /> },
          { label: 'Groups', value: <span className="exact">{agent.groups.join(', ') || 'none'}</span> },
          { label: 'Review by', value: <time dateTime={agent.reviewBy}>{agent.reviewBy}</time> },
          {
            label: 'Last review',
            value:
              last === undefined ? (
                'never'
              ) : (
                <>
                  <DateText at={last.at} /> by <PersonName person={last.by} />: {last.reason}
                </>
              ),
          },
          { label: 'Differs from the catalog', value: drift.join(', ') || 'in nothing' },
        ]}
      />
    </Container>
  );
}
