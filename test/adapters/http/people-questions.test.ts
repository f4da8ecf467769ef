// What security teams ask over HTTP: questions and the trail, over the real entry.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrailReader } from '../../../src/core/audit/ports.ts';
import { QUESTIONS } from '../../../src/core/questions/questions.ts';
import type { Persona } from '../../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../../support/people-api.ts';
import { trailOf } from '../../support/questions.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let vic: Persona;
let ben: Persona;
let onRead: () => void = () => undefined;

const events = [1, 2, 3].map((hour) => ({
  type: 'remit.request.refused',
  time: `2026-11-24T0${hour}:00:00.000Z`,
  data: { code: 'task_unknown', agent: hour === 3 ? 'other-agent' : 'billing-agent' },
}));
const trail: TrailReader = {
  async *list(prefix, after) {
    for await (const key of trailOf(events).list(prefix, after)) {
      onRead();
      yield key;
    }
  },
  get: (key) => trailOf(events).get(key),
};

beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables, trail);
  vic = await api.persona('vic', ['auditors'], false);
  ben = await api.persona('ben');
});
afterAll(() => tables.close());

const ADDRESSES = ['/api/questions', '/api/questions/holds', '/api/audit', '/api/agents/billing-agent/story'];

test.each(ADDRESSES)('[ASK-15] [HISTORY-4] %s is for viewers, operators and administrators', async (path) => {
  const eve = await api.persona(`eve-${path.length}`, [], false);
  const ops = await api.persona(`ops-${path.length}`, ['remit-operators'], false);
  for (const as of [ben, eve])
    expect(await api.call('GET', path, { as })).toMatchObject({
      status: 403,
      body: { code: 'role_missing' },
    });
  for (const as of [vic, ops]) expect((await api.call('GET', path, { as })).status).toBe(200);
});

test('[ASK-14] the list says of each question what it takes, and of which kind', async () => {
  const { body } = await api.call('GET', '/api/questions', { as: vic });
  const { questions } = body as { questions: { name: string; sentence: string; parameters: unknown[] }[] };
  expect(questions.map(({ name }) => name)).toEqual(QUESTIONS.map(({ name }) => name));
  expect(questions.every(({ sentence }) => sentence.endsWith('?'))).toBe(true);
  expect(questions.find(({ name }) => name === 'touched')?.parameters).toEqual([
    { name: 'resource', kind: 'resource', required: true, sentence: expect.any(String) },
    { name: 'action', kind: 'action', required: false, sentence: expect.any(String) },
    { name: 'from', kind: 'time', required: false, sentence: expect.any(String) },
    { name: 'to', kind: 'time', required: false, sentence: expect.any(String) },
  ]);
});

test('[ASK-14] a question is answered as on the command line', async () => {
  const grantId = await api.ask();
  const answer = await api.call('GET', '/api/questions/holds', { as: vic, query: 'agent=billing-agent' });
  expect(answer).toMatchObject({ status: 200, body: { question: 'holds', isCut: false } });
  const { columns, rows } = answer.body as { columns: string[]; rows: string[][] };
  expect(columns).toContain('grant');
  expect(rows.map(([id]) => id)).toContain(grantId);
});

test.each([
  ['/api/questions/nothing', '', 404, 'question_unknown', undefined],
  ['/api/questions/touched', '', 400, 'question_malformed', 'resource'],
  ['/api/questions/agent', 'agent=x&from=yesterday', 400, 'question_malformed', 'from'],
  ['/api/questions/holds', 'constructor=x', 400, 'question_malformed', undefined],
  ['/api/questions/holds', '%3Cscript%3E=x', 400, 'question_malformed', undefined],
  ['/api/questions/holds', 'task=a&task=b', 400, 'query_malformed', undefined],
  ['/api/questions/could', 'task=unheard-of', 400, 'task_unknown', undefined],
])('[ASK-14] %s?%s is refused, and the parameter named', async (path, query, status, code, parameter) => {
  const { status: given, body } = await api.call('GET', path, { as: vic, query });
  expect([given, body['code'], body['parameter']]).toEqual([status, code, parameter]);
});

