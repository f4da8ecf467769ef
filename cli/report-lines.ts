// A report for people to read, and as rows for spreadsheets.

import { csvLines } from '../src/core/questions/csv.ts';
import type { Evidence, JudgedControl, Report } from '../src/core/report/framework.ts';
import { folded, printable, textWidth } from './print.ts';

/** Where and when a report was made. */
export interface Heading {
  readonly deployment: string;
  /** Digest of the catalog in force. */
  readonly catalog: string;
  /** Why the files that the check of the catalog reads have another digest, where they have. */
  readonly catalogNote?: string;
  readonly at: string;
}

const WORDS = { pass: 'PASS', fail: 'FAIL', 'not-observed': 'NOT OBSERVED' } as const;
const INDENT = '    ';

/** The whole report, folded at that width; commands stay on one line, for copying. */
export function reportLines(report: Report, heading: Heading, width: number = textWidth()): string[] {
  const { deployment, catalog, catalogNote, at } = heading;
  return [
    report.title,
    ...folded(report.source, width),
    ...folded(`deployment ${printable(deployment)}, catalog ${catalog}, at ${at}`, width),
    ...(catalogNote === undefined ? [] : folded(printable(catalogNote), width)),
    '',
    ...report.controls.flatMap((control) => controlLines(control, width)),
    summary(report),
  ];
}

function controlLines({ id, title, requires, verdict, evidence }: JudgedControl, width: number): string[] {
  const open = evidence.filter(({ outcome }) => outcome === 'not-observed').length;
  const part = verdict === 'pass' && open > 0 ? `, ${open} of ${evidence.length} not observed` : '';
  return [
    `${WORDS[verdict]}${part}  ${id}  ${title}`,
    ...folded(requires, width - INDENT.length).map((line) => `${INDENT}${line}`),
    ...evidence.flatMap((each) => evidenceLines(each, width)),
    '',
  ];
}

function evidenceLines({ outcome, shows, says, command }: Evidence, width: number): string[] {
  const column = WORDS['not-observed'].length + 2;
  const room = width - INDENT.length - column;
  const lines = [...folded(shows, room), ...folded(printable(says), room), `$ ${command}`];
  return lines.map((line, at) => `${INDENT}${(at === 0 ? WORDS[outcome] : '').padEnd(column)}${line}`);
}

function summary({ ok, controls }: Report): string {
  const count = (verdict: JudgedControl['verdict']) =>
    controls.filter((each) => each.verdict === verdict).length;
  const counts = `${count('pass')} pass, ${count('fail')} fail, ${count('not-observed')} not observed`;
  const open = controls.flatMap(({ evidence }) =>
    evidence.filter(({ outcome }) => outcome === 'not-observed'),
  );
  const part = open.length > 0 ? `; checks that were not observed: ${open.length}` : '';
  return `${ok ? 'PASS' : 'FAIL'}: ${controls.length} controls, ${counts}${part}`;
}

/** One row for each piece of evidence of each control. */
export function reportCsv({ framework, controls }: Report, { deployment, catalog, at }: Heading): string[] {
  const header = [
    'framework',
    'control',
    'title',
    'verdict',
    'check',
    'shows',
    'outcome',
    'observed',
    'command',
    'deployment',
    'catalog',
    'at',
  ];
  const rows = controls.flatMap(({ id, title, verdict, evidence }) =>
    evidence.map((each) => [
      framework,
      id,
      title,
      WORDS[verdict],
      each.id,
      each.shows,
      WORDS[each.outcome],
      each.says,
      each.command,
      deployment,
      catalog,
      at,
    ]),
  );
  return csvLines(header, rows);
}
