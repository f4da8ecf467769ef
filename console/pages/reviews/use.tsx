// What the agent may do beside what it did: one row for each task.

import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { ReviewStory } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { DateText } from '../../parts/date-text.tsx';
import { RulingText } from '../../parts/ruling-text.tsx';
import { type TaskRow, taskRows } from './task-rows.ts';

/** The table, and what it leaves out. */
export function Use({ review }: { review: ReviewStory }) {
  const { agent, notes, since } = review;
  return (
    <Table
      variant="container"
      items={taskRows(review)}
      trackBy="task"
      wrapLines
      contentDensity="compact"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: 'What it may do and what it did' }}
      header={
        <Header
          variant="h2"
          description={
            <>
              Use since <DateText at={since} />
            </>
          }
        >
          What it may do and what it did
        </Header>
      }
      empty={<Box color="text-body-secondary">It may do nothing, and did nothing.</Box>}
      footer={notes.length > 0 && <Notes notes={notes} />}
      columnDefinitions={[
        {
          id: 'task',
          header: 'Task',
          isRowHeader: true,
          minWidth: 170,
          cell: ({ task }) => <Link href={hashOf('/grants', { agent: agent.id, task })}>{task}</Link>,
        },
        { id: 'ruling', header: 'May', minWidth: 170, cell: ({ ruling }) => <RulingText ruling={ruling} /> },
        {
          id: 'policies',
          header: 'By policies',
          minWidth: 170,
          cell: ({ policies }) => policies.join(', ') || '–',
        },
        { id: 'count', header: 'Granted', cell: ({ count }) => count },
        { id: 'leases', header: 'Leases', cell: ({ leases }) => leases },
        { id: 'last', header: 'Last', minWidth: 180, cell: (row) => <Last row={row} /> },
      ]}
    />
  );
}

function Last({ row: { last, isUnused } }: { row: TaskRow }) {
  if (isUnused) return <StatusIndicator type="warning">never used</StatusIndicator>;
  return <DateText at={last} />;
}

function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <ul>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
