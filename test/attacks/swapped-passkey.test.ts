// Another key is slipped in: while a person vouches for a new one, while somebody confirms a first one, or by a key that
// was made to have the same short code.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginConfirmation, confirmByInvocation, confirmPasskey } from '../../src/core/people/confirm.ts';
import { passkeyCode } from '../../src/core/people/passkey-texts.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { ENROLLED, REQUEST } from '../support/passkey-events.ts';
import { type PasskeyScene, startPasskeys } from '../support/passkeys.ts';
import { CONSOLE_ORIGIN, samplePasskey } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: PasskeyScene;

beforeAll(async () => {
  tables = await startTables();
  scene = startPasskeys(tables);
});
afterAll(() => tables.close());

test('[PEOPLE-9] the vouching key has signed one key, another is sent', async () => {
  const ben = await scene.persona('ben');
  const [shown, key] = [createAuthenticator(CONSOLE_ORIGIN), createAuthenticator(CONSOLE_ORIGIN)];
  const refusal = await refusalOf(scene.enrol({ as: ben, key, vouching: ben.key, shown }));
  expect(refusal.code).toBe('passkey_rejected');
  expect((await scene.store.findPerson(ben.person))?.passkeys).toHaveLength(1);
});

test('[PEOPLE-9] another key under the credential id that was signed', async () => {
  const chloe = await scene.persona('chloe');
  const shown = createAuthenticator(CONSOLE_ORIGIN);
  const key = createAuthenticator(CONSOLE_ORIGIN, shown.credentialId);
  const refusal = await refusalOf(scene.enrol({ as: chloe, key, vouching: chloe.key, shown }));
  expect(refusal.code).toBe('passkey_rejected');
});

test('[PEOPLE-7] the key on the row changes between the question and the confirmation', async () => {
  const [dora, eli] = [await scene.persona('dora'), await scene.persona('eli', [], false)];
  const { key } = await scene.enrol({ as: eli });
  const person = await dora.verified();
  const asked = { person, of: eli.person, credentialId: key.credentialId, reason: 'met' };
  const { nonce, challenge } = await beginConfirmation(scene.deps, asked);
  const record = await scene.store.findPerson(eli.person);
  if (record === undefined) throw new Error('nobody');
  const { publicKey } = createAuthenticator(CONSOLE_ORIGIN);
  const passkeys = record.passkeys.map((each) => ({ ...each, publicKey }));
  await scene.store.putPerson({ ...record, passkeys, version: record.version + 1 }, ENROLLED);
  const answer = { person, nonce, assertion: dora.key.assert({ challenge }) };
  expect((await refusalOf(confirmPasskey(scene.deps, answer, REQUEST))).code).toBe('passkey_rejected');
});

test('[PEOPLE-8] two waiting keys of one code are both not confirmed by it', async () => {
  const fay = await scene.persona('fay', [], false);
  const { activeSince: _, ...waiting } = samplePasskey(createAuthenticator(CONSOLE_ORIGIN), {
    status: 'waiting',
  });
  // the same material twice stands for a collision, which takes hours to make
  const passkeys = [waiting, { ...waiting, label: 'look-alike' }];
  await scene.store.putPerson({ person: fay.person, passkeys, version: 1 }, ENROLLED);
  const asked = { of: fay.person, code: passkeyCode(fay.person, waiting), reason: 'met' };
  expect((await refusalOf(confirmByInvocation(scene.deps, asked, REQUEST))).code).toBe('passkey_unknown');
});
