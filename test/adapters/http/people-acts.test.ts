// People's administrative acts over the real entry: who may do what comes from the table.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { agentDigest as digestOfAgent } from '../../../src/core/lifecycle/agent-digest.ts';
import { ACT_NAMES, ACTS, type Act } from '../../../src/core/people/acts.ts';
import type { Persona } from '../../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../../support/people-api.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let people: Record<'viewer' | 'approver' | 'operator' | 'administrator' | 'nobody', Persona>;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  people = {
    viewer: await api.persona('vic', ['auditors']),
    approver: await api.persona('ben'),
    operator: await api.persona('olga', ['remit-operators']),
    administrator: await api.persona('dora', ['remit-administrators']),
    nobody: await api.persona('eve', []),
  };
});
afterAll(() => tables.close());

const reason = 'it behaves oddly';
const TARGETS = {
  grant: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  everything: 'everything',
  task: 'no-task',
  issuer: 'no-issuer',
  agent: 'no-agent',
};
const DETAILS: Partial<Record<Act, object>> = {
  'agent.resume': { agentDigest: `sha256:${'0'.repeat(64)}` },
  'review.confirm': { reviewDigest: `sha256:${'0'.repeat(64)}` },
  'agent.register': { agent: { id: 'no-agent' } },
  'agent.bind': { addBindings: [{ issuer: 'https://people.test', subject: 'workload' }] },
  'agent.widen': { addGroups: ['reporting'] },
  'agent.transfer': { owner: { issuer: 'https://people.test', subject: 'grace' } },
};
const bodyOf = (act: Act) => {
  const details = DETAILS[act];
  return { act, target: TARGETS[ACTS[act].target], reason, ...(details && { details }) };
};
const addressOf = (act: Act) => (ACTS[act].needsPasskey ? '/api/acts/challenge' : '/api/acts');
const statusOf = async (id: string) =>
  (await createAgentBook({ client: tables.client, table: TABLES.registry }).find(id))?.agent.status;

async function signed(as: Persona, body: object) {
  const opened = await api.call('POST', '/api/acts/challenge', { as, body });
  if (opened.status !== 200) return opened;
  const { nonce, challenge } = opened.body;
  const assertion = as.key.assert({ challenge: String(challenge) });
  return api.call('POST', '/api/acts/signed', { as, body: { nonce, assertion } });
}

/** What the table says of an act by this role, with a passkey or without, when its target is not there. */
function expected(act: Act, { role, hasPasskey }: { role: string; hasPasskey: boolean }): string {
  const { roles, needsPasskey } = ACTS[act];
  if (!roles.some((each) => each === role)) return 'role_missing';
  if (needsPasskey) return hasPasskey ? 'a challenge' : 'passkey_unknown';
  return (
    { 'agent.register': 'agent_malformed', 'grant.kill': 'kill_target_unknown' }[act as string] ??
    'agent_not_found'
  );
}

const ROLES = ['viewer', 'approver', 'operator', 'administrator', 'nobody'] as const;
const GROUPS = {
  viewer: ['auditors'],
  approver: ['finance-leads'],
  operator: ['remit-operators'],
  administrator: ['remit-administrators'],
  nobody: [],
};

describe.each(ROLES)('%s', (role) => {
  test.each([true, false])(
    '[PAPI-16] [PAPI-17] does what the table says, with a passkey: %s',
    async (hasPasskey) => {
      const as = await api.persona(`${role} of the table ${hasPasskey}`, GROUPS[role], hasPasskey);
      for (const act of ACT_NAMES) {
        const { status, body } = await api.call('POST', addressOf(act), { as, body: bodyOf(act) });
        const told = status === 200 && 'challenge' in body ? 'a challenge' : body['code'];
        expect([act, told]).toEqual([act, expected(act, { role, hasPasskey })]);
        const other = addressOf(act) === '/api/acts' ? '/api/acts/challenge' : '/api/acts';
        const wrong = await api.call('POST', other, { as, body: bodyOf(act) });
        expect([act, wrong.status]).not.toEqual([act, 200]);
      }
    },
  );
});

