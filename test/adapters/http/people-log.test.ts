// The log of the people's API is an audit trail: who did what to which grant, and nothing that opens anything.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../support/authenticator.ts';
import { CONSOLE_ORIGIN } from '../../support/people.ts';
import { type PeopleApi, type Sent, startPeopleApi, type Told } from '../../support/people-api.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
});
afterAll(() => tables.close());

/** Every text of a JSON value that is long enough to be a secret. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 20 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

test('[PAPI-15] each line says person, operation and grant; no token, challenge, signature, key or reason', async () => {
  const secrets = new Set<string>();
  const REASON = 'because the customer has asked for it in writing';
  const call = async (method: string, path: string, sent: Sent): Promise<Told> => {
    const token = sent.as?.idToken(api.exchange.deps.clock()) ?? '';
    const told = await api.call(method, path, { ...sent, token });
    for (const part of [token, ...token.split('.')]) secrets.add(part);
    for (const text of textsOf(sent.body)) secrets.add(text);
    return told;
  };
  const ben = await api.persona('ben');
  const finn = await api.persona('finn', ['finance-leads'], false);
  const grantId = await api.ask();

  const body = { decision: 'deny', reason: REASON };
  const opened = await call('POST', `/api/approvals/${grantId}/challenge`, { as: ben, body });
  const { nonce, challenge } = opened.body as Record<string, string>;
  for (const text of textsOf(opened.body)) secrets.add(text);
  const bad = ben.key.assert({ challenge: challenge ?? '', origin: 'https://evil.dev' });
  await call('POST', `/api/approvals/${grantId}/decision`, { as: ben, body: { nonce, assertion: bad } });
  const again = await call('POST', `/api/approvals/${grantId}/challenge`, { as: ben, body });
  for (const text of textsOf(again.body)) secrets.add(text);
  const assertion = ben.key.assert({ challenge: String(again.body['challenge']) });
  const decided = { nonce: again.body['nonce'], assertion };
  expect((await call('POST', `/api/approvals/${grantId}/decision`, { as: ben, body: decided })).status).toBe(
    200,
  );

  const begun = await call('POST', '/api/passkeys/enrol/challenge', { as: finn, body: { label: 'phone' } });
  for (const text of textsOf(begun.body)) secrets.add(text);
  const { challenge: wanted } = begun.body['options'] as { challenge: string };
  const credential = createAuthenticator(CONSOLE_ORIGIN).register({ challenge: wanted });
  const enrolled = await call('POST', '/api/passkeys/enrol', {
    as: finn,
    body: { nonce: begun.body['nonce'], credential },
  });
  expect(enrolled.status).toBe(200);
  await api.call('GET', '/api/me', { token: 'not-a-token.at-all-but.quite-long-enough' });
  secrets.add('not-a-token.at-all-but.quite-long-enough');

  // what is public, or says who and which
  for (const known of [grantId, ben.person.issuer, CONSOLE_ORIGIN, '2026', '']) secrets.delete(known);
  const log = JSON.stringify(api.lines);
  const readable = [...secrets].filter((secret) => secret.length >= 20 && !secret.startsWith('2026-'));
  expect(readable.length).toBeGreaterThan(20);
  expect(readable.filter((secret) => log.includes(secret))).toEqual([]);
  expect(log).not.toContain(String(enrolled.body['code']));

  expect(api.lines.find(({ operation, status }) => operation === 'decide' && status === 200)).toMatchObject({
    issuer: ben.person.issuer,
    subject: 'ben',
    grantId,
    decision: 'deny',
    requestId: 'request-1',
  });
  expect(api.lines.find(({ operation }) => operation === 'enrol-passkey')).toMatchObject({ subject: 'finn' });
  expect(api.lines.at(-1)).toMatchObject({ operation: 'me', status: 401, code: 'sign_in_rejected' });
});
