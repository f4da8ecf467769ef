// The table of grants: who held, holds or waits for what. The filters are the API's, and in the address.

import { GRANT_STATUSES } from '../../src/core/model.ts';
import type { GrantRow, GrantRows } from '../api/answers.ts';
import { DateText } from '../parts/date-text.tsx';
import { Environment, GrantInList, Status } from '../parts/names.tsx';
import { type Column, type Filter, TablePage } from '../parts/table-page.tsx';
import { useListing } from '../parts/use-listing.ts';

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', values: GRANT_STATUSES },
  { name: 'agent', label: 'Agent' },
  { name: 'task', label: 'Task' },
  { name: 'from', label: 'Asked from (UTC)', type: 'date' },
  { name: 'to', label: 'until (UTC)', type: 'date' },
];

const COLUMNS: readonly Column<GrantRow>[] = [
  {
    id: 'grant',
    header: 'Grant',
    isRowHeader: true,
    minWidth: 250,
    cell: (grant) => <GrantInList {...grant} />,
  },
  { id: 'status', header: 'Status', minWidth: 170, cell: ({ status }) => <Status status={status} /> },
  { id: 'asked', header: 'Asked', minWidth: 190, cell: ({ requestedAt }) => <DateText at={requestedAt} /> },
  { id: 'agent', header: 'Agent', minWidth: 150, cell: ({ agent }) => agent },
  { id: 'task', header: 'Task', minWidth: 160, cell: ({ task }) => task },
  { id: 'environment', header: 'Environment', cell: ({ environment }) => <Environment name={environment} /> },
  { id: 'leases', header: 'Leases', cell: ({ leaseCount }) => leaseCount },
  {
    id: 'lease-end',
    header: 'Last lease ends',
    minWidth: 190,
    cell: ({ leaseExpiresAt }) => <DateText at={leaseExpiresAt} />,
  },
  {
    id: 'ends',
    header: 'Ends by',
    isOptional: true,
    minWidth: 190,
    cell: ({ expiresAt }) => <DateText at={expiresAt} />,
  },
  {
    id: 'ended',
    header: 'Ended',
    isOptional: true,
    minWidth: 190,
    cell: ({ endedAt }) => <DateText at={endedAt} />,
  },
  { id: 'why', header: 'Why it ended', isOptional: true, cell: ({ endReason }) => endReason ?? '–' },
];

/** The page of grants. */
export default function Grants() {
  const { answer, ...listing } = useListing<GrantRows>('/grants', '/api/grants', FILTERS);
  return (
    <TablePage
      title="Grants"
      description="Every request that was let through or waits for people. The newest first."
      rows={answer.value?.grants}
      idOf={({ grantId }) => grantId}
      columns={COLUMNS}
      failure={answer.failure}
      reload={answer.reload}
      emptyTitle="No grant matches"
      filters={FILTERS}
      {...listing}
    />
  );
}
