// A passkey that was lost and removed: it signs no decision, and approvals it gave before no longer open anything.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Passkey } from '../../src/core/people/person.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { ENROLLED } from '../support/passkey-events.ts';
import type { Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
});
afterAll(() => tables.close());

async function change({ person }: Persona, changes: Partial<Passkey>): Promise<void> {
  const record = await scene.store.findPerson(person);
  if (record === undefined) throw new Error('nobody');
  const passkeys = record.passkeys.map((each) => ({ ...each, ...changes }));
  await scene.store.putPerson({ ...record, passkeys, version: record.version + 1 }, ENROLLED);
}

test.each([
  ['removed', { status: 'removed', removedAt: new Date('2026-11-24T10:00:00.000Z') }],
  ['removed by its time alone', { removedAt: new Date('2026-11-24T10:00:00.000Z') }],
  ['removed by its status alone', { status: 'removed' }],
] as const)('[APPROVE-14] %s, between the challenge and the answer', async (name, changes) => {
  const ben = await scene.persona(`signer ${name}`);
  const grant = await scene.ask();
  const signed = await scene.sign({ grant, as: ben });
  await change(ben, changes);
  expect((await refusalOf(scene.send(signed, { grant, as: ben }))).code).toBe('passkey_unknown');
});

test.each([
  ['removed', { status: 'removed', removedAt: new Date('2026-11-24T10:00:00.000Z') }],
  ['removed by its time alone', { removedAt: new Date('2026-11-24T10:00:00.000Z') }],
] as const)('[APPROVE-12] %s, after the approval and before the lease', async (name, changes) => {
  const ben = await scene.persona(`approver ${name}`);
  const row = await scene.decide({ grant: await scene.ask(), as: ben });
  await scene.verify(row);
  await change(ben, changes);
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'passkey' });
});
