// A passkey that was touched, and did not verify the person (PIN, fingerprint, face): whoever holds the device is not
// the approver.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { USER_PRESENT, USER_VERIFIED } from '../support/authenticator.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import type { Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

/** Of authenticator data: behind the hash of the relying party's id. */
const FLAGS_AT = 32;

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
  ['user verification missing', { flags: USER_PRESENT }],
  ['user presence missing', { flags: USER_VERIFIED }],
  ['no flag at all', { flags: 0 }],
])(
  '[APPROVE-14] %s: neither the decision endpoint nor the issuing function takes it',
  async (_, ceremony) => {
    const grant = await scene.ask();
    const refusal = await refusalOf(scene.decide({ grant, as: ben, ceremony }));
    expect(refusal.code).toBe('passkey_rejected');
    expect((await scene.row(grant)).approvals).toEqual([]);
    const row = await forgeApproval(scene, { grant, as: ben, ceremony });
    expect((await refusalOf(scene.verify(row))).code).toBe('approval_invalid');
  },
);

test('[APPROVE-14] the flag set afterwards is not what was signed', async () => {
  const grant = await scene.ask();
  const { nonce, assertion } = await scene.sign({ grant, as: ben, ceremony: { flags: USER_PRESENT } });
  const data = Buffer.from(assertion.authenticatorData, 'base64url');
  data[FLAGS_AT] = USER_PRESENT | USER_VERIFIED;
  const changed = { nonce, assertion: { ...assertion, authenticatorData: data.toString('base64url') } };
  expect((await refusalOf(scene.send(changed, { grant, as: ben }))).code).toBe('passkey_rejected');
  expect((await scene.row(grant)).approvals).toEqual([]);
});
