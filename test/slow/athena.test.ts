// Athena's named queries, run on the objects that the function `audit` has written, against what `remit ask` says of the
// same deployment.

import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { createAuditOutbox } from '../../src/adapters/aws/audit-outbox.ts';
import { createRefusalTrail } from '../../src/adapters/http/refusal-trail.ts';
import { createAuthorizer } from '../../src/core/authorize/authorizer.ts';
import { renewLease, startTask } from '../../src/core/exchange.ts';
import { moveAgent } from '../../src/core/lifecycle/move.ts';
import { registerAgent } from '../../src/core/lifecycle/register.ts';
import type { Grant } from '../../src/core/model.ts';
import type { AuditEvent } from '../../src/core/ports.ts';
import type { QuestionPorts } from '../../src/core/questions/question.ts';
import { grantEvent } from '../../src/core/record/events.ts';
import { completeGrant } from '../../src/core/revoke/complete.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { sampleGrant } from '../support/grant.ts';
import { ORDER, reviewAsShown } from '../support/orders.ts';
import { ask } from '../support/questions.ts';
import { askFor, nextLease } from '../support/requests.ts';
import { TABLES, type Tables } from '../support/tables.ts';
import { type AthenaRows, askAthena, startDrain, startStreamedTables } from './athena-world.ts';

const DAYS = 86_400;
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:refunds';
const INVOICES = 'arn:aws:s3:::acme-invoices';

let tables: Tables;
let scene: DecisionScene;
let ports: QuestionPorts;
let askAgain: (resource: string) => Promise<AthenaRows>;
let found: Readonly<Record<string, AthenaRows>>;

beforeAll(async () => {
  tables = await startStreamedTables(inject('moto'));
  scene = await startDecisions(tables);
  const { deps, catalog, issuer, pass } = scene.exchange;
  const { reader, drain } = await startDrain(tables, deps.clock);
  const agents = createAgentBook({ client: tables.client, table: TABLES.registry });
  ports = {
    catalog,
    authorizer: createAuthorizer(catalog),
    agents,
    grants: deps.grants,
    trail: reader,
    place: deps.place,
    clock: deps.clock,
  };
  await firstDay();
  await drain();
  pass(40 * DAYS);
  await lastDay();
  await drain();
  const values = {
    agent: ['billing-agent', daysAgo(41).slice(0, 10), daysAgo(0).slice(0, 10)],
    could: ['export-invoices'],
    blast: [issuer.issuer],
  };
  askAgain = async (resource) => {
    found = await askAthena(reader, deps.clock(), { ...values, touched: [resource] });
    return found['touched'] ?? [];
  };
  await askAgain(QUEUE);
});
afterAll(() => tables.close());

const daysAgo = (days: number) =>
  new Date(scene.exchange.deps.clock().getTime() - days * DAYS * 1000).toISOString();
const moment = () => ({ at: scene.exchange.deps.clock(), requestId: 'request-1' });

async function firstDay(): Promise<void> {
  const { exchange } = scene;
  const { deps, context, pass } = exchange;
  const { agents, catalog } = ports as QuestionPorts & Parameters<typeof registerAgent>[0];
  for (const id of ['resting-agent', 'waiting-agent', 'gone-agent', 'halted-agent', 'seen-agent']) {
    const bindings = [{ issuer: exchange.issuer.issuer, subject: id }];
    const registration = {
      id,
      owner: ORDER.by,
      purpose: 'rest',
      environment: 'prod',
      groups: [],
      bindings,
      reviewBy: '2026-12-20',
    };
    const activate = id !== 'waiting-agent';
    await registerAgent(
      { agents, catalog, peopleIssuer: ORDER.by.issuer },
      { registration, order: ORDER, activate },
      moment(),
    );
  }
  for (const subject of ['billing', 'sibling']) {
    const started = await startTask(deps, await askFor(exchange, { subject }), context);
    pass(40);
    await renewLease(deps, await nextLease(exchange, started, subject), context);
    pass(10);
    const { shown, named } = await nextLease(exchange, started, subject);
    await completeGrant(deps, { shown, named }, context);
  }
}

