// Passkeys come, are confirmed and go, over the real store.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  beginConfirmation,
  confirmByInvocation,
  confirmPasskey,
  DIRECT_INVOCATION,
} from '../../../src/core/people/confirm.ts';
import { beginEnrolment, finishEnrolment } from '../../../src/core/people/enrol.ts';
import { listPasskeys } from '../../../src/core/people/list-passkeys.ts';
import { passkeyChallenge } from '../../../src/core/people/passkey-texts.ts';
import type { PersonKey } from '../../../src/core/people/person.ts';
import { beginRemoval, removePasskey } from '../../../src/core/people/remove.ts';
import { createAuthenticator, USER_PRESENT } from '../../support/authenticator.ts';
import { REQUEST } from '../../support/passkey-events.ts';
import { type PasskeyScene, startPasskeys } from '../../support/passkeys.ts';
import { CONSOLE_ORIGIN, createPersona, type Persona } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let scene: PasskeyScene;
let ben: Persona;
let dora: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = startPasskeys(tables);
  ben = await scene.persona('ben');
  dora = await scene.persona('dora', ['remit-administrators']);
});
afterAll(() => tables.close());

const fresh = (subject: string) => scene.persona(subject, ['finance-leads'], false);
const code = async (call: Promise<unknown>) => (await refusalOf(call)).code;

