// Each question of security teams over real tables.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrantStore } from '../../../src/adapters/aws/grants-table.ts';
import type { Grant } from '../../../src/core/model.ts';
import type { QuestionPorts } from '../../../src/core/questions/question.ts';
import { answer, ROWS_SHOWN } from '../../../src/core/questions/question.ts';
import { QUESTIONS } from '../../../src/core/questions/questions.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { ask, CATALOG, portsOver, putAgent, trailOf } from '../../support/questions.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
let ports: QuestionPorts;
beforeEach(async () => {
  tables = await startTables();
  ports = portsOver(tables);
});
afterEach(() => tables.close());

const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

async function put(changes: Partial<Grant> = {}): Promise<Grant> {
  const grant = sampleGrant({ catalogDigest: CATALOG.digest, ...changes });
  await createGrantStore({ client: tables.client, table: TABLES.grants }).reserve(grant, sampleEvent());
  return grant;
}

async function end({ grantId }: Grant, at: Date): Promise<void> {
  const store = createGrantStore({ client: tables.client, table: TABLES.grants });
  await store.end(
    { grantId, status: 'failed', reason: 'gone', at, from: ['reserved'] },
    sampleEvent('grant.ended'),
  );
}

const column = (rows: readonly (readonly unknown[])[], index: number) => rows.map((row) => row[index]).sort();

test('[ASK-1] open grants, and ended ones whose lease still works', async () => {
  const open = await put();
  const running = await put({ agent: 'other', requestedAt: ago(20), leaseExpiresAt: ago(-40) });
  await end(running, ago(5));
  const over = await put({ requestedAt: ago(500), leaseExpiresAt: ago(440) });
  await end(over, ago(430));
  const { rows } = await ask(ports, 'holds');
  expect(column(rows, 0)).toEqual([open.grantId, running.grantId].sort());
  expect(rows.find(([id]) => id === running.grantId)?.[4]).toBe('credentials, no more to come');
  expect(column((await ask(ports, 'holds', { agent: 'other' })).rows, 0)).toEqual([running.grantId]);
});

test('[ASK-2] from the grants, and it says so', async () => {
  const grant = await put({ requestedAt: ago(600) });
  await end(grant, ago(300));
  await put({ agent: 'other', requestedAt: ago(600) });
  const both = await ask(ports, 'agent', { agent: 'billing-agent' });
  expect(both.rows.map(([, what]) => what)).toEqual(['asked', 'failed']);
  expect(both.note).toMatch(/there is no audit trail/);
  const from = ago(400).toISOString();
  const late = await ask(ports, 'agent', { agent: 'billing-agent', from });
  expect(late.rows.map(([, what]) => what)).toEqual(['failed']);
});

test('[ASK-2] from the trail, where there is one', async () => {
  const trail = trailOf([
    { type: 'remit.lease.issued', time: ago(60).toISOString(), data: { agent: 'billing-agent', task: 't' } },
    { type: 'remit.lease.issued', time: ago(50).toISOString(), data: { agent: 'other' } },
    { type: 'remit.agent.suspended', time: ago(40).toISOString(), subject: 'AGENT#billing-agent', data: {} },
  ]);
  const { rows, note } = await ask({ ...ports, trail }, 'agent', { agent: 'billing-agent' });
  expect(rows.map(([, what]) => what)).toEqual(['lease.issued', 'agent.suspended']);
  expect(note).toMatch(/from the audit trail/);
});

test('[ASK-3] with values the ruling itself, without them no guess', async () => {
  await putAgent(tables, 'biller');
  await putAgent(tables, 'stranger', { groups: ['others'] });
  await putAgent(tables, 'resting', {}, 'suspended');
  const small = await ask(ports, 'could', { task: 'refund-customer', parameters: '{"amount":50}' });
  const large = await ask(ports, 'could', { task: 'refund-customer', parameters: '{"amount":51}' });
  const open = await ask(ports, 'could', { task: 'refund-customer' });
  const said = ({ rows }: typeof open) => rows.find(([id]) => id === 'biller')?.slice(1, 3);
  expect(said(small)).toEqual(['yes, alone', 'refund-customer.cedar#1']);
  expect(said(large)).toEqual(['yes, when people agree', 'refund-customer.cedar#1']);
  expect(said(open)).toEqual(['depends on the values', 'refund-customer.cedar#1']);
  expect(column(open.rows, 0)).toEqual(['biller', 'resting']);
  expect(open.rows.find(([id]) => id === 'resting')?.[3]).toBe('suspended: gets nothing');
  expect(open.note).toMatch(/^1 other agent/);
});

test('[ASK-3] a policy blind to values is asked as it is; other environments never', async () => {
  await putAgent(tables, 'biller');
  const exact = await ask(ports, 'could', { task: 'export-invoices' });
  expect(exact.rows[0]?.[1]).toBe('yes, alone');
  const always = { task: 'close-account', parameters: '{"amount":1}' };
  expect((await ask(ports, 'could', always)).rows[0]?.[1]).toBe('yes, when people agree');
  expect((await ask(ports, 'could', { task: 'test-run' })).rows).toEqual([]);
});

