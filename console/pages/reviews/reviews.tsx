// Reviews that are due or overdue: everybody's for people with a role, one's own for an owner.

import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReviewRow, ReviewRows } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { hashOf, readRoute, replaceHash, useHash } from '../../app/route.ts';
import { AgentState, Environment, PersonName } from '../../parts/names.tsx';
import { type Column, type Filter, TablePage } from '../../parts/table-page.tsx';

const FILTERS: readonly Filter[] = [
  {
    name: 'state',
    label: 'Which',
    values: ['due', 'overdue'],
    words: { due: 'due within 14 days', overdue: 'overdue' },
  },
];

const COLUMNS: readonly Column<ReviewRow>[] = [
  {
    id: 'agent',
    header: 'Agent',
    isRowHeader: true,
    minWidth: 180,
    cell: ({ agent }) => (
      <Link href={hashOf(`/reviews/${encodeURIComponent(agent)}`)}>
        <span className="exact">{agent}</span>
      </Link>
    ),
  },
  {
    id: 'due',
    header: 'Review',
    minWidth: 160,
    cell: ({ reviewBy, overdue }) => (
      <StatusIndicator type={overdue ? 'error' : 'pending'}>
        {overdue ? 'overdue since' : 'due by'} <time dateTime={reviewBy}>{reviewBy}</time>
      </StatusIndicator>
    ),
  },
  { id: 'owner', header: 'Owner', minWidth: 190, cell: ({ owner }) => <PersonName person={owner} /> },
  { id: 'status', header: 'Status', minWidth: 140, cell: ({ status }) => <AgentState status={status} /> },
  { id: 'environment', header: 'Environment', cell: ({ environment }) => <Environment name={environment} /> },
  { id: 'purpose', header: 'Purpose', minWidth: 240, cell: ({ purpose }) => purpose },
];

/** The page of reviews. */
export default function Reviews() {
  const state = readRoute(useHash()).query.get('state') ?? '';
  const answer = useAnswer<ReviewRows>(`/api/reviews${state === '' ? '' : `?state=${state}`}`);
  return (
    <TablePage
      title="Reviews"
      description="Agents whose review is due, the longest overdue first. Overdue agents get nothing new."
      rows={answer.value?.reviews}
      idOf={({ agent }) => agent}
      columns={COLUMNS}
      failure={answer.failure}
      reload={answer.reload}
      emptyTitle="No review is due"
      filters={FILTERS}
      chosen={{ state }}
      onFilter={(name, value) => replaceHash(hashOf('/reviews', { [name]: value }))}
      notice={answer.value?.partial && <Alert type="info">More reviews are due than are shown.</Alert>}
    />
  );
}
