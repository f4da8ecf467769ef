// Passkeys come and go, over the real entry: enrolment, confirmation, removal, and the very first one.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passkeyChallenge } from '../../../src/core/people/passkey-texts.ts';
import { createAuthenticator, type TestAuthenticator } from '../../support/authenticator.ts';
import { CONSOLE_ORIGIN, type Persona } from '../../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../../support/people-api.ts';
import { startTables, type Tables } from '../../support/tables.ts';

type Json = Record<string, unknown>;

let tables: Tables;
let api: PeopleApi;
let ben: Persona;
let dora: Persona;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  ben = await api.persona('ben');
  dora = await api.persona('dora', ['remit-administrators']);
});
afterAll(() => tables.close());

const post = (path: string, as: Persona, body: unknown) =>
  api.call('POST', `/api/passkeys/${path}`, { as, body });

/** Enrols a fresh key; `vouching` signs when the person has a key already. */
async function enrol(as: Persona, vouching?: TestAuthenticator) {
  const begun = await post('enrol/challenge', as, { label: 'phone' });
  const { nonce, options, existing } = begun.body as {
    nonce: string;
    options: { challenge: string };
    existing?: { expiresAt: string };
  };
  const key = createAuthenticator(CONSOLE_ORIGIN);
  const credential = key.register({ challenge: options.challenge });
  const terms = { kind: 'enrol' as const, label: 'phone' };
  const signed = (expiresAt: string) =>
    passkeyChallenge(
      'remit/passkey-add/v1',
      { nonce, person: as.person, terms, expiresAt: new Date(expiresAt) },
      { attestationObject: credential.response.attestationObject },
    );
  const told = await post('enrol', as, {
    nonce,
    credential,
    ...(vouching && existing && { existing: vouching.assert({ challenge: signed(existing.expiresAt) }) }),
  });
  return { begun: begun.body, key, told };
}

async function confirm(as: Persona, of: Persona, credentialId: string) {
  const { issuer, subject } = of.person;
  const opened = await post('confirm/challenge', as, { issuer, subject, credentialId, reason: 'met' });
  if (opened.status !== 200) return opened;
  const { nonce, challenge } = opened.body;
  return post('confirm', as, { nonce, assertion: as.key.assert({ challenge: String(challenge) }) });
}

async function remove(as: Persona, credentialId: string, of?: Persona) {
  const whose = of ? { issuer: of.person.issuer, subject: of.person.subject, reason: 'lost' } : {};
  const opened = await post('remove/challenge', as, { credentialId, ...whose });
  if (opened.status !== 200) return opened;
  const { nonce, challenge } = opened.body;
  return post('remove', as, { nonce, assertion: as.key.assert({ challenge: String(challenge) }) });
}

const ownKeys = async (as: Persona) => {
  const { status, body } = await api.call('GET', '/api/passkeys', { as });
  expect(status).toBe(200);
  return body as { passkeys: Json[]; toConfirm: Json[] };
};

describe('a first key', () => {
  test('[PAPI-12] waits until another enrolled person has confirmed it', async () => {
    const finn = await api.persona('finn', ['finance-leads'], false);
    const { begun, key, told } = await enrol(finn);
    expect(begun).toMatchObject({ needs: 'confirmation' });
    expect(told).toMatchObject({ status: 200, body: { passkey: { status: 'waiting', label: 'phone' } } });
    const { code } = told.body;
    expect(code).toMatch(/^\w{4}-\w{4}$/);
    const { toConfirm } = await ownKeys(ben);
    expect(toConfirm).toContainEqual(
      expect.objectContaining({
        credentialId: key.credentialId,
        code,
        person: expect.objectContaining({ subject: 'finn' }),
      }),
    );
    expect((await ownKeys(finn)).toConfirm).toEqual([]);
    expect(await confirm(ben, finn, key.credentialId)).toMatchObject({
      status: 200,
      body: { passkey: { status: 'active', confirmedBy: { subject: 'ben' } } },
    });
    expect(await confirm(ben, finn, key.credentialId)).toMatchObject({ body: { code: 'passkey_unknown' } });
    const { body } = await api.call('GET', '/api/me', { as: finn });
    expect(body['passkeys']).toBe(1);
  });

  test('[PAPI-12] is not confirmed by its owner, by somebody without a key, or with another signature', async () => {
    const gil = await api.persona('gil', ['finance-leads'], false);
    const hana = await api.persona('hana', ['remit-administrators'], false);
    const { key } = await enrol(gil);
    expect(await confirm(gil, gil, key.credentialId)).toMatchObject({
      status: 403,
      body: { code: 'confirmer_not_qualified' },
    });
    expect(await confirm(hana, gil, key.credentialId)).toMatchObject({
      status: 403,
      body: { code: 'confirmer_not_qualified' },
    });
    const { issuer, subject } = gil.person;
    const { credentialId } = key;
    const { body } = await post('confirm/challenge', ben, { issuer, subject, credentialId, reason: 'met' });
    const assertion = dora.key.assert({ challenge: String(body['challenge']) });
    expect((await post('confirm', ben, { nonce: body['nonce'], assertion })).status).toBe(400);
    expect((await ownKeys(gil)).passkeys).toMatchObject([{ status: 'waiting' }]);
  });

  test('[PAPI-12] decides nothing while it waits, nor what was asked before it counted', async () => {
    const ivy = await api.persona('ivy', ['finance-leads'], false);
    const grantId = await api.ask();
    const path = `/api/approvals/${grantId}/challenge`;
    const { key } = await enrol(ivy);
    const ask = { as: ivy, body: { decision: 'approve' } };
    expect(await api.call('POST', path, ask)).toMatchObject({ body: { code: 'passkey_unknown' } });
    api.exchange.pass(1);
    await confirm(ben, ivy, key.credentialId);
    expect(await api.call('POST', path, ask)).toMatchObject({
      status: 403,
      body: { code: 'passkey_too_new' },
    });
  });
});

