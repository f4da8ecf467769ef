// `remit ask` over tables, as a person calls it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { csvLines } from '../../src/core/questions/csv.ts';
import { sampleEvent, sampleGrant } from '../support/grant.ts';
import { putAgent } from '../support/questions.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';
import { freshHome, type Outcome, runCli } from './run-cli.ts';

let tables: Tables;
const grant = sampleGrant({ requestedAt: new Date(), leaseExpiresAt: new Date(Date.now() + 900_000) });

beforeAll(async () => {
  tables = await startTables();
  const store = createGrantStore({ client: tables.client, table: TABLES.grants });
  await store.reserve(grant, sampleEvent());
  await putAgent(tables, 'billing-agent', { purpose: '=HYPERLINK("https://evil")', reviewBy: '2020-01-01' });
});
afterAll(() => tables.close());

function ask(...args: string[]): Promise<Outcome> {
  return runCli(['ask', ...args], {
    HOME: freshHome(),
    REMIT_GRANTS_TABLE: TABLES.grants,
    REMIT_REGISTRY_TABLE: TABLES.registry,
    AWS_ENDPOINT_URL: tables.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
}
const HERE = ['--account', '111122223333'];

test('[ASK-12] without a question it lists them', async () => {
  const { code, stdout } = await ask();
  expect(code).toBe(0);
  for (const name of 'holds agent could approved touched refused idle overdue blast'.split(' '))
    expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
  const { questions } = JSON.parse((await ask('--json')).stdout) as { questions: unknown[] };
  expect(questions).toContainEqual({ name: 'holds', sentence: expect.any(String) });
});

test('[ASK-12] a mistyped question is told the nearest one, and all there are', async () => {
  const { code, stderr } = await ask('hold');
  expect(code).toBe(2);
  expect(stderr).toContain('There is no question hold. Did you mean holds?');
  expect(stderr).toContain('fix: name one of: holds, ');
  expect((await ask('xyzzy')).stderr).not.toContain('Did you mean');
});

test('[ASK-12] as a table and as JSON', async () => {
  const table = await ask('holds', ...HERE);
  expect(table.stdout).toMatch(new RegExp(`^GRANT +AGENT[^]*\\n${grant.grantId}  billing-agent`));
  const json = JSON.parse((await ask('holds', ...HERE, '--json')).stdout) as { rows: unknown[][] };
  expect(json).toMatchObject({ question: 'holds', isCut: false });
  expect(json.rows.map(([id]) => id)).toEqual([grant.grantId]);
});

test('[ASK-12] as CSV, in which no text is a formula', async () => {
  const { stdout } = await ask('overdue', ...HERE, '--csv');
  expect(stdout).toContain(`"'=HYPERLINK(""https://evil"")"`);
  expect(csvLines(['a'], [[' +1'], ['-x'], ['@y'], ['plain'], [-1]])).toEqual([
    'a',
    "' +1",
    "'-x",
    "'@y",
    'plain',
    '-1',
  ]);
});

test('[ASK-12] what is asked wrongly, or of half a deployment, is a sentence', async () => {
  const wrong = await ask('could', '--task', 'nothing', ...HERE);
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^remit: There is no task nothing\./),
  });
  const typo = await ask('could', '--task', 'refund-custmer', ...HERE);
  expect(typo.stderr).toContain('Did you mean refund-customer?');
  const code = await ask('refused', '--code', 'policy_denid', ...HERE);
  expect(code).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean policy_denied?') });
  const both = await ask('holds', ...HERE, '--json', '--csv');
  expect(both).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--csv.* cannot be used with .*--json/),
  });
  const half = await ask('holds');
  expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('named by half') });
  const trail = await ask('refused', ...HERE, '--trail', '/nowhere/at/all');
  expect(trail).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no directory') });
});

/** Each question with what it needs. */
const ALL: readonly (readonly [name: string, ...needs: string[]])[] = [
  ['holds'],
  ['agent', '--agent', 'billing-agent', '--from', '24h'],
  ['could', '--task', 'export-invoices'],
  ['approved'],
  ['touched', '--resource', 'arn:aws:s3:::acme-invoices/cus_12345678/2026-10/a.pdf'],
  ['refused'],
  ['idle'],
  ['overdue'],
  ['blast', '--agent', 'billing-agent'],
];

test('[ASK-12] each of the nine is one command, which says the same as table, JSON and CSV', async () => {
  const listed = JSON.parse((await ask('--json')).stdout) as { questions: { name: string }[] };
  expect(listed.questions.map(({ name }) => name).sort()).toEqual(ALL.map(([name]) => name).sort());
  for (const question of ALL) {
    const [table, json, csv] = await Promise.all([
      ask(...question, ...HERE),
      ask(...question, ...HERE, '--json'),
      ask(...question, ...HERE, '--csv'),
    ]);
    for (const { code, stderr } of [table, json, csv]) expect(code, `${question[0]}: ${stderr}`).toBe(0);
    const told = JSON.parse(json.stdout) as { question: string; columns: string[]; rows: unknown[][] };
    expect(told.question).toBe(question[0]);
    const [heading = '', ...lines] = csv.stdout.trimEnd().split(/\r?\n/);
    expect(heading.split(',')).toEqual(told.columns);
    expect(lines).toHaveLength(told.rows.length);
    for (const name of told.rows.length === 0 ? [] : told.columns)
      expect(table.stdout.toLowerCase(), question[0]).toContain(name.toLowerCase());
  }
}, 180_000);
