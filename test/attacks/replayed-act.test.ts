// A signature over one administrative act is shown once more: by itself, at the same time, or with another one made over
// the same challenge. What was done is done once; the very same call only hears what came of it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import type { Persona } from '../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../support/people-api.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let dora: Persona;
let olga: Persona;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  dora = await api.persona('dora', ['remit-administrators']);
  olga = await api.persona('olga', ['remit-operators']);
});
afterAll(() => tables.close());

const target = 'sibling-agent';
const seen = () => createAgentBook({ client: tables.client, table: TABLES.registry }).find(target);
const send = (nonce: string, assertion: unknown, as = dora) =>
  api.call('POST', '/api/acts/signed', { as, body: { nonce, assertion } });

async function open(act: string) {
  const { body } = await api.call('GET', `/api/agents/${target}`, { as: dora });
  const details = act === 'agent.resume' ? { details: { agentDigest: body['agentDigest'] } } : {};
  const opened = await api.call('POST', '/api/acts/challenge', {
    as: dora,
    body: { act, target, reason: 'looked at it', ...details },
  });
  return opened.body as { nonce: string; challenge: string };
}

async function suspend() {
  const body = { act: 'agent.suspend', target, reason: 'it behaves oddly' };
  expect(await api.call('POST', '/api/acts', { as: olga, body })).toMatchObject({ body: { done: true } });
}

test('[PAPI-17] a resume that was signed once does not undo a later suspension', async () => {
  await suspend();
  const { nonce, challenge } = await open('agent.resume');
  const assertion = dora.key.assert({ challenge });
  const first = await send(nonce, assertion);
  expect(first).toMatchObject({ status: 200, body: { done: true, result: { status: 'active' } } });
  await suspend();
  // the same words, told from the row
  expect((await send(nonce, assertion)).body).toEqual(first.body);
  expect((await seen())?.agent.status).toBe('suspended');
  expect((await send(nonce, dora.key.assert({ challenge }))).body['code']).toBe('challenge_unknown');
  expect((await send(nonce, assertion, olga)).body['code']).toBe('challenge_unknown');
  expect((await seen())?.agent.status).toBe('suspended');
});

test('[PAPI-17] the same call twice at the same time is done once', async () => {
  const { nonce, challenge } = await open('agent.resume');
  const before = (await seen())?.version ?? 0;
  const assertion = dora.key.assert({ challenge });
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(nonce, assertion)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await seen())?.version).toBe(before + 1);
});

test('[PAPI-17] of two signatures over one challenge at the same time one counts', async () => {
  const { nonce, challenge } = await open('agent.kill');
  const both = [dora.key.assert({ challenge }), dora.key.assert({ challenge })];
  const answers = await Promise.all(both.map((assertion) => send(nonce, assertion)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
});

test('[PAPI-17] an act that was refused is refused again in the same words', async () => {
  const { nonce, challenge } = await open('agent.resume');
  // somebody changes the agent between the look and the signature
  const { agentDigest: _, ...moved } = (await api.call('GET', `/api/agents/${target}`, { as: dora })).body;
  expect(moved).toMatchObject({ agent: { status: 'suspended' } });
  const transfer = await api.call('POST', '/api/acts/challenge', {
    as: dora,
    body: { act: 'agent.transfer', target, reason: 'moved', details: { owner: olga.person } },
  });
  const { nonce: other, challenge: theirs } = transfer.body as { nonce: string; challenge: string };
  expect((await send(other, dora.key.assert({ challenge: theirs }))).status).toBe(200);
  const assertion = dora.key.assert({ challenge });
  const answers = [await send(nonce, assertion), await send(nonce, assertion)];
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
    [409, 'agent_changed'],
    [409, 'agent_changed'],
  ]);
  expect((await seen())?.agent.status).toBe('suspended');
});

test('[PAPI-17] a resume that was signed over one suspension does not lift the next one', async () => {
  const { nonce, challenge } = await open('agent.resume');
  const meanwhile = await open('agent.resume');
  expect((await send(meanwhile.nonce, dora.key.assert(meanwhile))).status).toBe(200);
  api.exchange.pass(1);
  await suspend();
  expect((await send(nonce, dora.key.assert({ challenge }))).body['code']).toBe('agent_changed');
  expect((await seen())?.agent.status).toBe('suspended');
});
