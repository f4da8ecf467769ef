// An agent's newest grants.

import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';
import type { AgentStory } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { DateText } from '../../parts/date-text.tsx';
import { GrantInList, Status } from '../../parts/names.tsx';

/** The table; the whole list is a page of its own. */
export function AgentGrants({ story: { agent, grants } }: { story: AgentStory }) {
  return (
    <Table
      variant="container"
      items={grants}
      trackBy="grantId"
      wrapLines
      contentDensity="compact"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: 'Newest grants' }}
      header={
        <Header
          variant="h2"
          counter={`(${grants.length})`}
          actions={<Link href={hashOf('/grants', { agent: agent.id })}>All its grants</Link>}
        >
          Newest grants
        </Header>
      }
      empty={<Box color="text-body-secondary">It was never granted anything.</Box>}
      columnDefinitions={[
        {
          id: 'grant',
          header: 'Grant',
          isRowHeader: true,
          minWidth: 250,
          cell: (grant) => <GrantInList {...grant} />,
        },
        { id: 'task', header: 'Task', minWidth: 160, cell: ({ task }) => task },
        { id: 'status', header: 'Status', minWidth: 150, cell: ({ status }) => <Status status={status} /> },
        {
          id: 'asked',
          header: 'Asked',
          minWidth: 190,
          cell: ({ requestedAt }) => <DateText at={requestedAt} />,
        },
        { id: 'leases', header: 'Leases', cell: ({ leaseCount }) => leaseCount },
      ]}
    />
  );
}
