// One agent and its whole story: what it is, what it holds, what it may do, who did what to it and why, and what the
// reader may do to it.

import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import type { PageProps } from '../../app/pages.ts';
import { hashOf } from '../../app/route.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { AgentActs } from './agent-acts.tsx';
import { AgentBudgets } from './agent-budgets.tsx';
import { AgentFacts } from './agent-facts.tsx';
import { AgentGrants } from './agent-grants.tsx';
import { AgentHistory } from './agent-history.tsx';
import { AgentTasks } from './agent-tasks.tsx';
import { Proof } from './proof.tsx';
import { useProof } from './use-proof.ts';

/** The page of one agent. */
export default function AgentPage({ id }: PageProps) {
  const answer = useAnswer<AgentStory>(`/api/agents/${encodeURIComponent(id)}`);
  const { value: story, failure, reload } = answer;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title={`Agent ${id}`}
        actions={story !== undefined && <AgentActs agent={story.agent} onDone={reload} />}
      />
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      {answer.isLoading && <Loading what="the agent" />}
      {story !== undefined && (
        <SpaceBetween size="l">
          <Warnings story={story} />
          {story.agent.status === 'retired' ? <Retired story={story} /> : <Story story={story} />}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function Story({ story }: { story: AgentStory }) {
  return (
    <SpaceBetween size="l">
      <AgentFacts story={story} />
      <AgentTasks story={story} />
      <AgentBudgets story={story} />
      <AgentGrants story={story} />
      <AgentHistory story={story} />
    </SpaceBetween>
  );
}

/** The proof first; what is below it waits, so that nothing moves when it comes. */
function Retired({ story }: { story: AgentStory }) {
  const proof = useProof(story.agent.id);
  if (proof.isLoading) return <Loading what="the proof" />;
  return (
    <SpaceBetween size="l">
      <Proof agent={story.agent.id} proof={proof} />
      <Story story={story} />
    </SpaceBetween>
  );
}

function Warnings({ story: { agent, overdue, drift } }: { story: AgentStory }) {
  const isProposed = agent.status === 'proposed';
  // what people registered is in no catalog
  const differs = agent.origin === 'runtime' ? [] : drift;
  if (!overdue && !isProposed && differs.length === 0) return null;
  return (
    <SpaceBetween size="l">
      {overdue && (
        <Alert type="error" header={`The review was due by ${agent.reviewBy}`}>
          New grants are refused until it is confirmed.{' '}
          <Link href={hashOf(`/reviews/${encodeURIComponent(agent.id)}`)} variant="primary">
            Look at the review
          </Link>
        </Alert>
      )}
      {isProposed && (
        <Alert type="info" header="Not active yet">
          The agent gets nothing until an administrator lets it act.
        </Alert>
      )}
      {differs.length > 0 && (
        <Alert type="warning" header="The registry differs from the catalog">
          {differs.includes('not in the catalog')
            ? 'The catalog has dropped this agent. Its status stays what people made it.'
            : `In: ${differs.join(', ')}. What people have changed stays until the catalog says the same.`}
        </Alert>
      )}
    </SpaceBetween>
  );
}
