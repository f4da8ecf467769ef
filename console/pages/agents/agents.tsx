// The agents of the registry: everybody's for people with a role, one's own for an owner. The filters are the API's.

import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { mayAct } from '../../acts/allowed.ts';
import type { AgentRow, AgentRows } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { serverNow } from '../../parts/clock.ts';
import { AgentLink, AgentState, Environment, PersonName } from '../../parts/names.tsx';
import { type Column, type Filter, TablePage } from '../../parts/table-page.tsx';
import { useListing } from '../../parts/use-listing.ts';

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', values: ['active', 'suspended', 'proposed', 'retired'] },
  { name: 'owner', label: 'Owner’s subject' },
  { name: 'environment', label: 'Environment' },
  { name: 'overdue', label: 'Review', values: ['true'], words: { true: 'overdue' } },
  { name: 'idle', label: 'Use', values: ['true'], words: { true: 'none in 30 days' } },
];

const COLUMNS: readonly Column<AgentRow>[] = [
  { id: 'agent', header: 'Agent', isRowHeader: true, minWidth: 180, cell: ({ id }) => <AgentLink id={id} /> },
  { id: 'status', header: 'Status', minWidth: 140, cell: ({ status }) => <AgentState status={status} /> },
  { id: 'owner', header: 'Owner', minWidth: 190, cell: ({ owner }) => <PersonName person={owner} /> },
  { id: 'environment', header: 'Environment', cell: ({ environment }) => <Environment name={environment} /> },
  { id: 'review', header: 'Review by', minWidth: 140, cell: (agent) => <ReviewBy agent={agent} /> },
  { id: 'purpose', header: 'Purpose', minWidth: 320, cell: ({ purpose }) => purpose },
  {
    id: 'origin',
    header: 'From',
    isOptional: true,
    cell: ({ origin }) => (origin === 'runtime' ? 'registered by people' : 'the catalog'),
  },
];

function ReviewBy({ agent: { reviewBy, status } }: { agent: Pick<AgentRow, 'reviewBy' | 'status'> }) {
  const isOver = status !== 'retired' && reviewBy < new Date(serverNow()).toISOString().slice(0, 10);
  return (
    <SpaceBetween size="xxs">
      <time dateTime={reviewBy}>{reviewBy}</time>
      {isOver && <StatusIndicator type="error">overdue</StatusIndicator>}
    </SpaceBetween>
  );
}

/** The page of agents. */
export default function Agents() {
  const { me } = useSession();
  const { answer, ...listing } = useListing<AgentRows>('/agents', '/api/agents', FILTERS);
  return (
    <TablePage
      title="Agents"
      description="Non-human identities with an owner, a purpose and a review date."
      rows={answer.value?.agents}
      idOf={({ id }) => id}
      columns={COLUMNS}
      failure={answer.failure}
      reload={answer.reload}
      emptyTitle="No agent matches"
      filters={FILTERS}
      actions={
        mayAct(me, 'agent.register') && <Button href={hashOf('/register-agent')}>Register an agent</Button>
      }
      {...listing}
    />
  );
}
