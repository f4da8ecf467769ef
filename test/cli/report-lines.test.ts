// A report as people and spreadsheets read it.

import { expect, test } from 'vitest';
import { reportCsv, reportLines } from '../../cli/report-lines.ts';
import type { Report } from '../../src/core/report/framework.ts';

const evidence = { id: 'away', shows: 'It holds.', command: '=cmd()', unobserved: 'noted' as const };
const REPORT: Report = {
  framework: 'x',
  title: 'X',
  source: 'Nobody',
  ok: false,
  controls: [
    {
      id: 'X1',
      title: 'One',
      requires: 'Something.',
      verdict: 'pass',
      evidence: [
        { ...evidence, id: 'good', outcome: 'pass', says: 'seen\u001b[31m' },
        { ...evidence, outcome: 'not-observed', says: 'not here' },
      ],
    },
    {
      id: 'X2',
      title: 'Two',
      requires: 'More.',
      verdict: 'fail',
      evidence: [{ ...evidence, outcome: 'fail', says: 'otherwise' }],
    },
  ],
};
const HEADING = { deployment: 'local mode', catalog: 'sha256:x', at: '2026-11-24T10:00:00.000Z' };

test('[REPORT-6] a person reads each control, what was seen, and how to see it', () => {
  const text = reportLines(REPORT, HEADING).join('\n');
  expect(text).toContain('PASS, 1 of 2 not observed  X1  One');
  expect(text).toContain('FAIL  X2  Two');
  expect(text).toContain('NOT OBSERVED  It holds.');
  expect(text).toContain('$ =cmd()');
  expect(text).toContain(
    'FAIL: 2 controls, 1 pass, 1 fail, 0 not observed; checks that were not observed: 1',
  );
  expect(text).not.toContain('\u001b');
  expect(reportLines(REPORT, { ...HEADING, catalogNote: 'The files differ.' })).toContain(
    'The files differ.',
  );
});

test('[REPORT-6] a spreadsheet has a row for each piece of evidence, and no formula', () => {
  const lines = reportCsv(REPORT, HEADING);
  expect(lines).toHaveLength(4);
  expect(lines[2]).toBe(
    "x,X1,One,PASS,away,It holds.,NOT OBSERVED,not here,'=cmd(),local mode,sha256:x,2026-11-24T10:00:00.000Z",
  );
});
