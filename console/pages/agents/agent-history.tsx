// Who did what to an agent and why: for viewers the whole story from the audit trail, for its owner what the row tells.

import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useSession } from '../../app/session-context.ts';
import { WholeStory } from './agent-story.tsx';
import { Deeds } from './deeds.tsx';

/** The story, and the whole row. */
export function AgentHistory({ story }: { story: AgentStory }) {
  const { me } = useSession();
  return (
    <SpaceBetween size="l">
      {me.roles.includes('viewer') ? (
        <WholeStory story={story} />
      ) : (
        <Container header={<Header variant="h2">Who did what, and why</Header>}>
          <Deeds deeds={story.story} />
        </Container>
      )}
      <ExpandableSection headerText="The whole row" variant="container">
        <pre className="exact exact-text">{JSON.stringify(story.agent, undefined, 2)}</pre>
      </ExpandableSection>
    </SpaceBetween>
  );
}
