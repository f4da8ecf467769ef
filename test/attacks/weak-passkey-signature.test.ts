// Signatures that a passkey would give for something else: for a registration, by another key, in another encoding.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../support/authenticator.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import { CONSOLE_ORIGIN, type Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben');
});
afterAll(() => tables.close());

test.each([
  ['the type of a registration', { clientData: { type: 'webauthn.create' } }],
  ['the type of a payment', { clientData: { type: 'payment.get' } }],
  ['an empty challenge', { challenge: '' }],
])('[APPROVE-14] %s', async (_, ceremony) => {
  const grant = await scene.ask();
  const refusal = await refusalOf(scene.decide({ grant, as: ben, ceremony }));
  expect(refusal.code).toBe('passkey_rejected');
  expect((await scene.row(grant)).approvals).toEqual([]);
  const row = await forgeApproval(scene, { grant, as: ben, ceremony });
  expect((await refusalOf(scene.verify(row))).code).toBe('approval_invalid');
});

test('[APPROVE-14] another key under the credential id of the person’s', async () => {
  const grant = await scene.ask();
  const key = createAuthenticator(CONSOLE_ORIGIN, ben.key.credentialId);
  const signed = await scene.sign({ grant, as: { ...ben, key } });
  expect((await refusalOf(scene.send(signed, { grant, as: ben }))).code).toBe('passkey_rejected');
  const row = await forgeApproval(scene, { grant, as: ben, key });
  expect((await refusalOf(scene.verify(row))).code).toBe('approval_invalid');
});

test('[APPROVE-14] the passkey of somebody else', async () => {
  const chloe = await scene.persona('chloe');
  const grant = await scene.ask();
  const signed = await scene.sign({ grant, as: { ...ben, key: chloe.key } });
  expect((await refusalOf(scene.send(signed, { grant, as: ben }))).code).toBe('passkey_unknown');
  const row = await forgeApproval(scene, { grant, as: ben, key: chloe.key });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'passkey' });
});

test.each([
  ['padding', (text: string) => `${text}=`],
  ['standard base 64', (text: string) => `+/${text.slice(2)}`],
  ['nothing', () => ''],
  ['much', () => 'A'.repeat(10_000)],
  ['a short rest', () => 'AAAA'],
])('[APPROVE-14] members of the assertion with %s', async (_, change) => {
  const grant = await scene.ask();
  for (const member of ['authenticatorData', 'clientDataJSON', 'signature'] as const) {
    const { nonce, assertion } = await scene.sign({ grant, as: ben });
    const changed = { nonce, assertion: { ...assertion, [member]: change(assertion[member]) } };
    expect((await refusalOf(scene.send(changed, { grant, as: ben }))).code).toBe('passkey_rejected');
  }
});

test('[APPROVE-14] client data with a member twice', async () => {
  const grant = await scene.ask();
  const { nonce, assertion } = await scene.sign({ grant, as: ben });
  const text = Buffer.from(assertion.clientDataJSON, 'base64url').toString();
  const twice = Buffer.from(text.replace('{', '{"origin":"https://evil.example",')).toString('base64url');
  const changed = { nonce, assertion: { ...assertion, clientDataJSON: twice } };
  expect((await refusalOf(scene.send(changed, { grant, as: ben }))).code).toBe('passkey_rejected');
});
