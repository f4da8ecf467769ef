// Kills as `remit kill list` shows them.

import { expect, test } from 'vitest';
import { killTables } from '../../cli/kill-lines.ts';

const change = { by: { subject: 'olga' }, reason: 'it behaves oddly', at: '2026-11-24T09:00:00.000Z' };
const role = 'arn:aws:iam::444455556666:role/remit/remit-task-export';
const row = (facts: object) => {
  const kill = {
    scope: { kind: 'agent', id: 'billing' },
    change,
    ended: 1,
    counted: true,
    leases: 1,
    deadBy: '2026-11-24T09:15:00.000Z',
  };
  return killTables({ stops: [], open: [{ ...kill, ...facts }], settled: [] }).at(-1);
};

test('[KILL-34] a kill whose leases live on in a shut account names the account, whatever else it denies', () => {
  const beyondReach = [{ role, until: '2026-11-24T09:15:00.000Z' }];
  expect(row({ beyondReach, wide: [role] })).toContain('none in 444455556666');
  expect(row({ wide: [role] })).toContain('the role, wide');
  expect(row({ listedAt: '2026-11-24T09:00:03.000Z' })).toContain('its leases');
  expect(row({ listedAt: '2026-11-24T09:00:03.000Z', beyondReach: [] })).not.toContain('none in');
});