test('[PAPI-12] a further key needs the signature of one that counts', async () => {
  const { told: alone } = await enrol(dora);
  expect(alone).toMatchObject({ status: 400, body: { code: 'passkey_unknown' } });
  const { begun, told } = await enrol(dora, dora.key);
  expect(begun).toMatchObject({ needs: 'existing-key' });
  expect(told).toMatchObject({ status: 200, body: { passkey: { status: 'active' } } });
  expect(told.body['code']).toBeUndefined();
});

describe('a key that was lost', () => {
  test('[PAPI-12] is removed by its person with another key, or by an administrator', async () => {
    const jan = await api.persona('jan');
    const { key } = await enrol(jan, jan.key);
    expect(await remove(jan, key.credentialId)).toMatchObject({
      status: 200,
      body: { passkey: { status: 'removed', removedBy: { subject: 'jan' } } },
    });
    expect(await remove(ben, jan.key.credentialId, jan)).toMatchObject({
      status: 403,
      body: { code: 'role_missing' },
    });
    expect(await remove(dora, jan.key.credentialId, jan)).toMatchObject({
      status: 200,
      body: { passkey: { status: 'removed', removedBy: { subject: 'dora' } } },
    });
    expect((await ownKeys(jan)).passkeys.map((each) => each['status'])).toEqual(['removed', 'removed']);
  });
});

describe('the very first key', () => {
  const confirmDirectly = (confirm: unknown) => api.passkeys({ confirm });

  test('[PAPI-13] is confirmed by whoever may invoke the function, by its code', async () => {
    const kim = await api.persona('kim', ['remit-administrators'], false);
    const { told } = await enrol(kim);
    const code = String(told.body['code']).toLowerCase();
    const { issuer, subject } = kim.person;
    expect(await api.passkeys({ confirm: { issuer, subject, code } })).toMatchObject({
      code: 'reason_missing',
    });
    expect(await confirmDirectly({ issuer, subject, code: '0000-0000', reason: 'met' })).toMatchObject({
      code: 'passkey_unknown',
    });
    expect(await confirmDirectly({ issuer, subject, code, reason: 'met' })).toMatchObject({
      passkey: { status: 'active', confirmedBy: { subject: 'direct-invocation' } },
    });
    expect(api.lines.at(-1)).toMatchObject({ operation: 'confirm-directly', confirmedSubject: 'kim' });
    expect(await confirmDirectly({ issuer, subject, code, reason: 'met' })).toMatchObject({
      code: 'passkey_unknown',
    });
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'confirm'],
    ['no code', { confirm: { issuer: 'https://login.acme.dev', subject: 'kim' } }],
    ['more than that', { confirm: { issuer: 'x', subject: 'y', code: '0000-0000', role: 'z' } }],
    ['another act', { remove: { issuer: 'x', subject: 'y' } }],
  ])('[PAPI-13] %s confirms nothing', async (_, event) => {
    expect(await api.passkeys(event)).toMatchObject({ code: 'body_malformed' });
  });

  test('[PAPI-13] no HTTP request is a direct invocation', async () => {
    const body = { confirm: { issuer: 'https://login.acme.dev', subject: 'kim', code: '0000-0000' } };
    for (const path of ['/api/passkeys', '/api/passkeys/confirm', '/api/passkeys/enrol'])
      expect((await api.call('POST', path, { body })).status).toBeGreaterThanOrEqual(401);
  });
});

describe('what is not a passkey', () => {
  test.each([
    ['no label', 'enrol/challenge', {}],
    ['an empty label', 'enrol/challenge', { label: '  ' }],
    ['a label that hides text', 'enrol/challenge', { label: 'a\u202eb' }],
    ['a label as long as a book', 'enrol/challenge', { label: 'x'.repeat(65) }],
    ['a registration without its bytes', 'enrol', { nonce: 'abc', credential: { id: 'x' } }],
    ['half a person', 'remove/challenge', { credentialId: 'abc', subject: 'ada' }],
    ['an answer without a nonce', 'confirm', { assertion: {} }],
  ])('[PAPI-12] %s is refused', async (_, path, body) => {
    expect(await post(path, ben, body)).toMatchObject({ status: 400, body: { code: 'body_malformed' } });
  });

  test('[PAPI-12] a challenge of another step, another person, or an old one', async () => {
    const { nonce, options } = (await post('enrol/challenge', ben, { label: 'x' })).body as {
      nonce: string;
      options: { challenge: string };
    };
    const assertion = ben.key.assert({ challenge: options.challenge });
    expect(await post('remove', ben, { nonce, assertion })).toMatchObject({
      body: { code: 'challenge_unknown' },
    });
    const { body } = await post('remove/challenge', ben, { credentialId: ben.key.credentialId });
    const signed = ben.key.assert({ challenge: String(body['challenge']) });
    expect(await post('remove', dora, { nonce: body['nonce'], assertion: signed })).toMatchObject({
      body: { code: 'challenge_unknown' },
    });
  });
});
