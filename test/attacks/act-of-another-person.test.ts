// An administrative act is signed by somebody else: with their key, in their session, or by a key that was brought along.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActScene, startActs } from '../support/acts.ts';
import { createAuthenticator, USER_PRESENT } from '../support/authenticator.ts';
import { CONSOLE_ORIGIN, samplePasskey } from '../support/people.ts';
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

test('[PAPI-17] what somebody else opened is not theirs to sign, and stays good for its owner', async () => {
  const { dora, drew } = scene;
  const { nonce, challenge } = await scene.open(dora, { ...retire, act: 'agent.kill' });
  const stolen = await scene.send(drew, nonce, drew.key.assert({ challenge }));
  expect(stolen.body['code']).toBe('challenge_unknown');
  // nor does it help to have the very signature
  const assertion = dora.key.assert({ challenge });
  expect((await scene.send(drew, nonce, assertion)).body['code']).toBe('challenge_unknown');
  expect(await scene.statusOf(target)).toBe('active');
  expect((await scene.send(dora, nonce, assertion)).body).toMatchObject({ done: true });
});

test('[PAPI-17] the key of another person does not sign', async () => {
  const { dora, drew } = scene;
  const { nonce, challenge } = await scene.open(dora, retire);
  const answer = await scene.send(dora, nonce, drew.key.assert({ challenge }));
  expect(answer.body['code']).toBe('passkey_unknown');
  const asOwn = { ...drew.key.assert({ challenge }), credentialId: dora.key.credentialId };
  expect((await scene.send(dora, nonce, asOwn)).body['code']).toBe('passkey_rejected');
  expect(await scene.statusOf(target)).not.toBe('retired');
});

test('[PAPI-17] a key that waits to be confirmed does not sign', async () => {
  const { drew } = scene;
  const key = createAuthenticator(CONSOLE_ORIGIN);
  const { activeSince: _, ...waiting } = samplePasskey(key, { status: 'waiting' });
  await scene.changePerson(drew, ({ passkeys }) => ({ passkeys: [...passkeys, waiting] }));
  const { nonce, challenge } = await scene.open(drew, retire);
  expect((await scene.send(drew, nonce, key.assert({ challenge }))).body['code']).toBe('passkey_unknown');
  expect(await scene.statusOf(target)).not.toBe('retired');
});

test('[PAPI-17] a key of another site, or without the person verified, does not sign', async () => {
  const { dora } = scene;
  const { nonce, challenge } = await scene.open(dora, retire);
  const bad = [
    dora.key.assert({ challenge, origin: 'https://remit.acme.dev.evil.dev' }),
    dora.key.assert({ challenge, flags: USER_PRESENT }),
  ];
  for (const assertion of bad)
    expect((await scene.send(dora, nonce, assertion)).body['code']).toBe('passkey_rejected');
  expect(await scene.statusOf(target)).not.toBe('retired');
});