describe('a first key', () => {
  test('[PEOPLE-7] waits until somebody else with a key has compared its code and signed', async () => {
    const finn = await fresh('finn');
    const { passkey, code: told, key } = await scene.enrol({ as: finn });
    expect(passkey).toMatchObject({ status: 'waiting', label: 'phone' });
    const own = await listPasskeys(scene.deps, await finn.verified());
    expect(own).toMatchObject({ passkeys: [{ status: 'waiting', code: told }], toConfirm: [] });
    const { toConfirm } = await listPasskeys(scene.deps, await ben.verified());
    expect(toConfirm).toContainEqual(expect.objectContaining({ code: told, publicKey: key.publicKey }));
    expect(await scene.confirm(ben, finn, key.credentialId)).toMatchObject({
      status: 'active',
      confirmedBy: ben.person,
    });
    expect(await code(scene.confirm(ben, finn, key.credentialId))).toBe('passkey_unknown');
  });

  test('[PEOPLE-7] is not confirmed by its person, however many keys and roles that one has', async () => {
    const gil = await fresh('gil');
    const { key } = await scene.enrol({ as: gil });
    expect(await code(scene.confirm({ ...gil, key }, gil, key.credentialId))).toBe('confirmer_not_qualified');
    // of two that wait one counts by now: it does not confirm the other
    const second = await scene.enrol({ as: gil });
    await scene.confirm(ben, gil, key.credentialId);
    const own = scene.confirm({ ...gil, key }, gil, second.key.credentialId);
    expect(await code(own)).toBe('confirmer_not_qualified');
    const hana = await scene.persona('hana', ['remit-administrators'], false);
    expect(await code(scene.confirm(hana, gil, second.key.credentialId))).toBe('confirmer_not_qualified');
  });

  test('[PEOPLE-15] is confirmed with how they know whose it is, which is signed and stays with it', async () => {
    const vera = await fresh('vera');
    const { key } = await scene.enrol({ as: vera });
    const { credentialId } = key;
    expect(await code(scene.confirm(ben, vera, credentialId, ' '))).toBe('reason_missing');
    const person = await ben.verified();
    const asked = { person, of: vera.person, credentialId };
    const { nonce } = await beginConfirmation(scene.deps, { ...asked, reason: 'met at the gate' });
    const { challenge } = await beginConfirmation(scene.deps, { ...asked, reason: 'video call' });
    const answer = { person, nonce, assertion: ben.key.assert({ challenge }) };
    expect(await code(confirmPasskey(scene.deps, answer, REQUEST))).toBe('passkey_rejected');
    expect(await scene.confirm(ben, vera, credentialId, 'met at the gate')).toMatchObject({
      confirmationReason: 'met at the gate',
    });
  });

  test('[PEOPLE-7] is not confirmed by somebody whose key was removed after the question', async () => {
    const [ivy, jan] = [await fresh('ivy'), await scene.persona('jan')];
    const { key } = await scene.enrol({ as: ivy });
    const person = await jan.verified();
    const asked = { person, of: ivy.person, credentialId: key.credentialId, reason: 'met' };
    const { nonce, challenge } = await beginConfirmation(scene.deps, asked);
    await scene.remove(jan, jan.key.credentialId);
    const assertion = jan.key.assert({ challenge });
    expect(await code(confirmPasskey(scene.deps, { person, nonce, assertion }, REQUEST))).toBe(
      'confirmer_not_qualified',
    );
  });

  test('[PEOPLE-13] that is removed in the moment of its confirmation stays removed', async () => {
    const una = await fresh('una');
    const { key } = await scene.enrol({ as: una });
    let looks = 0;
    const people = {
      ...scene.store,
      // the first look finds it waiting, the one before the write no longer
      findPerson: async (of: PersonKey) => {
        if (of.subject === 'una') looks += 1;
        if (of.subject === 'una' && looks === 2) await scene.remove(dora, key.credentialId, una);
        return scene.store.findPerson(of);
      },
    };
    const person = await ben.verified();
    const asked = { person, of: una.person, credentialId: key.credentialId, reason: 'met' };
    const { nonce, challenge } = await beginConfirmation(scene.deps, asked);
    const answer = { person, nonce, assertion: ben.key.assert({ challenge }) };
    expect(await code(confirmPasskey({ ...scene.deps, people }, answer, REQUEST))).toBe('passkey_unknown');
    expect((await scene.store.findPerson(una.person))?.passkeys[0]?.status).toBe('removed');
  });

  test('[PEOPLE-8] the very first of all is confirmed by its code, by whoever may invoke the function', async () => {
    const kim = await fresh('kim');
    const { code: told = '' } = await scene.enrol({ as: kim });
    const confirm = (of: PersonKey, given: string, reason?: string) =>
      confirmByInvocation(scene.deps, { of, code: given, reason }, REQUEST);
    for (const wrong of ['', '0000-0000', told.toLowerCase().slice(1)])
      expect(await code(confirm(kim.person, wrong, 'met'))).toBe('passkey_unknown');
    expect(await code(confirm(ben.person, told, 'met'))).toBe('passkey_unknown');
    for (const nothing of [undefined, ' \n'])
      expect(await code(confirm(kim.person, told, nothing))).toBe('reason_missing');
    expect(await confirm(kim.person, told, ' met ')).toMatchObject({
      status: 'active',
      confirmedBy: DIRECT_INVOCATION,
      confirmationReason: 'met',
    });
    expect(await code(confirm(kim.person, told, 'met'))).toBe('passkey_unknown');
  });
});

describe('a further key', () => {
  test('[PEOPLE-9] counts at once when a key that counts has signed it', async () => {
    const lea = await scene.persona('lea');
    expect((await scene.enrol({ as: lea, vouching: lea.key })).passkey).toMatchObject({
      status: 'active',
      confirmedBy: lea.person,
    });
  });

  test('[PEOPLE-9] without a signature, or by a key that does not count, there is none', async () => {
    const max = await scene.persona('max');
    expect(await code(scene.enrol({ as: max }))).toBe('passkey_unknown');
    const stray = createAuthenticator(CONSOLE_ORIGIN);
    expect(await code(scene.enrol({ as: max, vouching: stray }))).toBe('passkey_unknown');
    expect(await code(scene.enrol({ as: max, vouching: ben.key }))).toBe('passkey_unknown');
    expect(await code(scene.enrol({ as: max, key: stray, vouching: stray }))).toBe('passkey_unknown');
  });
});

