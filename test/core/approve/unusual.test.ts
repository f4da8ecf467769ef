// What people are told stands out about a request: the first of its kind, and numbers larger than ever.

import { describe, expect, test } from 'vitest';
import { unusualOf } from '../../../src/core/approve/unusual.ts';
import type { Parameters } from '../../../src/core/model.ts';

const request = (parameters: Parameters) => ({ agent: 'billing-agent', task: 'refund-customer', parameters });
const earlier = (...used: Parameters[]) => ({
  used: used.map((parameters) => ({ parameters })),
  isComplete: true,
});

describe('[APPROVE-16] what stands out', () => {
  test('the first time for this agent', () => {
    expect(unusualOf(request({ amount: 1 }), earlier())).toEqual([
      'billing-agent has not done refund-customer before (looked at the last 90 days).',
    ]);
  });

  test('a number larger than ever, with what was the most', () => {
    const told = unusualOf(
      request({ amount: 900, items: 2 }),
      earlier({ amount: 40, items: 3 }, { amount: 55 }),
    );
    expect(told).toEqual([
      'amount is 900, larger than ever: 55 was the most when billing-agent did refund-customer 2 times (looked at the last 90 days).',
    ]);
  });

  test.each([
    ['as much as the most', { amount: 55 }],
    ['less', { amount: 54 }],
    ['text that sorts later', { amount: 1, customer: 'cus_zzzzzzzz' }],
    ['a number that was never given', { amount: 1, priority: 9 }],
  ] as const)('nothing for %s', (_, parameters) => {
    expect(unusualOf(request(parameters), earlier({ amount: 55, customer: 'cus_12345678' }))).toEqual([]);
  });

  test('a look that did not reach back far enough says so', () => {
    const recent = { ...earlier(), isComplete: false };
    expect(unusualOf(request({ amount: 1 }), recent)[0]).toContain(
      'looked at the newest grants of this agent',
    );
  });
});
