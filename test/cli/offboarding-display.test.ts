import { expect, test } from 'vitest';
import { checkLine } from '../../cli/offboarding-display.ts';

const CHECK = { id: 'x', says: 'It is so.', basis: 'observed', evidence: {} };
const line = (changes: object) => checkLine({ ...CHECK, state: 'done', ...changes }, 0);

test('only what was looked at, or reasoned, has a tick', () => {
  expect(line({})).toBe('✓ It is so.');
  expect(line({ basis: 'reasoned' })).toBe('✓ It is so.');
  expect(line({ basis: 'not-looked-at' })).toBe('– It is so.');
  expect(line({ basis: 'not-looked-at', state: 'failed' })).toBe('✗ It is so.');
  expect(line({ state: 'waiting', until: '1970-01-01T00:00:52.000Z' })).toBe('· It is so. (52 s left)');
});