describe('the trail', () => {
  const search = async (query: string) => {
    const { status, body } = await api.call('GET', '/api/audit', { as: vic, query });
    expect(status).toBe(200);
    return body as { records: { seq: number }[]; next?: string };
  };

  test('[ASK-16] is searched, page by page', async () => {
    const to = 'to=2026-11-24T05:00:00Z';
    expect((await search(to)).records.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    const first = await search(`${to}&agent=billing-agent&limit=1`);
    expect(first.records.map(({ seq }) => seq)).toEqual([2]);
    const second = await search(`${to}&agent=billing-agent&limit=1&next=${first.next}`);
    expect(second.records.map(({ seq }) => seq)).toEqual([1]);
    expect((await search(`${to}&type=request.unheard-of`)).records).toEqual([]);
  });

  test.each(['next=x', 'limit=501', 'grant=../x', 'type=GRANT', 'from=yesterday', 'seq=1', 'agent=a%2Fb'])(
    '[ASK-16] ?%s is refused',
    async (query) => {
      expect(await api.call('GET', '/api/audit', { as: vic, query })).toMatchObject({
        status: 400,
        body: { code: 'query_malformed' },
      });
    },
  );

  test('[ASK-17] is read for some seconds, and an answer that is cut says so', async () => {
    const query = 'from=2026-11-20&to=2026-11-25';
    const whole = await api.call('GET', '/api/questions/refused', { as: vic, query });
    expect(whole.body).toMatchObject({ isCut: false });
    expect(whole.body['rows']).toHaveLength(2);
    onRead = () => api.exchange.pass(30);
    const cut = await api.call('GET', '/api/questions/refused', { as: vic, query });
    onRead = () => undefined;
    expect(cut.body).toMatchObject({
      isCut: true,
      rows: [],
      note: expect.stringContaining('not to its end'),
    });
  });

  test('[ASK-17] that nobody can read is not told as an empty one', async () => {
    const other = await startTables();
    try {
      const without = await startPeopleApi(other);
      const as = await without.persona('vic', ['auditors'], false);
      expect((await without.call('GET', '/api/audit', { as })).status).toBe(500);
      const { body } = await without.call('GET', '/api/questions/refused', { as });
      expect(body['note']).toContain('nothing is known');
    } finally {
      await other.close();
    }
  });
});

describe('the story of an agent', () => {
  const tell = (query: string, as = vic, id = 'billing-agent') =>
    api.call('GET', `/api/agents/${id}/story`, { as, query });

  test('[HISTORY-1] is told page by page', async () => {
    const first = await tell('limit=1&to=2026-11-24T05:00:00Z');
    expect(first).toMatchObject({
      status: 200,
      body: {
        agent: 'billing-agent',
        entries: [{ type: 'request.refused', what: 'Refused request: task_unknown.', record: { seq: 2 } }],
      },
    });
    const next = String(first.body['next']);
    const second = await tell(`limit=1&to=2026-11-24T05:00:00Z&next=${next}`);
    expect(second.body).toMatchObject({ entries: [{ record: { shard: 0, seq: 1 } }] });
  });

  test('[HISTORY-3] has what is administrative alone', async () => {
    expect((await tell('only=administrative')).body).toMatchObject({ agent: 'billing-agent', entries: [] });
  });

  test.each(['next=x', 'limit=201', 'only=mine', 'from=yesterday', 'agent=other-agent'])(
    '[HISTORY-4] ?%s is refused',
    async (query) => {
      expect(await tell(query)).toMatchObject({ status: 400, body: { code: 'query_malformed' } });
    },
  );

  test('[HISTORY-4] of a name that nobody has does not read like one of an agent that did nothing', async () => {
    for (const id of ['nobody', 'a%00b', 'AGENT#billing-agent', '..'])
      expect(await tell('', vic, id), id).toMatchObject({ status: 404, body: { code: 'agent_not_found' } });
  });
});
