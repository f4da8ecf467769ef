// What was signed is changed afterwards: in the second call, in the browser's word, or in the row of the challenge by
// somebody who can write the table.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActScene, startActs } from '../support/acts.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: ActScene;
beforeAll(async () => {
  tables = await startTables();
  scene = await startActs(tables);
});
afterAll(() => tables.close());

const target = 'sibling-agent';
const grace = { issuer: 'https://login.acme.dev', subject: 'grace' };
const mallory = { issuer: 'https://login.acme.dev', subject: 'mallory' };
const transfer = {
  act: 'agent.transfer',
  target,
  reason: 'grace takes over',
  details: { owner: grace },
};

const ownerOf = async (agent: string) => {
  const { body } = await scene.api.call('GET', `/api/agents/${agent}`, { as: scene.dora });
  return (body['agent'] as { owner: { subject: string } }).owner.subject;
};

test.each(['act', 'target', 'reason', 'details', 'person', 'terms'])(
  '[PAPI-17] the second call has no place for %s',
  async (member) => {
    const { nonce, challenge } = await scene.open(scene.dora, transfer);
    const assertion = scene.dora.key.assert({ challenge });
    const body = { nonce, assertion, [member]: { ...transfer, details: { owner: mallory } } };
    const answer = await scene.api.call('POST', '/api/acts/signed', { as: scene.dora, body });
    expect(answer.body['code']).toBe('body_malformed');
    expect(await ownerOf(target)).not.toBe('mallory');
  },
);

async function rewrite(nonce: string, member: string, value: unknown): Promise<void> {
  await tables.client.send(
    new UpdateCommand({
      TableName: TABLES.evidence,
      Key: { pk: `ACT#${nonce}` },
      UpdateExpression: 'SET #member = :value',
      ExpressionAttributeNames: { '#member': member },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
}

test.each([
  ['details', { owner: mallory }],
  ['target', 'billing-agent'],
  ['act', 'agent.retire'],
  ['reason', 'she told me to'],
  ['expiresAt', '2099-01-01T00:00:00.000Z'],
] as const)(
  '[PAPI-17] a row whose %s was changed under the signature does nothing',
  async (member, value) => {
    const before = [await ownerOf(target), await ownerOf('billing-agent')];
    const { nonce, challenge } = await scene.open(scene.dora, transfer);
    const assertion = scene.dora.key.assert({ challenge });
    await rewrite(nonce, member, value);
    const { body } = await scene.send(scene.dora, nonce, assertion);
    expect(['passkey_rejected', 'body_malformed']).toContain(body['code']);
    expect([await ownerOf(target), await ownerOf('billing-agent')]).toEqual(before);
    expect(await scene.statusOf(target)).toBe('active');
  },
);

test('[PAPI-17] a row that was given to another person is signed by neither', async () => {
  const { dora, drew } = scene;
  const { nonce, challenge } = await scene.open(dora, transfer);
  await rewrite(nonce, 'actor', { issuer: drew.person.issuer, subject: drew.person.subject });
  expect((await scene.send(dora, nonce, dora.key.assert({ challenge }))).body['code']).toBe(
    'challenge_unknown',
  );
  expect((await scene.send(drew, nonce, drew.key.assert({ challenge }))).body['code']).toBe(
    'passkey_rejected',
  );
});

test('[PAPI-17] the browser’s word is part of what is signed', async () => {
  const { nonce, challenge } = await scene.open(scene.dora, transfer);
  const other = await scene.open(scene.dora, { ...transfer, details: { owner: mallory } });
  const signed = scene.dora.key.assert({ challenge });
  const { clientDataJSON } = scene.dora.key.assert({ challenge: other.challenge });
  const answer = await scene.send(scene.dora, other.nonce, { ...signed, clientDataJSON });
  expect(answer.body['code']).toBe('passkey_rejected');
  // and the one that was signed is still good for what it says
  expect((await scene.send(scene.dora, nonce, signed)).body).toMatchObject({ done: true });
  expect(await ownerOf(target)).toBe('grace');
});