test('[ASK-4] each decision with its person', async () => {
  const decision = (subject: string, seconds: number) => ({
    approver: { issuer: 'https://login.acme.dev', subject },
    decision: 'approve' as const,
    requestDigest: 'sha256:r1',
    decidedAt: ago(seconds),
    evidenceId: `evidence-${subject}`,
  });
  const approvals = [decision('1f2e-grace', 60), decision('olga', 30)];
  await put({ task: 'close-account', parameters: { amount: 5 }, approvals, requestedAt: ago(100) });
  await put();
  const { rows } = await ask(ports, 'approved');
  expect(rows.map((row) => row[8])).toEqual(['evidence-olga', 'evidence-1f2e-grace']);
  expect(await ask(ports, 'approved', { person: 'grace' })).toMatchObject({
    rows: [expect.arrayContaining(['https://login.acme.dev 1f2e-grace'])],
    note: expect.stringContaining('grace is taken for 1f2e-grace'),
  });
  const ghost = await ask(ports, 'approved', { person: 'ghost' });
  expect(ghost.rows).toEqual([]);
  expect(ghost.note).toMatch(
    /no decision of that time is of one person ghost; those who did: 1f2e-grace, olga;/,
  );
  expect((await ask(ports, 'approved', { to: ago(45).toISOString() })).rows).toHaveLength(1);
  expect((await ask(ports, 'approved', { agent: 'nobody' })).rows).toEqual([]);
});

test('[ASK-5] by the values of each grant, not by its task alone', async () => {
  const mine = await put();
  const hers = await put({ parameters: { customer: 'cus_87654321', month: '2026-10' } });
  const queue = await put({ task: 'refund-customer', parameters: { amount: 5 } });
  const invoices = 'arn:aws:s3:::acme-invoices/';
  const by = async (given: Record<string, string>) =>
    column((await ask(ports, 'touched', { resource: '', ...given })).rows, 0);
  expect(await by({ resource: `${invoices}cus_12345678/2026-10/1.pdf` })).toEqual([mine.grantId]);
  expect(await by({ resource: `${invoices}cus_12345678/2026-11/1.pdf` })).toEqual([]);
  expect(await by({ resource: `${invoices}*` })).toEqual([mine.grantId, hers.grantId].sort());
  expect(await by({ resource: `${invoices}*`, action: 's3:PutObject' })).toEqual([]);
  expect(await by({ resource: 'arn:aws:sqs:eu-west-1:111122223333:refunds' })).toEqual([queue.grantId]);
});

test('[ASK-5] a grant whose values the task no longer takes is shown, and so is an earlier catalog', async () => {
  await put({ parameters: { customer: 'cus_12345678' }, catalogDigest: 'sha256:old' });
  const { rows } = await ask(ports, 'touched', { resource: 'arn:aws:s3:::acme-invoices/a/b/c' });
  expect(rows[0]?.slice(7)).toEqual(['cannot be told: the task has changed', 'an earlier one', '']);
});

test('[ASK-3] [ASK-5] a grant that somebody approved alone says so in every list of grants', async () => {
  const broken = await put({ flags: ['break-glass'] });
  for (const [name, given] of [
    ['holds', {}],
    ['touched', { resource: 'arn:aws:s3:::acme-invoices/*' }],
  ] as const) {
    const { columns, rows } = await ask(ports, name, given);
    const row = rows.find((each) => each[columns.indexOf('grant')] === broken.grantId);
    expect(row?.[columns.indexOf('flags')], name).toBe('break-glass');
  }
});

test('[ASK-6] without a trail nothing is known, and it says so', async () => {
  const { rows, note } = await ask(ports, 'refused');
  expect(rows).toEqual([]);
  expect(note).toMatch(/no audit trail to read, so nothing is known/);
});

test('[ASK-6] counts by agent and code; the count of a flood is taken once', async () => {
  const at = ago(60).toISOString();
  const refused = (data: Record<string, string | number>, subject = 'one') => ({
    type: 'remit.request.refused',
    time: at,
    subject,
    data,
  });
  const trail = trailOf([
    refused({ agent: 'billing-agent', code: 'policy_denied' }),
    refused({ agent: 'billing-agent', code: 'policy_denied' }),
    ...[1, 2, 4, 8].map((count) => refused({ code: 'assertion_expired', count }, 'flood')),
    { type: 'remit.lease.issued', time: at, data: { agent: 'billing-agent', code: 'none' } },
  ]);
  const { rows } = await ask({ ...ports, trail }, 'refused');
  expect(rows.map((row) => row.slice(0, 3))).toEqual([
    ['', 'assertion_expired', 8],
    ['billing-agent', 'policy_denied', 2],
  ]);
  expect((await ask({ ...ports, trail }, 'refused', { agent: 'billing-agent' })).rows).toHaveLength(1);
});

