// The last kills: what each ended, and whether all of it is known to be dead.

import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { OverviewTold } from '../../api/admin-answers.ts';
import { useNow } from '../../parts/clock.ts';
import { DateText, duration, TimeLeft } from '../../parts/date-text.tsx';
import { PersonName } from '../../parts/names.tsx';

type KillRow = OverviewTold['kills'][number];

/** Those that are not settled first. */
export function Kills({ kills }: { kills: readonly KillRow[] }) {
  return (
    <Table
      variant="container"
      items={kills}
      trackBy="killId"
      wrapLines
      contentDensity="compact"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: 'Kills of the last 7 days' }}
      header={
        <Header variant="h2" counter={`(${kills.length})`}>
          Kills of the last 7 days
        </Header>
      }
      empty={<Box color="text-body-secondary">Nothing was killed.</Box>}
      columnDefinitions={[
        { id: 'what', header: 'What', isRowHeader: true, minWidth: 200, cell: ({ scope }) => nameOf(scope) },
        { id: 'dead', header: 'Dead', minWidth: 170, cell: (kill) => <Dead kill={kill} /> },
        { id: 'ended', header: 'Grants ended', minWidth: 90, cell: ({ ended }) => ended },
        { id: 'at', header: 'Ordered', minWidth: 190, cell: ({ change }) => <DateText at={change.at} /> },
        { id: 'by', header: 'By', minWidth: 160, cell: ({ change }) => <PersonName person={change.by} /> },
        { id: 'why', header: 'Why', minWidth: 200, cell: ({ change }) => change.reason },
      ]}
    />
  );
}

function nameOf(scope: KillRow['scope']): string {
  return 'id' in scope ? `${scope.kind} ${scope.id}` : 'everything';
}

function Dead({ kill: { settledAt, secondsToDead, deadBy, change } }: { kill: KillRow }) {
  const now = useNow(1000);
  if (Date.parse(deadBy) <= Date.parse(change.at))
    return <StatusIndicator type="success">no lease was alive</StatusIndicator>;
  if (settledAt === undefined)
    return (
      <StatusIndicator type="in-progress">
        {Date.parse(deadBy) > now ? <TimeLeft until={deadBy} /> : 'leases are over, being confirmed'}
      </StatusIndicator>
    );
  const took = secondsToDead === undefined ? '' : ` after ${duration(secondsToDead)}`;
  return <StatusIndicator type="success">dead{took}</StatusIndicator>;
}