describe.each(ACT_NAMES)('%s', (act) => {
  test.each([undefined, '', ' \n', 'x'.repeat(501), 'a\u0000b'])(
    '[PAPI-16] needs a reason that can be read: %j',
    async (words) => {
      const body = { ...bodyOf(act), reason: words };
      const answer = await api.call('POST', addressOf(act), { as: people.administrator, body });
      expect(answer.status).toBe(400);
      expect(['reason_missing', 'body_malformed']).toContain(answer.body['code']);
    },
  );
});

const NO_TEXTS = ['', 'x'.repeat(600), 'with\u0000nul'];
test.each(ACT_NAMES)(
  '[PAPI-16] %s of what cannot be its target is malformed, and nothing is looked up',
  async (act) => {
    // issuers have names and addresses of many forms
    const foreign = ACTS[act].target === 'issuer' ? [] : ['../agents', 'A', 'everything and more'];
    for (const target of [...NO_TEXTS, ...foreign]) {
      const body = { ...bodyOf(act), target };
      const answer = await api.call('POST', addressOf(act), { as: people.administrator, body });
      expect([target, answer.body['code']]).toEqual([target, 'body_malformed']);
    }
  },
);

test('[PAPI-16] a registration under another name than its target registers nobody', async () => {
  const { operator } = people;
  const [binding] = api.exchange.catalog.agents.flatMap(({ bindings }) => bindings);
  const agent = {
    id: 'other-agent',
    owner: { issuer: operator.person.issuer, subject: 'grace' },
    purpose: 'Is not what was named',
    environment: api.exchange.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [{ issuer: binding?.issuer, subject: 'other' }],
  };
  const body = { act: 'agent.register', target: 'named-agent', reason, details: { agent } };
  const answer = await api.call('POST', '/api/acts', { as: operator, body });
  expect(answer.body['code']).toBe('body_malformed');
  expect([await statusOf('other-agent'), await statusOf('named-agent')]).toEqual([undefined, undefined]);
});

test('[PAPI-17] an answer to a challenge that was never made is refused as such', async () => {
  const nonce = Buffer.alloc(32, 7).toString('base64url');
  const assertion = people.administrator.key.assert({ challenge: nonce });
  const answer = await api.call('POST', '/api/acts/signed', {
    as: people.administrator,
    body: { nonce, assertion },
  });
  expect(answer).toMatchObject({ status: 400, body: { code: 'challenge_unknown' } });
});

test('[PAPI-17] a dangerous act without a signature is not done', async () => {
  const dangerous = ACT_NAMES.filter((act) => ACTS[act].needsPasskey);
  expect(dangerous.length).toBeGreaterThan(5);
  for (const act of dangerous) {
    const { body } = await api.call('POST', '/api/acts', { as: people.administrator, body: bodyOf(act) });
    expect([act, body['code']]).toEqual([act, 'act_unsigned']);
  }
});

test('[PAPI-16] an agent is registered as proposed, activated, suspended and retired, each with who and why', async () => {
  const { operator, administrator } = people;
  const agent = {
    id: 'night-agent',
    owner: { issuer: operator.person.issuer, subject: 'grace' },
    purpose: 'Works at night',
    environment: api.exchange.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [{ issuer: api.exchange.issuer.issuer, subject: 'night' }],
  };
  const register = { act: 'agent.register', target: 'night-agent', reason, details: { agent } };
  const told = await api.call('POST', '/api/acts', { as: operator, body: register });
  expect(told).toMatchObject({ status: 200, body: { done: true } });
  expect(await statusOf('night-agent')).toBe('proposed');
  const act = (name: Act) => ({ act: name, target: 'night-agent', reason });
  const { agentDigest } = (await api.call('GET', '/api/agents/night-agent', { as: administrator })).body;
  const activate = { ...act('agent.resume'), details: { agentDigest } };
  expect(await signed(administrator, activate)).toMatchObject({ status: 200 });
  expect(await statusOf('night-agent')).toBe('active');
  await api.call('POST', '/api/acts', { as: operator, body: act('agent.suspend') });
  expect(await statusOf('night-agent')).toBe('suspended');
  expect(await signed(administrator, act('agent.retire'))).toMatchObject({ body: { done: true } });
  const { body } = await api.call('GET', '/api/agents/night-agent', { as: people.viewer });
  expect(body).toMatchObject({
    agent: { status: 'retired' },
    story: [{ what: 'retired', by: { subject: 'dora' }, reason }],
    holds: { open: 0, partial: false },
  });
  expect((await api.call('GET', '/api/agents/night-agent', { as: people.nobody })).status).toBe(404);
  const prove = (who: typeof people.viewer, id = 'night-agent') =>
    api.call('POST', `/api/agents/${id}/proof`, { as: who, body: {} });
  expect((await prove(people.viewer)).body).toMatchObject({ agent: 'night-agent', state: 'waiting' });
  expect((await prove(people.nobody)).status).toBe(404);
});

