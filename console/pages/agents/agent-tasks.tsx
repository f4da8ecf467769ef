// What the policies say of an agent, task by task, and the budgets that hold beside them.

import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { AgentStory } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { RulingText } from '../../parts/ruling-text.tsx';

const COLUMNS: readonly TableProps.ColumnDefinition<AgentStory['tasks'][number]>[] = [
  {
    id: 'task',
    header: 'Task',
    isRowHeader: true,
    minWidth: 180,
    cell: ({ task, title }) => (
      <>
        <span className="exact">{task}</span>
        <Box variant="small" color="text-body-secondary" display="block">
          {title}
        </Box>
      </>
    ),
  },
  {
    id: 'ruling',
    header: 'Ruling',
    minWidth: 180,
    cell: ({ ruling }) => <RulingText ruling={ruling} />,
  },
  {
    id: 'policies',
    header: 'By policies',
    minWidth: 200,
    cell: ({ policies }) => <span className="exact">{policies.join(', ') || '–'}</span>,
  },
];

/** One row a task of its environment. */
export function AgentTasks({ story: { agent, tasks } }: { story: AgentStory }) {
  const { me } = useSession();
  return (
    <Table
      variant="container"
      items={tasks}
      trackBy="task"
      wrapLines
      contentDensity="compact"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: 'What it may ask for' }}
      header={
        <Header
          variant="h2"
          counter={`(${tasks.length})`}
          description={
            agent.status === 'active'
              ? 'By the policies of now. Switches, budgets and the review date hold beside them.'
              : `It gets nothing while it is ${agent.status}: this is what the policies alone say.`
          }
          actions={
            me.roles.includes('viewer') && (
              <Link href={hashOf('/questions/blast', { agent: agent.id })}>What it can reach</Link>
            )
          }
        >
          What it may ask for
        </Header>
      }
      empty={<Box color="text-body-secondary">Its environment has no task.</Box>}
      columnDefinitions={COLUMNS}
    />
  );
}
