// How much of its budgets an agent has used, each as a bar with its numbers.

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { budgetName } from '../../../src/core/budget/words.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import type { Untold } from '../../api/told.ts';
import { DateText } from '../../parts/date-text.tsx';

type Use = Exclude<AgentStory['budgets'], 'unreadable' | Untold>[number];

/** Its own, and those of tasks that it may do or has done. */
export function AgentBudgets({ story: { budgets, tasks } }: { story: AgentStory }) {
  return (
    <Container
      header={
        <Header variant="h2" description="As they were when this page was loaded.">
          Budgets
        </Header>
      }
    >
      {budgets === undefined || budgets === 'unreadable' ? (
        <StatusIndicator type="warning">
          What is used of its budgets cannot be read now. New grants under them may be refused.
        </StatusIndicator>
      ) : (
        <Uses uses={budgets.filter((use) => concerns(use, tasks))} />
      )}
    </Container>
  );
}

function concerns({ task, used }: Use, tasks: AgentStory['tasks']): boolean {
  const ruling = tasks.find((each) => each.task === task)?.ruling;
  return task === undefined || used > 0 || (ruling !== undefined && ruling !== 'denied');
}

function Uses({ uses }: { uses: readonly Use[] }) {
  if (uses.length === 0) return <Box color="text-body-secondary">No budget applies to it.</Box>;
  return (
    <SpaceBetween size="l">
      {uses.map((use) => (
        <Bar key={nameOf(use)} use={use} />
      ))}
    </SpaceBetween>
  );
}

function Bar({ use }: { use: Use }) {
  const { used, most, freesAt } = use;
  return (
    <ProgressBar
      value={Math.min(100, Math.round((used / most) * 100))}
      label={nameOf(use)}
      description={
        <>
          {used} of {most} used
        </>
      }
      additionalInfo={
        freesAt !== undefined && (
          <>
            The first part comes back <DateText at={freesAt} />
          </>
        )
      }
    />
  );
}

function nameOf({ task, ...limit }: Use): string {
  return `${task ?? 'All its tasks'}: ${budgetName(limit)}`;
}
