// The table of grants: who held, holds or waits for what. The filters are the API's, and in the address.

import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { GRANT_STATUSES } from '../../src/core/model.ts';
import type { GrantRow, GrantRows } from '../api/answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { hashOf, readRoute, replaceHash, useHash } from '../app/route.ts';
import { DateText } from '../parts/date-text.tsx';
import { Environment, Status } from '../parts/names.tsx';
import { type Column, type Filter, TablePage } from '../parts/table-page.tsx';

const PAGE_SIZE = '25';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

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
    cell: ({ grantId, breakGlassUsed }) => (
      <SpaceBetween size="xxs">
        <Link href={hashOf(`/grants/${encodeURIComponent(grantId)}`)}>
          <span className="grant-id">{grantId}</span>
        </Link>
        {breakGlassUsed === true && <StatusIndicator type="warning">glass broken</StatusIndicator>}
      </SpaceBetween>
    ),
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
  const { query } = readRoute(useHash());
  const chosen = Object.fromEntries(FILTERS.map(({ name }) => [name, query.get(name) ?? '']));
  // tokens of the pages before this one; the first has none
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const answer = useAnswer<GrantRows>(addressOf(chosen, tokens.at(-1)));
  const next = answer.value?.next;
  const filter = (name: string, value: string) => {
    setTokens([]);
    replaceHash(hashOf('/grants', { ...chosen, [name]: value }));
  };
  const goTo = (page: number) => {
    if (page <= tokens.length) setTokens(tokens.slice(0, page - 1));
    else if (next !== undefined) setTokens([...tokens, next]);
  };
  return (
    <TablePage
      title="Grants"
      description="Every request that was let through or waits for people. Without a filter: what is open now."
      rows={answer.value?.grants}
      idOf={({ grantId }) => grantId}
      columns={COLUMNS}
      failure={answer.failure}
      reload={answer.reload}
      emptyTitle="No grant matches"
      filters={FILTERS}
      chosen={chosen}
      onFilter={filter}
      paging={{ page: tokens.length + 1, hasNext: next !== undefined, goTo }}
    />
  );
}

function addressOf(chosen: Readonly<Record<string, string>>, next: string | undefined): string {
  const query = new URLSearchParams({ limit: PAGE_SIZE });
  for (const name of ['status', 'agent', 'task']) if (chosen[name]) query.set(name, chosen[name]);
  if (DAY.test(chosen['from'] ?? '')) query.set('from', `${chosen['from']}T00:00:00.000Z`);
  if (DAY.test(chosen['to'] ?? '')) query.set('to', `${chosen['to']}T23:59:59.999Z`);
  if (next !== undefined) query.set('next', next);
  return `/api/grants?${query}`;
}
