// What an agent is, which workloads are it, and what it may ask for.

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AgentStory } from '../../api/admin-answers.ts';
import { DateText } from '../../parts/date-text.tsx';
import { AgentState, Environment, PersonName } from '../../parts/names.tsx';

/** Facts and bindings. */
export function AgentFacts({ story: { agent, holds } }: { story: AgentStory }) {
  return (
    <Container header={<Header variant="h2">What it is</Header>}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Status', value: <AgentState status={agent.status} /> },
            { label: 'Owner', value: <PersonName person={agent.owner} /> },
            { label: 'Environment', value: <Environment name={agent.environment} /> },
            { label: 'Purpose', value: agent.purpose },
            { label: 'Groups', value: <span className="exact">{agent.groups.join(', ') || 'none'}</span> },
            { label: 'Review by', value: <time dateTime={agent.reviewBy}>{agent.reviewBy}</time> },
            { label: 'Open grants', value: `${holds.open}${holds.partial ? ' or more' : ''}` },
            {
              label: 'Its last lease ends',
              value: holds.leaseEndsBy === undefined ? 'no lease runs' : <DateText at={holds.leaseEndsBy} />,
            },
            { label: 'Budget of its own', value: budgetOf(agent) },
            { label: 'From', value: agent.origin === 'runtime' ? 'registered by people' : 'the catalog' },
          ]}
        />
        <div>
          <Box variant="awsui-key-label">Workloads that are this agent</Box>
          {agent.bindings.length === 0 ? 'none' : <Bindings bindings={agent.bindings} />}
        </div>
      </SpaceBetween>
    </Container>
  );
}

function Bindings({ bindings }: { bindings: AgentStory['agent']['bindings'] }) {
  return (
    <ul className="plain-list">
      {bindings.map(({ issuer, subject, claims }) => (
        <li key={`${issuer} ${subject}`} className="exact">
          {subject} at {issuer}
          {Object.entries(claims ?? {}).map(([name, value]) => `, ${name} = ${value}`)}
        </li>
      ))}
    </ul>
  );
}

function budgetOf({ budget = {} }: AgentStory['agent']): string {
  const { concurrent, perHour } = budget;
  const limits = [
    concurrent !== undefined && `${concurrent} grants at once`,
    perHour !== undefined && `${perHour} grants an hour`,
  ];
  return limits.filter((each) => each !== false).join(', ') || 'none; tasks may have budgets';
}
