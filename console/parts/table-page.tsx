// A page that is one table: filters above, columns to choose, pages of the API, and the three states. The filters are
// in the address, so that a view can be linked to.

import Button from '@cloudscape-design/components/button';
import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { type ReactNode, useState } from 'react';
import type { ApiFailure } from '../api/client.ts';
import { Failure } from './failure.tsx';
import { NARROW } from './narrow.ts';
import { PageHeading } from './page-heading.tsx';
import { Empty } from './waiting.tsx';

/** So many filters are shown on every screen. */
const FEW_FILTERS = 2;

/** One column; `isOptional` ones are hidden until chosen. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isRowHeader?: boolean;
  /** Pixels. */
  readonly minWidth?: number;
  readonly isOptional?: boolean;
}

/** One filter: free text, a date, or one of some values. */
export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly values?: readonly string[];
  /** Words for values that are not their own. */
  readonly words?: Readonly<Record<string, string>>;
  readonly type?: 'date';
}

/** Where a table of several pages stands. */
export interface Paging {
  readonly page: number;
  readonly hasNext: boolean;
  goTo(page: number): void;
}

interface TablePageProps<Row> {
  readonly title: string;
  readonly description: string;
  /** Undefined while it loads. */
  readonly rows: readonly Row[] | undefined;
  readonly idOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly failure?: ApiFailure | undefined;
  readonly reload: () => void;
  readonly emptyTitle: string;
  readonly filters?: readonly Filter[];
  readonly chosen?: Readonly<Record<string, string>>;
  readonly onFilter?: (name: string, value: string) => void;
  readonly paging?: Paging;
  /** Beside “load again”. */
  readonly actions?: ReactNode;
  /** Between heading and table. */
  readonly notice?: ReactNode;
}

/** The page. */
export function TablePage<Row>(props: TablePageProps<Row>) {
  const { title, description, rows, failure, reload, columns } = props;
  const [visible, setVisible] = useState(() =>
    columns.filter(({ isOptional }) => isOptional !== true).map(({ id }) => id),
  );
  return (
    <SpaceBetween size="l">
      <PageHeading
        title={title}
        description={description}
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button iconName="refresh" ariaLabel={`Load ${title} again`} onClick={reload} />
            {props.actions}
          </SpaceBetween>
        }
      />
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      {props.notice}
      <Table
        variant="container"
        items={rows ?? []}
        loading={rows === undefined && failure === undefined}
        loadingText={`Loading ${title}`}
        trackBy={props.idOf}
        columnDefinitions={columns.map(definition)}
        columnDisplay={columns.map(({ id }) => ({ id, visible: visible.includes(id) }))}
        wrapLines
        contentDensity="compact"
        enableKeyboardNavigation
        ariaLabels={{ tableLabel: title }}
        empty={<Empty title={props.emptyTitle} />}
        filter={props.filters && <Filters {...props} filters={props.filters} />}
        pagination={props.paging && <Pages {...props.paging} />}
        preferences={<Columns columns={columns} visible={visible} onChange={setVisible} />}
      />
    </SpaceBetween>
  );
}

function definition<Row>(column: Column<Row>): TableProps.ColumnDefinition<Row> {
  const { id, header, cell, isRowHeader = false, minWidth = 90 } = column;
  return { id, header, cell, isRowHeader, minWidth };
}

function Pages({ page, hasNext, goTo }: Paging) {
  return (
    <div className="pages">
      <Pagination
        currentPageIndex={page}
        pagesCount={hasNext ? page + 1 : page}
        openEnd={hasNext}
        ariaLabels={{
          nextPageLabel: 'Next page',
          previousPageLabel: 'Previous page',
          paginationLabel: 'Pages',
        }}
        onChange={({ detail }) => goTo(detail.currentPageIndex)}
      />
    </div>
  );
}

interface ColumnsProps {
  readonly columns: readonly { readonly id: string; readonly header: string }[];
  readonly visible: readonly string[];
  readonly onChange: (visible: string[]) => void;
}

function Columns({ columns, visible, onChange }: ColumnsProps) {
  return (
    <CollectionPreferences
      title="Columns"
      confirmLabel="Show"
      cancelLabel="Cancel"
      preferences={{ visibleContent: visible }}
      visibleContentPreference={{
        title: 'Columns to show',
        options: [
          {
            label: 'Columns',
            options: columns.map(({ id, header }, index) => ({ id, label: header, editable: index > 0 })),
          },
        ],
      }}
      onConfirm={({ detail }) => onChange([...(detail.visibleContent ?? [])])}
    />
  );
}

interface FiltersProps {
  readonly filters: readonly Filter[];
  readonly chosen?: Readonly<Record<string, string>>;
  readonly onFilter?: (name: string, value: string) => void;
}

/** On a narrow screen many of them would stand before the first row: there they are opened. */
function Filters(props: FiltersProps) {
  const [isNarrow] = useState(() => window.matchMedia(NARROW).matches);
  if (!isNarrow || props.filters.length <= FEW_FILTERS) return <Fields {...props} />;
  const set = props.filters.filter(({ name }) => (props.chosen?.[name] ?? '') !== '').length;
  return (
    <ExpandableSection headerText={set === 0 ? 'Filters' : `Filters (${set} set)`}>
      <Fields {...props} />
    </ExpandableSection>
  );
}

function Fields({ filters, chosen = {}, onFilter = () => undefined }: FiltersProps) {
  return (
    <SpaceBetween size="s" direction="horizontal">
      {filters.map((filter) => (
        <FormField key={filter.name} label={filter.label}>
          <FilterField
            filter={filter}
            value={chosen[filter.name] ?? ''}
            onChange={(value) => onFilter(filter.name, value)}
          />
        </FormField>
      ))}
    </SpaceBetween>
  );
}

interface FieldProps {
  readonly filter: Filter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function FilterField({ filter, value, onChange }: FieldProps) {
  if (filter.values === undefined) return <TextField filter={filter} value={value} onChange={onChange} />;
  const options = [
    { value: '', label: 'any' },
    ...filter.values.map((each) => ({ value: each, label: filter.words?.[each] ?? each })),
  ];
  return (
    <Select
      selectedOption={options.find((each) => each.value === value) ?? null}
      options={options}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  );
}

/** Asks the API when the reader is done with the field, not at each key. */
function TextField({ filter, value, onChange }: FieldProps) {
  const [text, setText] = useState(value);
  // the field stays where it is, with the focus, when the address says something else
  const [told, setTold] = useState(value);
  if (told !== value) {
    setTold(value);
    setText(value);
  }
  const done = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <Input
      value={text}
      type={filter.type === 'date' ? 'text' : 'search'}
      placeholder={filter.type === 'date' ? 'YYYY-MM-DD' : 'exact name'}
      onChange={({ detail }) => {
        setText(detail.value);
        if (detail.value === '' && value !== '') onChange('');
      }}
      onBlur={done}
      onKeyDown={({ detail }) => {
        if (detail.key === 'Enter') done();
      }}
    />
  );
}
