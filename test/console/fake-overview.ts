// Numbers, questions and the trail of the fake API.

import type { OverviewTold, QuestionsTold, RecordRow, RecordRows } from '../../console/api/admin-answers.ts';
import { type FakeCall, FakeRefusal, type FakeWorld } from './fake-people-api.ts';
import { sampleGrants } from './fake-tables.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-11-24T08:00:00.000Z');
const RECORDS = 60;

/** `/api/overview`. */
export function overviewAnswer(world: FakeWorld, { query }: FakeCall): OverviewTold {
  const days = Number(query.get('days') ?? 7);
  const none = world.isEmpty;
  const dora = { issuer: `${world.origin}/people`, subject: '51e0c9a7-dora', name: 'Dora (identity)' };
  const change = { what: 'killed', by: dora, at: new Date(START).toISOString(), reason: 'Incident 42' };
  return {
    now: {
      openGrants: none ? 0 : 14,
      leases: none ? 0 : 9,
      leasesByTask: none
        ? []
        : [
            { task: 'export-invoices', count: 6 },
            { task: 'read-orders', count: 3 },
          ],
      waiting: none ? 0 : 2,
      agents: none
        ? { proposed: 0, active: 0, suspended: 0, retired: 0 }
        : { proposed: 1, active: 32, suspended: 1, retired: 1 },
      stops: world.stops,
    },
    grantsPerDay: Array.from({ length: days }, (_, at) => ({
      day: new Date(START - (days - 1 - at) * DAY).toISOString().slice(0, 10),
      counts: none
        ? {}
        : { completed: 20 + ((at * 7) % 13), expired: at % 3, denied: at % 2, killed: at === 4 ? 6 : 0 },
    })),
    refusalsByCode: none
      ? []
      : [
          { code: 'task_not_allowed', count: 12 },
          { code: 'assertion_rejected', count: 7 },
          { code: 'review_overdue', count: 2 },
        ],
    timeToDead: ['up to 15 s', 'up to 60 s', 'up to 120 s', 'over 120 s'].map((bucket, at) => ({
      bucket,
      count: none ? 0 : ([1, 5, 2, 0][at] ?? 0),
    })),
    kills: none
      ? []
      : [
          {
            killId: 'k1',
            scope: { kind: 'agent', id: 'report-agent' },
            change,
            ended: 3,
            deadBy: new Date(START + 60_000).toISOString(),
            settledAt: new Date(START + 58_000).toISOString(),
            secondsToDead: 58,
          },
          {
            killId: 'k2',
            scope: { kind: 'everything' },
            change,
            ended: 14,
            deadBy: new Date(Date.now() + 90_000).toISOString(),
          },
        ],
    notCounted: none ? [] : ['More was asked for in these days than was counted; the oldest is missing.'],
  };
}

const QUESTIONS: QuestionsTold = {
  questions: [
    { name: 'holds', sentence: 'Who holds what now?', parameters: [] },
    {
      name: 'agent',
      sentence: 'What did an agent do between two times?',
      parameters: [
        { name: 'agent', kind: 'agent', sentence: 'the agent', required: true },
        { name: 'from', kind: 'time', sentence: 'the first time; a day ago unless told', required: false },
      ],
    },
  ],
};

/** `/api/questions…` */
export function questionAnswers(world: FakeWorld, { parts, query }: FakeCall): unknown {
  const [, name] = parts;
  if (name === undefined) return QUESTIONS;
  if (name === 'agent' && query.get('from') === 'yesterday') throw new FakeRefusal('question_malformed');
  if (name !== 'holds' && name !== 'agent') throw new FakeRefusal('question_unknown', 404);
  const { grants } = sampleGrants(world, new URLSearchParams({ limit: '30' }));
  return {
    question: name,
    columns: ['agent', 'task', 'grant', 'leases'],
    rows: grants.map(({ agent, task, grantId, leaseCount }) => [agent, task, grantId, leaseCount]),
    isCut: false,
    ...(name === 'holds' && { note: 'leases of ended grants that still work are here too' }),
  };
}

function record(index: number): RecordRow {
  const isPerson = index % 3 === 0;
  const at = new Date(START - index * 60_000).toISOString();
  const subject = `01KC2Y5T8Q4ZV3N7R6W9XAB${String(index).padStart(3, '0')}`;
  const type = isPerson ? 'agent.suspended' : 'grant.ended';
  return {
    shard: 0,
    seq: RECORDS - index,
    at,
    prevHash: `sha256:${'ab'.repeat(32)}`,
    hash: `sha256:${'cd'.repeat(32)}`,
    event: {
      specversion: '1.0',
      id: `Grants/${subject}/1`,
      source: 'urn:remit:local',
      type: `remit.${type}`,
      subject,
      time: at,
      datacontenttype: 'application/json',
      dataschema: 'urn:remit:schema:audit-event:1',
      data: {
        requestId: `req-${index}`,
        agent: index % 2 === 0 ? 'billing-agent' : 'support-agent',
        ...(isPerson
          ? { actorSubject: '51e0c9a7-dora', reason: 'Incident 42' }
          : { grantId: subject, task: 'export-invoices' }),
      },
    },
  };
}

/** `/api/audit`. */
export function auditAnswer(world: FakeWorld, { query }: FakeCall): RecordRows {
  const agent = query.get('agent');
  const type = query.get('type');
  const all = Array.from({ length: world.isEmpty ? 0 : RECORDS }, (_, index) => record(index)).filter(
    ({ event }) =>
      (agent === null || event.data['agent'] === agent) && (type === null || event.type === `remit.${type}`),
  );
  const from = Number(query.get('next') ?? 0);
  const limit = Number(query.get('limit'));
  const isMore = all.length > from + limit;
  return { records: all.slice(from, from + limit), ...(isMore && { next: String(from + limit) }) };
}
