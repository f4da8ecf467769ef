// Budgets in catalog files: what is read, and which cannot be kept or let nobody through.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkChanged, SHIPPED } from '../../support/catalog-directory.ts';

const REFUND = 'tasks/refund-customer.yaml';
const EXPORT = 'tasks/export-invoices.yaml';
const BILLING = 'agents/billing-agent.yaml';

/** The shipped catalog with this budget in a file, and a change to the rest of it. */
function withBudget(file: string, budget: string, change: readonly [from: string, to: string] = ['', '']) {
  const text = readFileSync(join(SHIPPED, file), 'utf8').replace(/^budget:.*\n/m, '');
  return checkChanged({ [file]: `${text.replace(...change)}budget: ${budget}\n` });
}

describe('a budget', () => {
  test('is part of the task and of the agent it belongs to', () => {
    const task = withBudget(REFUND, '{ concurrent: 3, perHour: 20, perDay: { amount: 10000 } }').catalog
      ?.tasks;
    expect(task?.find(({ id }) => id === 'refund-customer')?.budget).toEqual({
      concurrent: 3,
      perHour: 20,
      perDay: { amount: 10_000 },
    });
    const agents = withBudget(BILLING, '{ perHour: 100 }').catalog?.agents;
    expect(agents?.find(({ id }) => id === 'billing-agent')?.budget).toEqual({ perHour: 100 });
  });

  test.each([
    [REFUND, '{}', /says nothing/],
    [REFUND, '{ perDay: {} }', /says nothing/],
    [REFUND, '{ perDay: { total: 500 } }', /no parameter total/],
    [REFUND, '{ perDay: { constructor: 500 } }', /perDay.constructor/],
    [REFUND, '{ perDay: { toString: 500 } }', /no parameter toString/],
    [EXPORT, '{ perDay: { month: 500 } }', /month is no integer/],
    [REFUND, '{ perDay: { amount: 0 } }', /amount/],
    [REFUND, '{ perDay: { amount: 1.5 } }', /amount/],
    [REFUND, '{ perDay: { amount: 9007199254740992 } }', /amount/],
    [REFUND, '{ concurrent: 0 }', /concurrent/],
    [REFUND, '{ concurrent: 101 }', /concurrent/],
    [REFUND, '{ perHour: 10001 }', /perHour/],
    [REFUND, '{ perMinute: 1 }', /unknown members: perMinute/],
    [BILLING, '{ perDay: { amount: 5 } }', /unknown members: perDay/],
  ])('[BUDGET-11] %s with %s is an error', (file, budget, message) => {
    const { catalog, problems } = withBudget(file, budget);
    expect(catalog).toBeUndefined();
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.map((each) => `${each.file}: ${each.message}`).join('\n')).toMatch(message);
    expect(errors[0]?.file).toBe(file);
  });

  test.each([
    ['min: 1,', 'min: -5,', /can be negative/],
    ['min: 1,', 'min: 600,', /nobody can do the task/],
  ])('[BUDGET-11] over values with %s changed to %s is an error', (from, to, message) => {
    const { catalog, problems } = withBudget(REFUND, '{ perDay: { amount: 500 } }', [from, to]);
    expect(catalog).toBeUndefined();
    expect(problems.map((each) => each.message).join('\n')).toMatch(message);
  });

  test('[BUDGET-11] below what a request may ask for is a warning', () => {
    const { catalog, problems } = withBudget(REFUND, '{ perDay: { amount: 2 } }');
    expect(catalog).toBeDefined();
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringMatching(/ever do more than 2/) }),
    ]);
  });
});

test('[BUDGET-11] no parameter is called constructor: no row of its grants could be written', () => {
  const { problems } = checkChanged({ [EXPORT]: ['month:', 'constructor:'] });
  expect(problems.map((each) => each.message).join('\n')).toMatch(/parameters.constructor/);
});
