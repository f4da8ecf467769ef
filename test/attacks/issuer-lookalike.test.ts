// Issuers that nearly are the one we trust. None of them may cause a single question to the network.

import { expect, test } from 'vitest';
import { setScene } from '../support/attack.ts';
import { refusalOf } from '../support/requests.ts';

const OURS = 'https://login.acme.dev';

test.each([
  `${OURS}/`,
  'https://LOGIN.acme.dev',
  'http://login.acme.dev',
  'login.acme.dev',
  `${OURS}.attacker.dev`,
  'https://login.acme.dev@attacker.dev',
  `${OURS}#`,
  `${OURS}?`,
  ` ${OURS}`,
  'https://attacker.dev',
  '',
  undefined,
  null,
  5,
  [OURS],
  { issuer: OURS },
])('[VERIFY-13] iss %j is refused without asking for keys', async (iss) => {
  const scene = await setScene();
  const asked: unknown[] = [];
  const keys = {
    find: async (...question: unknown[]) => {
      asked.push(question);
      return undefined;
    },
  };
  const refusal = await refusalOf(scene.verify(await scene.sign({ iss }), { keys }));
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'issuer' });
  expect(asked).toEqual([]);
});

test('[VERIFY-13] an issuer that is listed twice is nobody', async () => {
  const scene = await setScene();
  const issuers = [scene.config, { ...scene.config, audience: 'https://other.acme.dev' }];
  const refusal = await refusalOf(scene.verify(await scene.sign(), { issuers }));
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'issuer is listed once' });
});

test('[VERIFY-13] one listed issuer cannot sign for another', async () => {
  const victim = await setScene();
  const attacker = await setScene({ issuer: 'https://attacker.dev' });
  const issuers = [victim.config, attacker.config];
  const keys = {
    find: async (issuer: typeof victim.config, header: { alg: string; kid?: string }) =>
      (await victim.keys.find(issuer, header)) ?? attacker.keys.find(issuer, header),
  };
  const token = await attacker.sign({ iss: victim.config.issuer });
  expect(await refusalOf(victim.verify(token, { issuers, keys }))).toMatchObject({ detail: 'key' });
  await victim.verify(await attacker.sign(), { issuers, keys });
});
