// What people should look at: broken glass, unusual rates of approvals, evidence that does not verify.

import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { FindingRow } from '../api/answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { hashOf } from '../app/route.ts';
import { DateText, Sentence } from '../parts/date-text.tsx';
import { PersonName } from '../parts/names.tsx';
import { type Column, type Filter, TablePage } from '../parts/table-page.tsx';

const LOOKS = { high: 'error', medium: 'warning', low: 'info' } as const;
const FILTERS: readonly Filter[] = [
  { name: 'severity', label: 'Severity', values: ['high', 'medium', 'low'] },
];

const COLUMNS: readonly Column<FindingRow>[] = [
  {
    id: 'what',
    header: 'Finding',
    isRowHeader: true,
    minWidth: 260,
    cell: ({ sentence }) => <Sentence text={sentence} />,
  },
  {
    id: 'severity',
    header: 'Severity',
    minWidth: 120,
    cell: ({ severity }) => <StatusIndicator type={LOOKS[severity] ?? 'info'}>{severity}</StatusIndicator>,
  },
  { id: 'kind', header: 'Kind', minWidth: 160, cell: ({ kind }) => kind },
  { id: 'at', header: 'When', minWidth: 190, cell: ({ at }) => <DateText at={at} /> },
  { id: 'agent', header: 'Agent', minWidth: 150, cell: ({ agent }) => agent ?? '–' },
  {
    id: 'person',
    header: 'Person',
    minWidth: 160,
    cell: ({ person }) => (person ? <PersonName person={person} /> : '–'),
  },
  {
    id: 'grant',
    header: 'Grant',
    cell: ({ grantId }) =>
      grantId === undefined ? '–' : <Link href={hashOf(`/grants/${grantId}`)}>{grantId}</Link>,
  },
];

/** The page of findings. */
export default function Findings() {
  const answer = useAnswer<{ findings: readonly FindingRow[] }>('/api/findings');
  const [severity, setSeverity] = useState('');
  const rows = answer.value?.findings.filter((each) => severity === '' || each.severity === severity);
  return (
    <TablePage
      title="Findings"
      description="What people should look at, newest first."
      rows={rows}
      idOf={({ findingId }) => findingId}
      columns={COLUMNS}
      failure={answer.failure}
      reload={answer.reload}
      emptyTitle="Nothing was found"
      filters={FILTERS}
      chosen={{ severity }}
      onFilter={(_, value) => setSeverity(value)}
    />
  );
}