test('[PAPI-16] an operator takes an identity from an agent; giving it one takes an administrator’s passkey', async () => {
  const { operator, administrator } = people;
  const { issuer } = api.exchange.issuer;
  const identity = (subject: string) => ({ issuer, subject });
  const agent = {
    id: 'day-agent',
    owner: { issuer: operator.person.issuer, subject: 'grace' },
    purpose: 'Works by day',
    environment: api.exchange.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [identity('day-1'), identity('day-2')],
  };
  const act = (name: Act, details: object) => ({ act: name, target: 'day-agent', reason, details });
  const unsigned = (body: object) => api.call('POST', '/api/acts', { as: operator, body });
  await unsigned(act('agent.register', { agent }));
  const taken = await unsigned(
    act('agent.update', { purpose: 'By day only', removeBindings: [identity('day-2')] }),
  );
  expect(taken).toMatchObject({
    body: { result: { purpose: 'By day only', bindings: [identity('day-1')] } },
  });
  const added = { addBindings: [{ ...identity('day-3'), claims: { ref: 'main' } }] };
  expect((await unsigned(act('agent.update', added))).body['code']).toBe('body_malformed');
  expect((await unsigned(act('agent.bind', added))).body['code']).toBe('role_missing');
  expect((await signed(operator, act('agent.bind', added))).body['code']).toBe('role_missing');
  expect(await signed(administrator, act('agent.bind', added))).toMatchObject({
    body: { result: { bindings: [identity('day-1'), ...added.addBindings] } },
  });
  const foreign = { addBindings: [identity('billing')] };
  expect((await signed(administrator, act('agent.bind', foreign))).body['code']).toBe('binding_taken');
  for (const addBindings of [[], [{ subject: 'day-4' }], [{ ...identity('a\u0000'), claims: {} }]])
    expect((await signed(administrator, act('agent.bind', { addBindings }))).status).toBe(400);
});

test('[LIFE-21] a group for an agent that acts is an administrator’s signed act, with the signature in its event', async () => {
  const { operator, administrator } = people;
  const [group = ''] = api.exchange.catalog.runtimeAssignableGroups;
  const act = (name: Act, details: object) => ({ act: name, target: 'day-agent', reason, details });
  const unsigned = (as: Persona, body: object) => api.call('POST', '/api/acts', { as, body });
  const book = createAgentBook({ client: tables.client, table: TABLES.registry });
  const seen = await book.find('day-agent');
  const agentDigest = seen && digestOfAgent(seen.agent);
  expect((await signed(administrator, act('agent.resume', { agentDigest }))).status).toBe(200);
  for (const as of [operator, administrator])
    expect((await unsigned(as, act('agent.update', { groups: [group] }))).body['code']).toBe(
      'widening_unsigned',
    );
  const widen = act('agent.widen', { addGroups: [group] });
  expect((await unsigned(administrator, widen)).body['code']).toBe('act_unsigned');
  expect((await signed(operator, widen)).body['code']).toBe('role_missing');
  expect(await signed(administrator, widen)).toMatchObject({ body: { result: { groups: [group] } } });
  expect((await unsigned(operator, act('agent.update', { groups: [] }))).body).toMatchObject({ done: true });
});

