// A passkey that was enrolled after the request, by whoever got hold of an ID token: it does not decide what waited
// already, however the times on the rows are written.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../support/authenticator.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import { ENROLLED } from '../support/passkey-events.ts';
import { CONSOLE_ORIGIN, createPersona, samplePasskey } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
});
afterAll(() => tables.close());

/** A person whose one passkey counts since so many milliseconds after now. */
async function enrolledAfter(subject: string, milliseconds: number) {
  const persona = createPersona(scene.people, subject);
  const activeSince = new Date(scene.exchange.deps.clock().getTime() + milliseconds);
  const passkeys = [samplePasskey(persona.key, { enrolledAt: activeSince, activeSince })];
  await scene.store.putPerson({ person: persona.person, passkeys, version: 1 }, ENROLLED);
  return persona;
}

test('[APPROVE-14] a passkey of the moment of the request decides, one of a millisecond later does not', async () => {
  const same = await enrolledAfter('same', 0);
  const later = await enrolledAfter('later', 1);
  const grant = await scene.ask();
  expect((await refusalOf(scene.decide({ grant, as: later }))).code).toBe('passkey_too_new');
  const row = await forgeApproval(scene, { grant, as: later });
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'passkey is newer than the request',
  });
  expect(await scene.decide({ grant, as: same })).toMatchObject({ status: 'approved' });
});

test('[APPROVE-14] of an older and a newer passkey only the older is asked for, and only it counts', async () => {
  const ben = await scene.persona('ben');
  const grant = await scene.ask();
  const phone = createAuthenticator(CONSOLE_ORIGIN);
  const record = await scene.store.findPerson(ben.person);
  const activeSince = new Date(scene.exchange.deps.clock().getTime() + 1);
  const passkeys = [...ben.record.passkeys, samplePasskey(phone, { activeSince })];
  await scene.store.putPerson(
    { person: ben.person, passkeys, version: (record?.version ?? 0) + 1 },
    ENROLLED,
  );
  const signed = await scene.sign({ grant, as: { ...ben, key: phone } });
  expect((await refusalOf(scene.send(signed, { grant, as: ben }))).code).toBe('passkey_unknown');
  expect(await scene.decide({ grant, as: ben })).toMatchObject({ status: 'approved' });
});

test('[APPROVE-14] the time of the request rewritten on the row', async () => {
  const later = await enrolledAfter('eager', 1);
  const grant = await scene.ask();
  const requestedAt = new Date(grant.requestedAt.getTime() + 1);
  const row = await forgeApproval(scene, { grant: { ...grant, requestedAt }, as: later });
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'request_damaged: facts of another grant',
  });
});

test('[APPROVE-14] a passkey that waits for its confirmation', async () => {
  const grace = createPersona(scene.people, 'grace');
  const { activeSince: _, ...waiting } = samplePasskey(grace.key, { status: 'waiting' });
  await scene.store.putPerson({ person: grace.person, passkeys: [waiting], version: 1 }, ENROLLED);
  const grant = await scene.ask();
  expect((await refusalOf(scene.decide({ grant, as: grace }))).code).toBe('passkey_unknown');
  const row = await forgeApproval(scene, { grant, as: grace });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'passkey' });
});
