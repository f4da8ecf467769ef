// What comes of evidence: controls and the whole report.

import { describe, expect, test } from 'vitest';
import { type Check, fail, notObserved, type Observation, pass } from '../../../src/core/report/check.ts';
import { type Framework, judge, observeAll } from '../../../src/core/report/framework.ts';
import { FRAMEWORKS } from '../../../src/core/report/frameworks.ts';
import { sampleParameters } from '../../../src/core/report/sample-values.ts';
import { sampleTask, TASKS } from '../../support/catalog.ts';
import { worldOf } from '../../support/report-world.ts';

const check = (id: string, seen: Observation | Error, unobserved: Check['unobserved'] = 'noted'): Check => ({
  id,
  shows: `${id} holds`,
  command: id,
  unobserved,
  async observe() {
    if (seen instanceof Error) throw seen;
    return seen;
  },
});
const good = check('good', pass('seen'));
const bad = check('bad', fail('seen otherwise'));
const away = check('away', notObserved('not here'));
const needed = check('needed', notObserved('not here'), 'fails');

async function verdicts(checks: readonly Check[], strict = false) {
  const framework: Framework = {
    name: 'x',
    title: 'X',
    source: 'nobody',
    controls: [{ id: 'X1', title: 'One', requires: 'something', checks }],
  };
  const report = judge(framework, await observeAll(framework, worldOf()), strict);
  return [report.controls[0]?.verdict, report.ok];
}

describe('[REPORT-1] a control', () => {
  test.each<[string, Check[], string, boolean]>([
    ['passes by its evidence', [good], 'pass', true],
    ['fails with one check', [good, bad], 'fail', false],
    ['fails also where others were not observed', [bad, away], 'fail', false],
    ['passes where what is noted was not observed', [good, away], 'pass', true],
    ['is not observed where nothing was', [away], 'not-observed', true],
    [
      'is not observed, and the report fails, without what it must have',
      [good, needed],
      'not-observed',
      false,
    ],
    ['fails with a check that breaks', [check('broken', new Error('boom'))], 'fail', false],
  ])('%s', async (_, checks, verdict, ok) => {
    expect(await verdicts(checks)).toEqual([verdict, ok]);
  });

  test('with --strict whatever is not observed counts', async () => {
    expect(await verdicts([good, away], true)).toEqual(['not-observed', false]);
    expect(await verdicts([good], true)).toEqual(['pass', true]);
  });
});

describe('[REPORT-1] the frameworks', () => {
  test.each(FRAMEWORKS.map((framework) => [framework.name, framework] as const))(
    '%s has checks for each control',
    (_, { controls }) => {
      expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
      for (const { checks, requires } of controls) {
        expect(checks.length).toBeGreaterThan(0);
        expect(requires).toMatch(/\.$/);
        for (const { shows, command } of checks) {
          expect(shows).toMatch(/^[A-Z].*\.$/);
          expect(command).not.toBe('');
        }
      }
    },
  );

  test('[REPORT-7] OWASP has its ten, NIST SP 800-207 its seven, the AI RMF each subcategory that we show something for', () => {
    const ids = (name: string) => FRAMEWORKS.find((each) => each.name === name)?.controls.map(({ id }) => id);
    const numbered = (letters: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letters}${index + 1}`);
    expect(FRAMEWORKS).toHaveLength(3);
    expect(ids('owasp-nhi')).toEqual(numbered('NHI', 10));
    expect(ids('nist-800-207')).toEqual(numbered('T', 7));
    expect(ids('nist-ai-rmf')).toEqual([
      ...['GOVERN 1.4', 'GOVERN 1.5, 1.6', 'GOVERN 1.7', 'GOVERN 2.1', 'GOVERN 3.2', 'GOVERN 6.1, 6.2'],
      ...['MAP 1.1', 'MAP 3.4, 3.5', 'MAP 4.1, 4.2', 'MAP 5.1'],
      ...['MEASURE 2.4', 'MEASURE 2.6, 2.7', 'MEASURE 2.8', 'MEASURE 3.1'],
      ...['MANAGE 1.3, 2.3', 'MANAGE 2.4', 'MANAGE 4.1, 4.3'],
    ]);
  });
});

test('[REPORT-5] values are found that each task takes, at random', () => {
  const { random } = worldOf();
  for (const task of TASKS) expect(sampleParameters(task, random)).toBeDefined();
  const seen = new Set(
    Array.from({ length: 20 }, () => JSON.stringify(sampleParameters(sampleTask(), random))),
  );
  expect(seen.size).toBeGreaterThan(15);
  const kinds = sampleTask({
    parameters: {
      one: { type: 'enum', values: ['a', 'b'] },
      two: { type: 'boolean' },
      three: { type: 'uuid' },
      four: { type: 'string', pattern: '(ab|[cd]+|e?)f\\d{2,3}' },
    },
    permissions: [],
  });
  expect(sampleParameters(kinds, random)).toBeDefined();
});