test('[ASK-7] those that never asked, or not lately', async () => {
  await putAgent(tables, 'busy');
  await putAgent(tables, 'idle');
  await putAgent(tables, 'never');
  await put({ agent: 'busy', requestedAt: ago(86_400) });
  await put({ agent: 'idle', requestedAt: ago(40 * 86_400) });
  expect((await ask(ports, 'idle')).rows.map(([id, , days]) => [id, days])).toEqual([
    ['never', ''],
    ['idle', 40],
  ]);
  expect(column((await ask(ports, 'idle', { days: '50' })).rows, 0)).toEqual(['never']);
});

test('[ASK-8] overdue from the day after the date, and due ones only when asked', async () => {
  await putAgent(tables, 'late', { reviewBy: '2026-11-23' });
  await putAgent(tables, 'today', { reviewBy: '2026-11-24' });
  await putAgent(tables, 'later', { reviewBy: '2026-12-20' });
  await putAgent(tables, 'gone', { reviewBy: '2026-01-01' }, 'retired');
  expect((await ask(ports, 'overdue')).rows.map(([id]) => id)).toEqual(['late']);
  const soon = await ask(ports, 'overdue', { days: '7' });
  expect(soon.rows.map(([id, , state]) => [id, state])).toEqual([
    ['late', 'overdue: new grants are refused'],
    ['today', 'due'],
  ]);
});

test('[ASK-9] everything in reach of an agent or an issuer, and nothing else', async () => {
  await putAgent(tables, 'biller');
  await putAgent(tables, 'stranger', { groups: [] });
  await putAgent(tables, 'elsewhere', { bindings: [{ issuer: 'https://other.acme.dev', subject: 'x' }] });
  const one = await ask(ports, 'blast', { agent: 'biller' });
  const tasks = CATALOG.tasks.filter(({ environment }) => environment === 'prod').map(({ id }) => id);
  expect(column(one.rows, 1)).toEqual([...tasks].sort());
  expect(one.rows.find(([, task]) => task === 'export-invoices')?.slice(2, 7)).toEqual([
    'yes, alone',
    '111122223333',
    'arn:aws:iam::111122223333:role/remit/remit-task-export-invoices',
    's3:GetObject',
    'arn:aws:s3:::acme-invoices/*/*/*',
  ]);
  expect((await ask(ports, 'blast', { agent: 'stranger' })).rows).toEqual([]);
  const issuer = await ask(ports, 'blast', { issuer: 'ci' });
  expect(new Set(column(issuer.rows, 0))).toEqual(new Set(['biller']));
  expect(issuer.note).toMatch(/^2 agent/);
});

test('[ASK-10] more rows than are shown are cut, and the answer says so', () => {
  const rows = Array.from({ length: ROWS_SHOWN + 1 }, (_, index) => [index]);
  const cut = answer(['n'], rows);
  expect(cut).toMatchObject({ isCut: true, note: expect.stringContaining('more than is shown') });
  expect(cut.rows).toHaveLength(ROWS_SHOWN);
  expect(answer(['n'], rows.slice(1))).toEqual({ columns: ['n'], rows: rows.slice(1), isCut: false });
});

test.each([
  ['agent', {}],
  ['agent', { agent: 'a', from: 'yesterday' }],
  ['agent', { agent: 'a', colour: 'red' }],
  ['agent', { agent: 'a\u001b[31m' }],
  ['blast', {}],
  ['blast', { agent: 'a', issuer: 'ci' }],
  ['blast', { issuer: 'nobody' }],
  ['could', { task: 'refund-customer', parameters: '{' }],
  ['idle', { days: '-1' }],
  ['touched', { resource: 'foo' }],
  ['refused', { code: 'nonsense' }],
  ['approved', { from: '2026-11-24', to: '2026-11-23' }],
  ['could', { task: 'refund-customer', parameters: '[1]' }],
] as const)('[ASK-11] %s with %j is refused', async (name, given) => {
  expect((await refusalOf(ask(ports, name, given))).code).toBe('question_malformed');
});

test('[ASK-11] a question, a task or an agent that is not there is refused', async () => {
  expect(() => ask(ports, 'everything')).toThrow('There is no such question.');
  expect((await refusalOf(ask(ports, 'could', { task: 'none' }))).code).toBe('task_unknown');
  for (const name of ['blast', 'agent', 'holds'])
    expect((await refusalOf(ask(ports, name, { agent: 'none' }))).code).toBe('agent_not_found');
  const misspelt = ask({ ...ports, trail: trailOf([]) }, 'agent', { agent: 'none' });
  expect((await refusalOf(misspelt)).code).toBe('agent_not_found');
  await putAgent(tables, 'idle-agent');
  expect((await ask(ports, 'agent', { agent: 'idle-agent' })).rows).toEqual([]);
});

test('every question and parameter has its sentence', () => {
  for (const { sentence, parameters } of QUESTIONS) {
    expect(sentence).toMatch(/\?$/);
    for (const parameter of parameters) expect(parameter.sentence).not.toBe('');
  }
});