describe('credential ids', () => {
  test('[PEOPLE-10] a removed one never comes back, for nobody', async () => {
    const [nia, oli] = [await scene.persona('nia'), await fresh('oli')];
    const { key } = await scene.enrol({ as: nia, vouching: nia.key });
    expect(await scene.remove(nia, key.credentialId)).toMatchObject({ status: 'removed' });
    expect(await code(scene.enrol({ as: nia, key, vouching: nia.key }))).toBe('passkey_rejected');
    expect(await code(scene.enrol({ as: oli, key }))).toBe('passkey_rejected');
    expect(await code(scene.remove(nia, key.credentialId))).toBe('passkey_unknown');
  });

  test('[PEOPLE-10] one is of one person, also with two who enrol it at once', async () => {
    const [pia, quin] = [await fresh('pia'), await fresh('quin')];
    const key = createAuthenticator(CONSOLE_ORIGIN);
    const both = await Promise.allSettled([pia, quin].map((as) => scene.enrol({ as, key })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('challenges', () => {
  test('[PEOPLE-11] each is for one person, one purpose, once, and for two minutes', async () => {
    const rob = await fresh('rob');
    const { key } = await scene.enrol({ as: rob });
    const person = await ben.verified();
    const { deps } = scene;
    const asked = { person, of: rob.person, credentialId: key.credentialId, reason: 'met' };
    const confirming = await beginConfirmation(deps, asked);
    const assertion = ben.key.assert({ challenge: confirming.challenge });
    const answer = { person, nonce: confirming.nonce, assertion };
    expect(await code(removePasskey(deps, answer, REQUEST))).toBe('challenge_unknown');
    expect(await code(confirmPasskey(deps, answer, REQUEST))).toBe('challenge_unknown');
    const again = await beginConfirmation(deps, asked);
    const other = { person: await dora.verified(), nonce: again.nonce };
    const stolen = { ...other, assertion: dora.key.assert({ challenge: again.challenge }) };
    expect(await code(confirmPasskey(deps, stolen, REQUEST))).toBe('challenge_unknown');
    const removal = await beginRemoval(deps, { person, credentialId: ben.key.credentialId });
    const mixed = ben.key.assert({ challenge: removal.challenge });
    const third = await beginConfirmation(deps, asked);
    expect(await code(confirmPasskey(deps, { person, nonce: third.nonce, assertion: mixed }, REQUEST))).toBe(
      'passkey_rejected',
    );
  });

  test('[PEOPLE-11] one of two minutes ago is worth nothing', async () => {
    const own = startPasskeys(tables);
    const sam = await own.persona('sam', [], false);
    const person = await sam.verified();
    const { nonce, options } = await beginEnrolment(own.deps, { person, label: 'x' });
    const credential = createAuthenticator(CONSOLE_ORIGIN).register({ challenge: options.challenge });
    own.pass(120);
    expect(await code(finishEnrolment(own.deps, { person, nonce, credential }, REQUEST))).toBe(
      'challenge_unknown',
    );
  });

  test('[PEOPLE-11] a registration needs the person verified, this site and this challenge', async () => {
    const tim = await fresh('tim');
    const person = await tim.verified();
    for (const ceremony of [
      { flags: USER_PRESENT },
      { origin: 'https://evil.example' },
      { rpId: 'acme.dev' },
      { challenge: Buffer.from('other').toString('base64url') },
      { clientData: { crossOrigin: true } },
      { clientData: { type: 'webauthn.get' } },
    ]) {
      const { nonce, options } = await beginEnrolment(scene.deps, { person, label: 'x' });
      const key = createAuthenticator(CONSOLE_ORIGIN);
      const credential = key.register({ challenge: options.challenge, ...ceremony });
      expect(await code(finishEnrolment(scene.deps, { person, nonce, credential }, REQUEST))).toBe(
        'passkey_rejected',
      );
    }
  });
});

describe('removal', () => {
  test('[PEOPLE-12] by its person with any own key, or by an administrator; by nobody else', async () => {
    const uma = await scene.persona('uma');
    const { credentialId } = uma.key;
    expect(await code(scene.remove(ben, credentialId, uma))).toBe('role_missing');
    expect(await scene.remove(dora, credentialId, uma)).toMatchObject({
      status: 'removed',
      removedBy: dora.person,
    });
  });

  test('[PEOPLE-15] of another person’s key needs a reason, which stays with the key', async () => {
    const { key, person } = await scene.persona('xander');
    const { credentialId } = key;
    for (const reason of [undefined, '', ' \n '])
      expect(await code(scene.remove(dora, credentialId, { person, reason }))).toBe('reason_missing');
    for (const reason of ['x'.repeat(501), 'lost\u202e'])
      expect(await code(scene.remove(dora, credentialId, { person, reason }))).toBe('body_malformed');
    expect((await scene.store.findPerson(person))?.passkeys[0]?.status).toBe('active');
    const removed = await scene.remove(dora, credentialId, { person, reason: ' lost on the train\n' });
    expect(removed.removalReason).toBe('lost on the train');
    const own = await scene.persona('yan');
    expect(await scene.remove(own, own.key.credentialId)).not.toHaveProperty('removalReason');
  });

  test('[PEOPLE-12] an administrator who is one no longer when it is signed', async () => {
    const vic = await scene.persona('vic');
    const asked = {
      person: await dora.verified(),
      credentialId: vic.key.credentialId,
      of: vic.person,
      reason: 'lost',
    };
    const { nonce, challenge } = await beginRemoval(scene.deps, asked);
    const demoted = await createPersona(scene.people, 'dora', []).verified();
    const answer = { person: demoted, nonce, assertion: dora.key.assert({ challenge }) };
    expect(await code(removePasskey(scene.deps, answer, REQUEST))).toBe('role_missing');
  });
});

test('[PEOPLE-13] two changes of one person at once are both kept', async () => {
  const wes = await scene.persona('wes');
  const [one, other] = await Promise.all([1, 2].map(() => scene.enrol({ as: wes, vouching: wes.key })));
  const ids = (await scene.store.findPerson(wes.person))?.passkeys.map(({ credentialId }) => credentialId);
  expect(ids).toEqual(
    expect.arrayContaining([wes.key.credentialId, one?.key.credentialId, other?.key.credentialId]),
  );
});

test('[PEOPLE-13] a key that is removed while it vouches adds none', async () => {
  const xia = await scene.persona('xia');
  const claim: typeof scene.store.claimCredential = async (...asked) => {
    await scene.remove(xia, xia.key.credentialId);
    return scene.store.claimCredential(...asked);
  };
  const person = await xia.verified();
  const deps = { ...scene.deps, people: { ...scene.store, claimCredential: claim } };
  const { nonce, options, existing } = await beginEnrolment(deps, { person, label: 'phone' });
  const credential = createAuthenticator(CONSOLE_ORIGIN).register({ challenge: options.challenge });
  const challenge = passkeyChallenge(
    'remit/passkey-add/v1',
    {
      nonce,
      person: xia.person,
      terms: { kind: 'enrol', label: 'phone' },
      expiresAt: existing?.expiresAt ?? new Date(0),
    },
    { attestationObject: credential.response.attestationObject },
  );
  const vouched = xia.key.assert({ challenge });
  expect(await code(finishEnrolment(deps, { person, nonce, credential, existing: vouched }, REQUEST))).toBe(
    'passkey_unknown',
  );
});

test('[PEOPLE-13] a person has ten keys at most', async () => {
  const yan = await fresh('yan');
  for (let count = 0; count < 10; count += 1) await scene.enrol({ as: yan });
  expect(await code(scene.enrol({ as: yan }))).toBe('passkeys_full');
});