async function lastDay(): Promise<void> {
  const { exchange } = scene;
  const { deps, context, pass } = exchange;
  const { agents, catalog } = ports as QuestionPorts & Parameters<typeof registerAgent>[0];
  await moveAgent({ agents }, { id: 'gone-agent', act: 'retire', order: ORDER }, moment());
  await moveAgent({ agents }, { id: 'halted-agent', act: 'suspend', order: ORDER }, moment());
  await reviewAsShown({ agents, catalog }, { id: 'seen-agent' }, moment());
  const grace = await scene.persona('grace');
  await scene.decide({ grant: await scene.ask(), as: grace });
  await scene.decide({ grant: await scene.ask(), as: grace, decision: 'deny', reason: 'not this one' });
  await refuseOften();
  await deps.grants.reserve(...fromBefore(deps.clock()));
  await startTask(
    deps,
    await askFor(exchange, { task: 'refund-customer', parameters: { amount: 5 } }),
    context,
  );
  pass(30);
  const running = await startTask(deps, await askFor(exchange), context);
  const over = await startTask(deps, await askFor(exchange), context);
  const { shown, named } = await nextLease(exchange, over);
  await completeGrant(deps, { shown, named }, context);
  pass(40);
  await renewLease(deps, await nextLease(exchange, running), context);
}

/** A grant and its first event as they were before events named resources. */
function fromBefore(now: Date): [Grant, AuditEvent] {
  const leaseExpiresAt = new Date(now.getTime() + 10_000);
  const grant = sampleGrant({ agent: 'old-agent', task: 'old-task', requestedAt: now, leaseExpiresAt });
  const facts = { leaseExpiresAt: leaseExpiresAt.toISOString() };
  return [grant, grantEvent('grant.reserved', grant, { at: now, requestId: 'request-1', facts })];
}

async function refuseOften(): Promise<void> {
  const { deps, issuer } = scene.exchange;
  const outbox = createAuditOutbox({ client: tables.client, table: TABLES.outbox });
  const refusals = createRefusalTrail({ outbox, clock: deps.clock });
  const facts = { agent: 'billing-agent', issuer: issuer.issuer, subject: 'billing', task: 'pay-out' };
  const refused = { operation: 'token', code: 'policy_denied', detail: undefined, requestId: 'r' } as const;
  for (let count = 0; count < 9; count += 1) await refusals.record({ ...refused, facts });
  await refusals.record({ ...refused, code: 'assertion_rejected', facts: {} });
}

/** Rows of a named query, of these columns. */
const told = (question: string, ...columns: string[]) =>
  (found[question] ?? []).map((row) => columns.map((column) => row[column] ?? '')).sort();
/** Rows of `remit ask`, of these columns. */
const asked = async (question: string, columns: readonly string[], given: Record<string, string> = {}) => {
  const answer = await ask(ports, question, given);
  expect(answer.isCut).toBe(false);
  return answer.rows.map((row) => columns.map((name) => row[answer.columns.indexOf(name)])).sort();
};

test('[AUDIT-46] holds: the grants whose lease works, and until when', async () => {
  const { rows } = await ask(ports, 'holds');
  const holding = rows.filter((row) => String(row[4]).startsWith('credentials'));
  expect(holding.map((row) => row[4]).sort()).toEqual(['credentials', 'credentials, no more to come']);
  expect(told('holds', 'grant_id', 'agent', 'task', 'lease_expires_at')).toEqual(
    holding.map(([grant, agent, task, , , until]) => [grant, agent, task, until]).sort(),
  );
});

test('[AUDIT-46] agent: each act, in the order of time', async () => {
  const { rows } = await ask(ports, 'agent', { agent: 'billing-agent', from: daysAgo(41) });
  expect(rows.length).toBeGreaterThan(15);
  expect(told('agent', 'time', 'type')).toEqual(rows.map(([at, what]) => [at, `remit.${what}`]).sort());
  const times = (found['agent'] ?? []).map(({ time }) => time);
  expect(times).toEqual([...times].sort());
});

