// One agent's review over real tables.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrantStore } from '../../../src/adapters/aws/grants-table.ts';
import { withDemoIssuer } from '../../../src/core/catalog/demo.ts';
import type { Grant } from '../../../src/core/model.ts';
import type { QuestionPorts } from '../../../src/core/questions/question.ts';
import { reviewContent } from '../../../src/core/review/content.ts';
import { dueReviews } from '../../../src/core/review/due.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { ISSUER, portsOver, putAgent } from '../../support/questions.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
let ports: QuestionPorts;
beforeEach(async () => {
  tables = await startTables();
  ports = portsOver(tables);
});
afterEach(() => tables.close());

const DAY = 86_400_000;
const ago = (days: number) => new Date(NOW.getTime() - days * DAY);

async function put(changes: Partial<Grant> = {}): Promise<void> {
  const workload = { issuer: ISSUER.issuer, subject: 'first', assertionId: 'jti' };
  const grant = sampleGrant({ workload, status: 'active', ...changes });
  await createGrantStore({ client: tables.client, table: TABLES.grants }).reserve(grant, sampleEvent());
}

const bindings = ['first', 'second'].map((subject) => ({ issuer: ISSUER.issuer, subject }));

test('[REVIEW-1] what it may do, was granted, used and never asked for', async () => {
  await putAgent(tables, 'billing-agent', { bindings, reviewBy: '2026-11-20' });
  await put({ requestedAt: ago(20), leaseCount: 3 });
  await put({ requestedAt: ago(10), leaseCount: 2 });
  await put({ task: 'refund-customer', status: 'pending', leaseCount: 0, requestedAt: ago(5) });
  const review = await reviewContent(ports, 'billing-agent');
  expect(review).toMatchObject({ overdue: true, partial: false, since: ago(90) });
  expect(review.may.map(({ task, ruling }) => [task, ruling])).toEqual([
    ['export-invoices', 'allowed'],
    ['refund-customer', 'depends'],
    ['close-account', 'depends'],
    ['pay-out', 'depends'],
    ['sign-off', 'depends'],
  ]);
  expect(review.may[0]?.policies).toEqual(['export-invoices.cedar#1']);
  expect(review.granted).toEqual([
    { task: 'refund-customer', asked: 1, count: 0, leases: 0, first: ago(5), last: ago(5) },
    { task: 'export-invoices', asked: 2, count: 2, leases: 5, first: ago(20), last: ago(10) },
  ]);
  expect(review.used.tasks).toEqual([{ task: 'export-invoices', leases: 5, last: ago(10) }]);
  expect(review.unusedTasks).toEqual(['close-account', 'pay-out', 'sign-off']);
  expect(review.unusedBindings).toEqual([bindings[1]]);
  expect(review.proposals.map(({ kind, loses }) => [kind, loses])).toEqual([
    ['remove-policy', ['close-account']],
    ['remove-policy', ['pay-out']],
    // the catalog does not have the second identity, so there is nothing to take out of it
    ['remove-policy', ['sign-off']],
  ]);
});

test('[REVIEW-1] use before the last review does not count, but a month always does', async () => {
  const by = { issuer: 'https://login.acme.dev', subject: 'ada' };
  const review = (days: number) => ({ review: { by, reason: 'looked', at: ago(days) } });
  await putAgent(tables, 'long-ago', review(60));
  await putAgent(tables, 'just-now', review(1));
  for (const agent of ['long-ago', 'just-now']) {
    await put({ agent, requestedAt: ago(70) });
    await put({ agent, task: 'pay-out', requestedAt: ago(20) });
  }
  for (const agent of ['long-ago', 'just-now']) {
    const { granted } = await reviewContent(ports, agent);
    expect(granted.map(({ task }) => task)).toEqual(['pay-out']);
  }
});

test('[REVIEW-1] an agent that asked for nothing is proposed for retirement, by a command beside the catalog', async () => {
  await putAgent(tables, 'quiet', { reviewBy: '2026-11-30' });
  const { proposals } = await reviewContent(ports, 'quiet');
  expect(proposals).toMatchObject([
    {
      kind: 'retire',
      edits: [{ kind: 'remove-agent' }],
      command: expect.arrayContaining(['retire', 'quiet']),
    },
  ]);
});

