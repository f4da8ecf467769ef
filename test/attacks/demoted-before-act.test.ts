// Somebody who may no longer do an act signs it all the same: demoted, no longer the owner, or with a passkey that has
// gone, between the challenge and the signature.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActScene, startActs } from '../support/acts.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: ActScene;
beforeAll(async () => {
  tables = await startTables();
  scene = await startActs(tables);
});
afterAll(() => tables.close());

const target = 'sibling-agent';
const retire = { act: 'agent.retire', target, reason: 'no longer needed' };

test.each([
  ['to an operator', ['remit-operators']],
  ['to a viewer', ['auditors']],
  ['to nothing', []],
])('[PAPI-17] an administrator who was demoted %s does not retire', async (_, groups) => {
  const { dora } = scene;
  const { nonce, challenge } = await scene.open(dora, retire);
  const assertion = dora.key.assert({ challenge });
  const answer = await scene.sendAs(dora, groups, { nonce, assertion });
  expect(answer).toMatchObject({ status: 403, body: { code: 'role_missing' } });
  expect(await scene.statusOf(target)).toBe('active');
});

test('[PAPI-17] an operator who was demoted does not kill', async () => {
  const { olga } = scene;
  const kill = { act: 'agent.kill', target, reason: 'it behaves oddly' };
  const { nonce, challenge } = await scene.open(olga, kill);
  const answer = await scene.sendAs(olga, ['auditors'], { nonce, assertion: olga.key.assert({ challenge }) });
  expect(answer.body['code']).toBe('role_missing');
  expect(await scene.statusOf(target)).toBe('active');
});

test('[PAPI-17] somebody who owned the agent when the review was opened does not confirm it for the next owner', async () => {
  const { api, dora } = scene;
  const owner = await api.persona('grace-of-today', []);
  const transfer = (to: typeof owner) => ({
    act: 'agent.transfer',
    target,
    reason: 'moved',
    details: { owner: to.person },
  });
  expect((await scene.sign(dora, transfer(owner))).status).toBe(200);
  const shown = (await api.call('GET', `/api/reviews/${target}`, { as: owner })).body;
  const details = { reviewDigest: shown['reviewDigest'] };
  const review = { act: 'review.confirm', target, reason: 'all of it is used', details };
  const { nonce, challenge } = await scene.open(owner, review);
  expect((await scene.sign(dora, transfer(dora))).status).toBe(200);
  const answer = await scene.send(owner, nonce, owner.key.assert({ challenge }));
  expect(answer.body['code']).toBe('role_missing');
});

test.each([
  ['removed', { status: 'removed', removedAt: new Date('2026-11-24T10:00:00.000Z') }],
  ['removed by its time alone', { removedAt: new Date('2026-11-24T10:00:00.000Z') }],
  ['made to count later than the challenge', { activeSince: new Date('2100-01-01T00:00:00.000Z') }],
] as const)('[PAPI-17] a passkey that was %s signs nothing', async (name, change) => {
  const someone = await scene.api.persona(`admin ${name}`, ['remit-administrators']);
  const { nonce, challenge } = await scene.open(someone, retire);
  await scene.changePerson(someone, ({ passkeys }) => ({
    passkeys: passkeys.map((each) => ({ ...each, ...change })),
  }));
  const answer = await scene.send(someone, nonce, someone.key.assert({ challenge }));
  expect(answer.body['code']).toBe('passkey_unknown');
  expect(await scene.statusOf(target)).toBe('active');
});