test('[AUDIT-46] could: who was let, by policies that let', async () => {
  const rows = told('could', 'agent', 'ruling', 'policies', 'requests');
  expect(rows).toEqual([
    ['billing-agent', 'allowed', 'export-invoices.cedar#1', 3],
    ['sibling-agent', 'allowed', 'export-invoices.cedar#1', 1],
  ]);
  const could = await asked('could', ['agent', 'policies'], { task: 'export-invoices' });
  expect(could).toEqual(expect.arrayContaining(rows.map(([agent, , policies]) => [agent, policies])));
});

test('[AUDIT-46] approved: each decision with its person and evidence', async () => {
  const columns = ['decided', 'decision', 'agent', 'task', 'grant', 'evidence'];
  const decisions = await asked('approved', columns);
  expect(decisions).toHaveLength(2);
  expect(told('approved', 'time', 'decision', 'agent', 'task', 'grant_id', 'evidence_id')).toEqual(decisions);
  expect(told('approved', 'approver')).toEqual([['grace'], ['grace']]);
});

test('[AUDIT-46] refused: by agent and code, a flood once', async () => {
  const counts = await asked('refused', ['agent', 'code', 'times'], { from: daysAgo(30) });
  expect(counts).toEqual([
    ['', 'assertion_rejected', 1],
    ['billing-agent', 'policy_denied', 8],
  ]);
  expect(told('refused', 'agent', 'code', 'refusals')).toEqual(counts);
});

test('[AUDIT-46] idle: active agents and their latest grant', async () => {
  const idle = await asked('idle', ['agent', 'last grant']);
  expect(idle.map(([agent]) => agent)).toEqual(['resting-agent', 'seen-agent', 'sibling-agent']);
  expect(told('idle', 'agent', 'latest_grant')).toEqual(idle);
});

test('[AUDIT-46] overdue: by the review dates of agents that live', async () => {
  const overdue = await asked('overdue', ['agent', 'review by', 'agent is']);
  expect(overdue.map(([agent]) => agent)).toEqual(['halted-agent', 'resting-agent', 'waiting-agent']);
  expect(told('overdue', 'agent', 'review_by', 'status')).toEqual(overdue);
});

test('[AUDIT-46] blast: what agents of an issuer used lies within what they could', async () => {
  const rows = told('blast', 'agent', 'subject', 'task', 'grants');
  expect(rows).toEqual([
    ['billing-agent', 'billing', 'close-account', 2],
    ['billing-agent', 'billing', 'export-invoices', 3],
    ['billing-agent', 'billing', 'refund-customer', 1],
    ['sibling-agent', 'sibling', 'export-invoices', 1],
  ]);
  const reach = await asked('blast', ['agent', 'task'], { issuer: scene.exchange.issuer.issuer });
  expect(reach).toEqual(expect.arrayContaining(rows.map(([agent, , task]) => [agent, task])));
});

test('[AUDIT-48] touched: every grant that could, and which of them by a pattern', async () => {
  const touched = async (resource: string) => {
    const rows = await asked('touched', ['grant', 'last lease until'], { resource, from: daysAgo(90) });
    expect(told('touched', 'grant_id', 'last_lease').filter(([id]) => id !== untold)).toEqual(rows);
    return rows.length;
  };
  const untold = found['touched']?.find(({ named }) => named === 'cannot be told')?.['grant_id'];
  expect(await touched(QUEUE)).toBe(1);
  for (const [object, count] of [
    ['cus_12345678/2026-10/a.pdf', 4],
    ['cus_12345678/2026-10', 0],
    ['cus_12345679/2026-10/a.pdf', 0],
  ] as const) {
    const rows = await askAgain(`${INVOICES}/${object}`);
    expect(rows.filter(({ named }) => named === 'by a pattern')).toHaveLength(count);
    expect(await touched(`${INVOICES}/${object}`)).toBe(count);
  }
});

test('[AUDIT-49] touched: a grant whose event does not name its resources is never left out, nor is any of a pattern', async () => {
  const untold = ['cannot be told', 'old-agent'];
  const rows = await askAgain('arn:aws:s3:::elsewhere/ü');
  expect(rows.map(({ named, agent }) => [named, agent])).toEqual([untold]);
  const all = await askAgain(`${INVOICES}/*`);
  expect(new Set(all.map(({ named }) => named))).toEqual(new Set(['cannot be told']));
  expect(all).toHaveLength(6);
});