test('[REVIEW-5] nothing is proposed for one that is new, or may be', async () => {
  const lastChange = { what: 'activated', by: { issuer: 'i', subject: 's' }, reason: 'r', at: ago(3) };
  await putAgent(tables, 'fresh', { origin: 'runtime', lastChange, reviewBy: '2026-11-30' });
  await putAgent(tables, 'unknown', { reviewBy: '2027-02-22' });
  for (const id of ['fresh', 'unknown']) {
    const { proposals, notes } = await reviewContent(ports, id);
    expect(proposals).toEqual([]);
    expect(notes.join(' ')).toMatch(/new/);
  }
});

test('[REVIEW-5] what was not read whole is not called unused', async () => {
  await putAgent(tables, 'billing-agent', { bindings });
  const endless: QuestionPorts = {
    ...ports,
    grants: {
      ...ports.grants,
      listByAgent: async () => ({ grants: [sampleGrant({ requestedAt: ago(1) })], next: 'more' }),
    },
  };
  const review = await reviewContent(endless, 'billing-agent');
  expect(review).toMatchObject({ partial: true, unusedTasks: [], unusedBindings: [], proposals: [] });
});

test('[REVIEW-1] what a run-time agent does not use is taken by commands', async () => {
  await putAgent(tables, 'reporter', {
    origin: 'runtime',
    groups: ['billing', 'idle'],
    bindings,
    reviewBy: '2026-11-30',
  });
  await put({ agent: 'reporter', requestedAt: ago(2) });
  const { proposals } = await reviewContent(ports, 'reporter');
  expect(proposals.map(({ command, edits }) => [command?.slice(3, 6), edits])).toEqual([
    [['reporter', '--groups', 'billing'], []],
    [['reporter', '--remove-binding', `${ISSUER.issuer} second`], []],
  ]);
});

test('an unknown agent is refused', async () => {
  expect((await refusalOf(reviewContent(ports, 'nobody'))).code).toBe('agent_not_found');
});

test('[REVIEW-1] due reviews come by date, of one owner when told', async () => {
  const owner = { issuer: 'https://login.acme.dev', subject: 'grace' };
  await putAgent(tables, 'late', { reviewBy: '2026-11-01' });
  await putAgent(tables, 'soon', { reviewBy: '2026-12-01', owner });
  await putAgent(tables, 'today', { reviewBy: '2026-11-24' });
  await putAgent(tables, 'far', { reviewBy: '2027-01-30', owner });
  await putAgent(tables, 'gone', { reviewBy: '2026-11-01' }, 'retired');
  const named = async (filter: object) =>
    (await dueReviews(ports, filter)).reviews.map(({ agent, days }) => [agent, days]);
  expect(await named({})).toEqual([
    ['late', -23],
    ['today', 0],
    ['soon', 7],
  ]);
  expect(await named({ state: 'overdue' })).toEqual([['late', -23]]);
  expect(await named({ state: 'due' })).toEqual([
    ['today', 0],
    ['soon', 7],
  ]);
  expect(await named({ owner })).toEqual([['soon', 7]]);
});

test('[REVIEW-13] local mode, which sees no real identity used, proposes to remove none; a deployment does', async () => {
  await putAgent(tables, 'billing-agent', { bindings, origin: 'runtime', reviewBy: '2026-11-20' });
  await put({ requestedAt: ago(20) });
  const kinds = async (catalog: QuestionPorts['catalog']) => {
    const { proposals, notes } = await reviewContent({ ...ports, catalog }, 'billing-agent');
    return [proposals.some(({ kind }) => kind === 'remove-binding'), notes.join().includes('local mode')];
  };
  expect(await kinds(ports.catalog)).toEqual([true, false]);
  const people = 'http://localhost:8787/people';
  expect(
    await kinds(withDemoIssuer(ports.catalog, { workloads: 'http://localhost:8787/demo', people })),
  ).toEqual([false, true]);
  // an issuer that only looks like it is one like any other
  const named = withDemoIssuer(ports.catalog, { workloads: 'https://demo.acme.dev', people });
  expect(await kinds(named)).toEqual([true, false]);
});
