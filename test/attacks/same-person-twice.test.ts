// One person makes a quorum of two: under two names, with two passkeys, with two pieces of evidence, or with a second
// decision of another kind.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../support/authenticator.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import { ENROLLED } from '../support/passkey-events.ts';
import { CONSOLE_ORIGIN, type Persona, samplePasskey } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben', ['finance-leads', 'incident-commanders']);
});
afterAll(() => tables.close());

test('[APPROVE-2] two pieces of evidence of one person, under two names', async () => {
  const first = await forgeApproval(scene, { grant: await scene.ask('two-people'), as: ben });
  const approver = { ...ben.person, name: 'Somebody else' };
  const row = await forgeApproval(scene, { grant: first, as: ben, approval: { approver } });
  expect(row.approvals).toHaveLength(2);
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'a person decides once',
  });
});

test('[APPROVE-2] two passkeys of one person', async () => {
  const chloe = await scene.persona('chloe');
  const phone = createAuthenticator(CONSOLE_ORIGIN);
  const passkeys = [...chloe.record.passkeys, samplePasskey(phone)];
  await scene.store.putPerson({ ...chloe.record, passkeys, version: 2 }, ENROLLED);
  const grant = await scene.ask('two-people');
  const other = await scene.sign({ grant, as: { ...chloe, key: phone } });
  await scene.decide({ grant, as: chloe });
  expect((await refusalOf(scene.send(other, { grant, as: chloe }))).code).toBe('decided_already');
});

test('[APPROVE-2] an approval and then a denial of the same person', async () => {
  const grant = await scene.ask('two-people');
  await scene.decide({ grant, as: ben });
  const refusal = await refusalOf(scene.decide({ grant, as: ben, decision: 'deny' }));
  expect(refusal.code).toBe('decided_already');
});

test('[APPROVE-2] one piece of evidence listed twice', async () => {
  const first = await forgeApproval(scene, { grant: await scene.ask('two-people'), as: ben });
  const row = { ...first, approvals: [...first.approvals, ...first.approvals] };
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'evidence is used once',
  });
});
