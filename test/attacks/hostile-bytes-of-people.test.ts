// Somebody who is signed in sends what no console sends: every field at its longest and one past it, times that run
// backwards, halves of characters. Each is a refusal that blames the caller; none is a failure of ours.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Persona } from '../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../support/people-api.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let ada: Persona;
let grantId: string;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  ada = await api.persona('ada', ['finance-leads', 'remit-administrators']);
  grantId = await api.ask();
});
afterAll(() => tables.close());

const LENGTHS = [1, 2, 3, 43, 44, 1364, 2048, 2049, 8192, 16_384, 16_385];
const letters = LENGTHS.map((length) => 'A'.repeat(length));
const assertion = { credentialId: 'AA', authenticatorData: 'AA', clientDataJSON: 'e30', signature: 'AA' };
const texts = [
  '',
  '\ud800',
  '\u0000',
  '\u202e',
  '__proto__',
  'x'.repeat(500),
  'x'.repeat(30_000),
  '😀'.repeat(200),
];
const registered = (member: string) => ({
  id: member,
  rawId: member,
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: member, attestationObject: member },
});

async function statusOf(path: string, body: unknown): Promise<unknown> {
  const { status, body: told } = await api.call('POST', path, { as: ada, body });
  return status >= 500 ? [path, JSON.stringify(body).slice(0, 80), status, told['code']] : 'blamed';
}

test('[PAPI-3] answers to challenges of any length are refused, never failures', async () => {
  const paths = [`/api/approvals/${grantId}/decision`, '/api/passkeys/confirm', '/api/passkeys/remove'];
  for (const path of paths)
    for (const nonce of letters) expect(await statusOf(path, { nonce, assertion })).toBe('blamed');
  for (const nonce of letters)
    expect(await statusOf('/api/passkeys/enrol', { nonce, credential: registered('AA') })).toBe('blamed');
});

test('[PAPI-3] members of a passkey are refused for what they are', async () => {
  for (const member of [...letters, 'oA', 'owBjZm10', '-_-_', 'e30']) {
    for (const name of Object.keys(assertion)) {
      const opened = await api.call('POST', `/api/approvals/${grantId}/challenge`, {
        as: ada,
        body: { decision: 'deny' },
      });
      const { nonce, challenge } = opened.body;
      const signed = ada.key.assert({ challenge: String(challenge) });
      const body = { nonce, assertion: { ...signed, [name]: member } };
      expect(await statusOf(`/api/approvals/${grantId}/decision`, body)).toBe('blamed');
    }
    const opened = await api.call('POST', '/api/passkeys/enrol/challenge', { as: ada, body: { label: 'x' } });
    const body = { nonce: opened.body['nonce'], credential: registered(member), existing: assertion };
    expect(await statusOf('/api/passkeys/enrol', body)).toBe('blamed');
  }
  expect(await api.row(grantId)).toMatchObject({ status: 'pending', approvals: [] });
});

test('[PAPI-3] names of people and words of theirs are refused for what they are', async () => {
  for (const text of [...texts, 'é'.repeat(384), 'é'.repeat(385)]) {
    const of = { issuer: text, subject: text, credentialId: 'AA' };
    expect(await statusOf('/api/passkeys/confirm/challenge', of)).toBe('blamed');
    expect(await statusOf('/api/passkeys/confirm/challenge', { ...of, reason: text })).toBe('blamed');
    expect(await statusOf('/api/passkeys/remove/challenge', of)).toBe('blamed');
    expect(await statusOf('/api/passkeys/enrol/challenge', { label: text })).toBe('blamed');
    expect(await statusOf(`/api/approvals/${grantId}/challenge`, { decision: 'deny', reason: text })).toBe(
      'blamed',
    );
  }
  for (const credentialId of letters)
    expect(await statusOf('/api/passkeys/remove/challenge', { credentialId })).toBe('blamed');
});

const EARLY = '0000-01-01T00:00:00Z';
const TIMES = [EARLY, '9999-12-31T23:59:59-23:59', '2026-11-24T12:00:00Z', '2026-11-24T12:00:00.123456789Z'];
const RANGES = TIMES.flatMap((from) => TIMES.map((to) => String(new URLSearchParams({ from, to }))));
const MORE = ['', '&task=close-account', '&agent=billing', '&status=completed', `&next=${EARLY}`];

async function failureOf(path: string, query: string): Promise<string> {
  const { status, body } = await api.call('GET', path, { as: ada, query });
  return status >= 500 ? `${status} ${String(body['code'])}` : 'none';
}

test.each(RANGES)('[PAPI-4] a range of times %s is read or refused', async (range) => {
  expect(await failureOf('/api/findings', range)).toBe('none');
  for (const more of MORE)
    expect([more, await failureOf('/api/grants', range + more)]).toEqual([more, 'none']);
});
