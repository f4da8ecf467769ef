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

test('[KILL-38] the latest order comes first, and of a kill that met no lease nothing is waited for', () => {
  const at = (hour: string) => ({ ...change, at: `2026-11-24T${hour}:00:00.000Z` });
  const of = (id: string, hour: string, facts: object = {}) => ({
    scope: { kind: 'agent', id },
    change: at(hour),
    ended: 1,
    counted: true,
    leases: 0,
    deadBy: `2026-11-24T${hour}:00:00.000Z`,
    ...facts,
  });
  const lines = killTables({
    stops: [],
    open: [of('first', '09'), of('last', '12')],
    settled: [of('second', '10', { secondsToDead: 0 }), of('third', '11', { leases: 1, secondsToDead: 45 })],
  }).slice(3);
  expect(lines.map((line) => line.split(/\s+/)[1])).toEqual(['last', 'third', 'second', 'first']);
  expect(lines.map((line) => line.includes('no lease was alive'))).toEqual([true, false, true, true]);
  // one that broke off has not counted what it met
  expect(row({ counted: false, leases: 0 })).not.toContain('no lease was alive');
});
