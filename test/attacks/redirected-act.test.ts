// A signature over one administrative act is used for something else: another act, target or reason, other details, or a
// decision on a request.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { challengeOf } from '../../src/core/approve/challenge.ts';
import type { GrantId } from '../../src/core/model.ts';
import { actChallenge } from '../../src/core/people/act.ts';
import type { ActTerms } from '../../src/core/people/act-text.ts';
import type { Persona } from '../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../support/people-api.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let dora: Persona;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  dora = await api.persona('dora', ['remit-administrators']);
});
afterAll(() => tables.close());

const retire = { act: 'agent.retire', target: 'sibling-agent', reason: 'no longer needed' } as const;

async function open(as: Persona, body: object = retire) {
  const { body: told } = await api.call('POST', '/api/acts/challenge', { as, body });
  return told as { nonce: string; challenge: string; expiresAt: string };
}
const send = (as: Persona, nonce: string, challenge: string) =>
  api.call('POST', '/api/acts/signed', { as, body: { nonce, assertion: as.key.assert({ challenge }) } });

async function expectUntouched() {
  const { body } = await api.call('GET', '/api/agents/sibling-agent', { as: dora });
  expect(body).toMatchObject({ agent: { status: 'active' } });
}

const CHANGES: Record<string, Partial<ActTerms>> = {
  'another target': { target: 'billing-agent' },
  'another act': { act: 'agent.kill' },
  'another reason': { reason: 'because' },
  'details that it did not have': { details: { owner: { issuer: 'https://evil.dev', subject: 'mallory' } } },
  'another end': { expiresAt: new Date(0) },
};
test.each(Object.entries(CHANGES))('[PAPI-17] a signature over %s is refused', async (_, change) => {
  const { nonce, expiresAt } = await open(dora);
  const terms = { ...retire, actor: dora.person, nonce, expiresAt: new Date(expiresAt), ...change };
  const other = Buffer.from(actChallenge(terms)).toString('base64url');
  expect((await send(dora, nonce, other)).body['code']).toBe('passkey_rejected');
  await expectUntouched();
});

test('[PAPI-17] a decision on a request is no signature for an act', async () => {
  const { nonce, expiresAt } = await open(dora);
  const decision = challengeOf({
    grantId: retire.target as string as GrantId,
    requestDigest: '',
    decision: 'approve',
    reason: retire.reason,
    approver: dora.person,
    nonce,
    expiresAt: new Date(expiresAt),
  } as Parameters<typeof challengeOf>[0]);
  const answer = await send(dora, nonce, Buffer.from(decision).toString('base64url'));
  expect(answer.body['code']).toBe('passkey_rejected');
  await expectUntouched();
});

test('[PAPI-17] a challenge is worth nothing after two minutes', async () => {
  const { nonce, challenge } = await open(dora);
  api.exchange.pass(121);
  expect((await send(dora, nonce, challenge)).body['code']).toBe('challenge_unknown');
  await expectUntouched();
});