test('[PAPI-21] viewers are told the names of the catalog, and nothing more of it', async () => {
  const { catalog } = api.exchange;
  const { status, body } = await api.call('GET', '/api/catalog', { as: people.viewer });
  expect(status).toBe(200);
  expect(Object.keys(body).sort()).toEqual(['environments', 'groups', 'issuers', 'tasks']);
  const [task] = catalog.tasks;
  expect((body['tasks'] as unknown[])[0]).toEqual({
    id: task?.id,
    title: task?.title,
    environment: task?.environment,
  });
  expect(body['groups']).toEqual([...catalog.runtimeAssignableGroups].sort());
  for (const as of [people.approver, people.nobody])
    expect((await api.call('GET', '/api/catalog', { as })).body['code']).toBe('role_missing');
});

test('[PAPI-16] everything is stopped and restored by an administrator with a passkey', async () => {
  const stop = { act: 'stop.everything', target: 'everything', reason };
  expect(await signed(people.administrator, stop)).toMatchObject({ body: { done: true } });
  const seen = await api.call('GET', '/api/overview', { as: people.viewer });
  expect(seen.body).toMatchObject({ now: { stops: [{ scope: { kind: 'everything' } }] } });
  const back = { ...stop, act: 'everything.restore' };
  expect(await signed(people.administrator, back)).toMatchObject({ body: { done: true } });
  expect((await signed(people.administrator, back)).body['code']).toBe('stop_not_on');
});

test('[PAPI-16] a review is confirmed by the owner too, with the evidence of the signature', async () => {
  const { body } = await api.call('GET', '/api/agents/billing-agent', { as: people.viewer });
  const { subject } = (body['agent'] as { owner: { subject: string } }).owner;
  const owner = await api.persona(subject, []);
  const transfer = {
    act: 'agent.transfer',
    target: 'billing-agent',
    reason,
    details: { owner: owner.person },
  };
  expect(await signed(people.administrator, transfer)).toMatchObject({ status: 200 });
  const unseen = { act: 'review.confirm', target: 'billing-agent', reason: 'all of it is used' };
  expect((await signed(owner, unseen)).body['code']).toBe('body_malformed');
  const other = { ...unseen, details: { reviewDigest: `sha256:${'0'.repeat(64)}` } };
  expect((await signed(owner, other)).body['code']).toBe('agent_changed');
  const { reviewDigest } = (await api.call('GET', '/api/reviews/billing-agent', { as: owner })).body;
  const confirm = { ...unseen, details: { reviewDigest } };
  expect(await signed(owner, confirm)).toMatchObject({
    status: 200,
    body: { result: { review: { evidenceId: expect.any(String) } } },
  });
  expect((await signed(people.nobody, confirm)).body['code']).toBe('role_missing');
  const review = await api.call('GET', '/api/reviews/billing-agent', { as: owner });
  expect(review).toMatchObject({
    status: 200,
    body: { overdue: false, may: expect.anything(), granted: [], used: { by: 'grants' }, diff: '' },
  });
});

describe('lists', () => {
  test('[PAPI-18] show all to people with a role, and the own agents to owners', async () => {
    const all = await api.call('GET', '/api/agents', { as: people.viewer, query: 'limit=1' });
    expect(all.body['agents']).toHaveLength(1);
    const next = encodeURIComponent(String(all.body['next']));
    const more = await api.call('GET', '/api/agents', { as: people.viewer, query: `limit=50&next=${next}` });
    expect((more.body['agents'] as unknown[]).length).toBeGreaterThan(0);
    expect((await api.call('GET', '/api/agents', { as: people.nobody })).body).toEqual({ agents: [] });
    expect((await api.call('GET', '/api/reviews', { as: people.nobody })).body['reviews']).toEqual([]);
    expect((await api.call('GET', '/api/overview', { as: people.nobody })).body['code']).toBe('role_missing');
  });

  test.each([
    'next=x',
    'next=active.e30',
    'next=active.eyJzaGFyZCI6MCwia2V5Ijp7InBrIjoiQSJ9fQ',
    'limit=0',
    'status=gone',
  ])('[PAPI-18] refuse what is not one of their queries: %s', async (query) => {
    const answer = await api.call('GET', '/api/agents', { as: people.viewer, query });
    expect(answer.status).toBe(400);
  });
});
