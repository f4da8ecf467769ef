// Somebody who has a person's sign-in for a while enrols a key of their own before that person has one. It waits, and
// later, when the person's own key counts, it is confirmed by whoever can be talked into it: a key that decides in the
// person's name, which no key of the person ever signed for.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginConfirmation, confirmByInvocation, confirmPasskey } from '../../src/core/people/confirm.ts';
import { beginEnrolment, finishEnrolment } from '../../src/core/people/enrol.ts';
import { listPasskeys } from '../../src/core/people/list-passkeys.ts';
import type { PersonKey } from '../../src/core/people/person.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { REQUEST } from '../support/passkey-events.ts';
import { type PasskeyScene, startPasskeys } from '../support/passkeys.ts';
import { CONSOLE_ORIGIN, type Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

const DAY = 86_400;

let tables: Tables;
let scene: PasskeyScene;
let dora: Persona;
let eve: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = startPasskeys(tables);
  dora = await scene.persona('dora', ['remit-administrators']);
  eve = await scene.persona('eve', []);
});
afterAll(() => tables.close());

const newcomer = (subject: string) => scene.persona(subject, ['finance-leads'], false);
const keysOf = async (of: Persona) => (await scene.store.findPerson(of.person))?.passkeys ?? [];
const countingOf = async (of: Persona) => (await keysOf(of)).filter(({ status }) => status === 'active');

test('[PEOPLE-16] confirmed after the own key of the person counts', async () => {
  const bob = await newcomer('bob');
  const planted = await scene.enrol({ as: bob, label: 'planted' });
  scene.pass(1);
  const own = await scene.enrol({ as: bob, label: 'own' });
  scene.pass(1);
  await scene.confirm(dora, bob, own.passkey.credentialId);
  const late = await refusalOf(scene.confirm(eve, bob, planted.passkey.credentialId));
  expect(late.code).toBe('passkey_unknown');
  const asked = { of: bob.person, code: planted.code ?? '', reason: 'break-glass' };
  expect((await refusalOf(confirmByInvocation(scene.deps, asked, REQUEST))).code).toBe('passkey_unknown');
  expect((await listPasskeys(scene.deps, eve)).toConfirm.map(({ label }) => label)).not.toContain('planted');
  const { passkeys } = await listPasskeys(scene.deps, bob);
  expect(passkeys.find(({ label }) => label === 'planted')).toMatchObject({ status: 'lapsed' });

  // nor after the person has lost the own one
  await scene.remove(dora, own.passkey.credentialId, { person: bob.person, reason: 'lost' });
  expect((await refusalOf(scene.confirm(eve, bob, planted.passkey.credentialId))).code).toBe(
    'passkey_unknown',
  );
  scene.pass(1);
  const next = await scene.enrol({ as: bob, label: 'next' });
  expect(await scene.confirm(dora, bob, next.passkey.credentialId)).toMatchObject({ status: 'active' });
  expect(await countingOf(bob)).toHaveLength(1);
});

test('[PEOPLE-16] asked for before, and answered after, the own key was confirmed', async () => {
  const cleo = await newcomer('cleo');
  const planted = await scene.enrol({ as: cleo, label: 'planted' });
  const own = await scene.enrol({ as: cleo, label: 'own' });
  const person = await eve.verified();
  const asked = { person, of: cleo.person, credentialId: planted.passkey.credentialId, reason: 'met' };
  const { nonce, challenge } = await beginConfirmation(scene.deps, asked);
  await scene.confirm(dora, cleo, own.passkey.credentialId);
  const answer = { person, nonce, assertion: eve.key.assert({ challenge }) };
  expect((await refusalOf(confirmPasskey(scene.deps, answer, REQUEST))).code).toBe('passkey_unknown');
});

test('[PEOPLE-16] both confirmed in the same moment: one of them counts', async () => {
  const finn = await newcomer('finn');
  const two = [await scene.enrol({ as: finn, label: 'a' }), await scene.enrol({ as: finn, label: 'b' })];
  const [one, other] = two.map(({ passkey }) => passkey.credentialId) as [string, string];
  let looks = 0;
  const people = {
    ...scene.store,
    // both are waiting when it is looked at; before the write the other has come first
    findPerson: async (of: PersonKey) => {
      const found = await scene.store.findPerson(of);
      if (of.subject === 'finn') looks += 1;
      if (of.subject === 'finn' && looks === 2) await scene.confirm(dora, finn, other);
      return found;
    },
  };
  const person = await eve.verified();
  const asked = { person, of: finn.person, credentialId: one, reason: 'met' };
  const { nonce, challenge } = await beginConfirmation(scene.deps, asked);
  const answer = { person, nonce, assertion: eve.key.assert({ challenge }) };
  const refused = await refusalOf(confirmPasskey({ ...scene.deps, people }, answer, REQUEST));
  expect([refused.code, looks]).toEqual(['passkey_unknown', 3]);
  expect((await countingOf(finn)).map(({ credentialId }) => credentialId)).toEqual([other]);
});

test('[PEOPLE-16] enrolled as a first key, and finished after the own one was confirmed', async () => {
  const hugo = await newcomer('hugo');
  const own = await scene.enrol({ as: hugo, label: 'own' });
  let looks = 0;
  const people = {
    ...scene.store,
    // none counts when it is asked whether one has to sign; before the write one does
    findPerson: async (of: PersonKey) => {
      looks += 1;
      if (looks === 2) await scene.confirm(dora, hugo, own.passkey.credentialId);
      return scene.store.findPerson(of);
    },
  };
  const key = createAuthenticator(CONSOLE_ORIGIN);
  const person = await hugo.verified();
  const { nonce, options } = await beginEnrolment(scene.deps, { person, label: 'planted' });
  const credential = key.register({ challenge: options.challenge });
  const finishing = finishEnrolment({ ...scene.deps, people }, { person, nonce, credential }, REQUEST);
  expect((await refusalOf(finishing)).code).toBe('passkey_unknown');
  expect(await keysOf(hugo)).toHaveLength(1);
});

test('[PEOPLE-17] after a week nobody can confirm it, and it takes no room from the person’s own', async () => {
  const ivy = await newcomer('ivy');
  const planted = [];
  for (let each = 0; each < 10; each += 1) planted.push(await scene.enrol({ as: ivy, label: `x${each}` }));
  expect((await refusalOf(scene.enrol({ as: ivy, label: 'own' }))).code).toBe('passkeys_full');
  const [first] = planted;
  if (first === undefined) throw new Error('none');
  scene.pass(7 * DAY - 1);
  expect((await listPasskeys(scene.deps, eve)).toConfirm.map(({ label }) => label)).toContain('x0');
  scene.pass(1);
  expect((await listPasskeys(scene.deps, eve)).toConfirm.map(({ label }) => label)).not.toContain('x0');
  expect((await listPasskeys(scene.deps, ivy)).passkeys.map(({ status }) => status)).toEqual(
    Array.from({ length: 10 }, () => 'lapsed'),
  );
  expect((await refusalOf(scene.confirm(eve, ivy, first.passkey.credentialId))).code).toBe('passkey_unknown');
  const asked = { of: ivy.person, code: first.code ?? '', reason: 'break-glass' };
  expect((await refusalOf(confirmByInvocation(scene.deps, asked, REQUEST))).code).toBe('passkey_unknown');
  const own = await scene.enrol({ as: ivy, label: 'own' });
  expect((await keysOf(ivy)).map(({ label }) => label)).toEqual(['own']);
  expect(await scene.confirm(dora, ivy, own.passkey.credentialId)).toMatchObject({ status: 'active' });
});
