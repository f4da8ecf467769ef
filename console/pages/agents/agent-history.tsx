// Who did what to an agent and why, the newest first; the audit trail has all of it.

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AgentStory } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { DateText } from '../../parts/date-text.tsx';
import { PersonName } from '../../parts/names.tsx';

/** The story, and the whole row. */
export function AgentHistory({ story: { agent, story } }: { story: AgentStory }) {
  const { me } = useSession();
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              me.roles.includes('viewer') && (
                <Link href={hashOf('/audit', { agent: agent.id })}>Its audit trail</Link>
              )
            }
          >
            Who did what, and why
          </Header>
        }
      >
        {story.length === 0 && <Box color="text-body-secondary">The catalog made it; nobody changed it.</Box>}
        <ol className="timeline">
          {story.map((deed) => (
            <li key={`${deed.at} ${deed.what}`}>
              <Box variant="strong">{deed.what}</Box> by <PersonName person={deed.by} />
              <Box variant="small" color="text-body-secondary" display="block">
                <DateText at={deed.at} />
              </Box>
              <blockquote className="agents-words">{deed.reason}</blockquote>
            </li>
          ))}
        </ol>
      </Container>
      <ExpandableSection headerText="The whole row" variant="container">
        <pre className="exact exact-text">{JSON.stringify(agent, undefined, 2)}</pre>
      </ExpandableSection>
    </SpaceBetween>
  );
}
