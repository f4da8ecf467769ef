// The answer of a question: a table, what it does not show, and the same as CSV.

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { csvLines } from '../../../src/core/questions/csv.ts';
import type { AnswerTold, QuestionTold } from '../../api/admin-answers.ts';
import { Sentence } from '../../parts/date-text.tsx';
import { AgentLink, GrantLink } from '../../parts/names.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { Empty } from '../../parts/waiting.tsx';

const PAGE_SIZE = 25;
const GRANT_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const AGENT = /^[a-z0-9][a-z0-9-]{0,62}$/;

interface Row {
  readonly id: string;
  readonly cells: AnswerTold['rows'][number];
}

interface AnswerProps {
  readonly question: QuestionTold;
  readonly answer: AnswerTold;
  readonly reload: () => void;
}

/** The whole answer. */
export function AnswerTable({ question, answer, reload }: AnswerProps) {
  const { columns, rows, isCut, note } = answer;
  const [page, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const shown = rows.slice((Math.min(page, pages) - 1) * PAGE_SIZE, Math.min(page, pages) * PAGE_SIZE);
  return (
    <SpaceBetween size="l">
      {note !== undefined && (
        <Alert type={isCut ? 'warning' : 'info'} header={isCut ? 'There is more than is shown' : 'To know'}>
          {note}
        </Alert>
      )}
      <Table
        variant="container"
        items={shown.map((cells, at): Row => ({ id: String(at), cells }))}
        trackBy="id"
        wrapLines
        contentDensity="compact"
        enableKeyboardNavigation
        ariaLabels={{ tableLabel: question.sentence }}
        empty={<Empty title="Nothing was found: the answer is none" />}
        header={
          <Header
            variant="h2"
            counter={`(${rows.length}${isCut ? '+' : ''})`}
            actions={<AnswerActions question={question} answer={answer} reload={reload} />}
          >
            Answer
          </Header>
        }
        pagination={pages > 1 && <Pages page={Math.min(page, pages)} of={pages} goTo={setPage} />}
        columnDefinitions={columns.map(
          (header, at): TableProps.ColumnDefinition<Row> => ({
            id: header,
            header,
            isRowHeader: at === 0,
            minWidth: 130,
            cell: ({ cells }) => <CellText column={header} value={cells[at]} />,
          }),
        )}
      />
    </SpaceBetween>
  );
}

interface PagesProps {
  readonly page: number;
  readonly of: number;
  readonly goTo: (page: number) => void;
}

function Pages({ page, of, goTo }: PagesProps) {
  return (
    <Pagination
      currentPageIndex={page}
      pagesCount={of}
      ariaLabels={{
        nextPageLabel: 'Next page',
        previousPageLabel: 'Previous page',
        paginationLabel: 'Pages',
      }}
      onChange={({ detail }) => goTo(detail.currentPageIndex)}
    />
  );
}

interface CellProps {
  readonly column: string;
  readonly value: AnswerTold['rows'][number][number] | undefined;
}

/** What has a page of its own is a link to it. */
function CellText({ column, value }: CellProps) {
  const text = String(value ?? '');
  if (GRANT_ID.test(text)) return <GrantLink id={text} />;
  if (column === 'agent' && AGENT.test(text)) return <AgentLink id={text} />;
  return text === '' ? '–' : <Sentence text={text} />;
}

function AnswerActions({ question, answer, reload }: AnswerProps) {
  const name = `remit-${question.name}.csv`;
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button iconName="refresh" ariaLabel="Ask again" onClick={reload} />
      <Button
        iconName="download"
        ariaLabel={`Download ${name}`}
        onClick={() => saveFile({ name, type: 'text/csv;charset=utf-8', text: csv(answer) })}
      >
        CSV
      </Button>
    </SpaceBetween>
  );
}

/** RFC 4180 ends each line with CR LF. */
function csv({ columns, rows }: AnswerTold): string {
  return csvLines(columns, rows)
    .map((line) => `${line}\r\n`)
    .join('');
}
