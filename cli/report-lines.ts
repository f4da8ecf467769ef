// A report for people to read, and as rows for spreadsheets.

import { csvLines } from '../src/core/questions/csv.ts';
import type { Evidence, JudgedControl, Report } from '../src/core/report/framework.ts';
import { printable } from './print.ts';

/** Where and when a report was made. */
export interface Heading {
  readonly deployment: string;
  readonly catalog: string;
  readonly at: string;
}

const WORDS = { pass: 'PASS', fail: 'FAIL', 'not-observed': 'NOT OBSERVED' } as const;
const INDENT = '    ';

/** The whole report. */
export function reportLines(report: Report, { deployment, catalog, at }: Heading): string[] {
  return [
    report.title,
    report.source,
    `deployment ${printable(deployment)}   catalog ${catalog}   at ${at}`,
    '',
    ...report.controls.flatMap(controlLines),
    summary(report),
  ];
}

function controlLines({ id, title, requires, verdict, evidence }: JudgedControl): string[] {
  const open = evidence.filter(({ outcome }) => outcome === 'not-observed').length;
  const part = verdict === 'pass' && open > 0 ? `, ${open} of ${evidence.length} not observed` : '';
  return [
    `${WORDS[verdict]}${part}  ${id}  ${title}`,
    `${INDENT}${requires}`,
    ...evidence.flatMap(evidenceLines),
    '',
  ];
}

function evidenceLines({ outcome, shows, says, command }: Evidence): string[] {
  return [
    `${INDENT}${WORDS[outcome].padEnd(WORDS['not-observed'].length)}  ${shows}`,
    `${INDENT}${''.padEnd(WORDS['not-observed'].length)}  ${printable(says)}`,
    `${INDENT}${''.padEnd(WORDS['not-observed'].length)}  $ ${command}`,
  ];
}

function summary({ ok, controls }: Report): string {
  const count = (verdict: JudgedControl['verdict']) =>
    controls.filter((each) => each.verdict === verdict).length;
  const counts = `${count('pass')} pass, ${count('fail')} fail, ${count('not-observed')} not observed`;
  return `${ok ? 'PASS' : 'FAIL'}: ${controls.length} controls, ${counts}`;
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
