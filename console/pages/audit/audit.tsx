// Search in the audit trail: what happened, the newest first, each record whole.

import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { RecordRow, RecordRows } from '../../api/admin-answers.ts';
import { DateText } from '../../parts/date-text.tsx';
import { AgentLink, GrantLink } from '../../parts/names.tsx';
import { type Column, type Filter, TablePage } from '../../parts/table-page.tsx';
import { useListing } from '../../parts/use-listing.ts';
import { RecordDialog } from './record-dialog.tsx';

const FILTERS: readonly Filter[] = [
  { name: 'agent', label: 'Agent' },
  { name: 'task', label: 'Task' },
  { name: 'grant', label: 'Grant' },
  { name: 'person', label: 'Person’s subject' },
  { name: 'type', label: 'Type' },
  { name: 'from', label: 'From (UTC)', type: 'date' },
  { name: 'to', label: 'until (UTC)', type: 'date' },
];

const PERSON_FACTS = ['actorSubject', 'personSubject', 'approverSubject', 'subject'] as const;
const fact = ({ event }: RecordRow, name: string) => {
  const value = event.data[name];
  return value === undefined ? undefined : String(value);
};

const columns = (onOpen: (row: RecordRow) => void): readonly Column<RecordRow>[] => [
  {
    id: 'type',
    header: 'What',
    isRowHeader: true,
    minWidth: 190,
    cell: (row) => {
      const type = row.event.type.replace(/^remit\./, '');
      const decision = fact(row, 'decision');
      return (
        <Button
          variant="inline-link"
          ariaLabel={`${type}, the whole record ${row.shard}/${row.seq}`}
          onClick={() => onOpen(row)}
        >
          {type}
          {decision === undefined ? '' : `: ${decision}`}
        </Button>
      );
    },
  },
  { id: 'at', header: 'When', minWidth: 190, cell: ({ at, event }) => <DateText at={event.time ?? at} /> },
  { id: 'agent', header: 'Agent', minWidth: 150, cell: (row) => linked(fact(row, 'agent'), AgentLink) },
  { id: 'task', header: 'Task', minWidth: 150, cell: (row) => fact(row, 'task') ?? '–' },
  { id: 'why', header: 'Why', minWidth: 170, cell: (row) => fact(row, 'reason') ?? fact(row, 'code') ?? '–' },
  { id: 'who', header: 'By', minWidth: 150, cell: (row) => <span className="exact">{whoOf(row)}</span> },
  { id: 'grant', header: 'Grant', minWidth: 250, cell: (row) => linked(fact(row, 'grantId'), GrantLink) },
  {
    id: 'number',
    header: 'Number',
    isOptional: true,
    cell: ({ shard, seq }) => `${shard}/${seq}`,
  },
];

function linked(id: string | undefined, Link: typeof AgentLink) {
  return id === undefined ? '–' : <Link id={id} />;
}

function whoOf(row: RecordRow): string {
  for (const name of PERSON_FACTS) {
    const found = fact(row, name);
    if (found !== undefined) return found;
  }
  return fact(row, 'actor') ?? '–';
}

/** The page. */
export default function Audit() {
  const { answer, ...listing } = useListing<RecordRows>('/audit', '/api/audit', FILTERS);
  const [opened, setOpened] = useState<RecordRow>();
  return (
    <TablePage
      title="Audit trail"
      description="What happened, the newest first: the last 7 days unless you say otherwise. “remit audit verify” proves that nothing was changed."
      rows={answer.value?.records}
      idOf={({ shard, seq }) => `${shard}/${seq}`}
      columns={columns(setOpened)}
      notice={opened && <RecordDialog record={opened} onClose={() => setOpened(undefined)} />}
      failure={answer.failure}
      reload={answer.reload}
      emptyTitle="No record matches"
      filters={FILTERS}
      {...listing}
    />
  );
}
