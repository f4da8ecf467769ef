// Rulings of the shipped policies, and that nothing but a clean answer of Cedar lets anybody in.

import { describe, expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import { createAuthorizer } from '../../../src/core/authorize/authorizer.ts';
import type { Catalog, Parameters } from '../../../src/core/model.ts';
import { SHIPPED } from '../../support/catalog-directory.ts';

const compiled = readCatalog(SHIPPED).catalog;
if (compiled === undefined) throw new Error('the shipped catalog does not compile');
const shipped: Catalog = compiled;

const CUSTOMER = 'cus_12345678';
const REFUND = '4c1f8a52-6f0e-4a57-9a0d-2f6f1f0a7c11';
const refund = (amount: number) => ({ customer: CUSTOMER, refund: REFUND, amount });

function question(agentId: string, taskId: string, parameters: Parameters, catalog = shipped) {
  const agent = catalog.agents.find((each) => each.id === agentId);
  const task = catalog.tasks.find((each) => each.id === taskId);
  if (agent === undefined || task === undefined) throw new Error('no such agent or task');
  return { agent, task, parameters };
}
const rule = (agent: string, task: string, parameters: Parameters) =>
  createAuthorizer(shipped).rule(question(agent, task, parameters));
function withPolicy(text: string): Catalog {
  return { ...shipped, policies: [...shipped.policies, { id: 'extra', file: 'extra.cedar', text }] };
}

describe('a ruling', () => {
  test.each([
    [
      'billing exports invoices',
      'billing-agent',
      'export-invoices',
      { customer: CUSTOMER, month: '2026-10' },
      'allowed',
    ],
    [
      'support does not',
      'support-agent',
      'export-invoices',
      { customer: CUSTOMER, month: '2026-10' },
      'denied',
    ],
    ['billing refunds 50 alone', 'billing-agent', 'refund-customer', refund(50), 'allowed'],
    ['billing refunds 51 with a person', 'billing-agent', 'refund-customer', refund(51), 'needs-approval'],
    ['support refunds nothing', 'support-agent', 'refund-customer', refund(1), 'denied'],
    [
      'support closes accounts with a person',
      'support-agent',
      'close-account',
      { customer: CUSTOMER },
      'needs-approval',
    ],
    ['both read orders', 'billing-agent', 'read-orders', { customer: CUSTOMER }, 'allowed'],
  ] as const)('[POLICY-1] %s', (_, agent, task, parameters, outcome) => {
    expect(rule(agent, task, parameters).outcome).toBe(outcome);
  });

  test('[POLICY-2] names the policies that decided', () => {
    expect(rule('billing-agent', 'refund-customer', refund(1)).policies).toEqual(['billing.cedar#2']);
    expect(rule('support-agent', 'refund-customer', refund(1)).policies).toEqual([]);
  });

  test('[POLICY-3] people open what their approval opens, and no more', () => {
    const authorizer = createAuthorizer(shipped);
    expect(authorizer.ruleApproved(question('billing-agent', 'refund-customer', refund(9000))).outcome).toBe(
      'allowed',
    );
    expect(authorizer.ruleApproved(question('support-agent', 'refund-customer', refund(1))).outcome).toBe(
      'denied',
    );
  });

  test('[POLICY-4] no policy of a catalog opens another environment', () => {
    const open = withPolicy('permit (principal, action, resource);');
    const asked = question(
      'billing-agent',
      'export-invoices',
      { customer: CUSTOMER, month: '2026-10' },
      open,
    );
    const stranger = { ...asked, agent: { ...asked.agent, environment: 'dev' } };
    const ruling = createAuthorizer(open).rule(stranger);
    expect(ruling).toEqual({ outcome: 'denied', policies: ['remit:environment'] });
  });
});

describe('a ruling asked for again', () => {
  const asked = (amount: number) => question('billing-agent', 'refund-customer', refund(amount));
  test('[POLICY-6] is the same, and depends on everything that a policy can see', () => {
    const authorizer = createAuthorizer(shipped);
    for (const _ of [1, 2]) {
      expect(authorizer.rule(asked(50)).outcome).toBe('allowed');
      expect(authorizer.rule(asked(51)).outcome).toBe('needs-approval');
      expect(authorizer.ruleApproved(asked(51)).outcome).toBe('allowed');
      const expelled = { ...asked(50), agent: { ...asked(50).agent, groups: [] } };
      expect(authorizer.rule(expelled).outcome).toBe('denied');
      const moved = { ...asked(50), agent: { ...asked(50).agent, environment: 'dev' } };
      expect(authorizer.rule(moved).outcome).toBe('denied');
      const other = { ...asked(50), agent: { ...asked(50).agent, id: 'support-agent', groups: ['support'] } };
      expect(authorizer.rule(other).outcome).toBe('denied');
    }
  });

  test('is forgotten in time, and never grows past its bound', () => {
    const authorizer = createAuthorizer(shipped);
    for (let amount = 1; amount <= 1100; amount += 1) {
      expect(authorizer.rule(asked(amount)).outcome).toBe(amount <= 50 ? 'allowed' : 'needs-approval');
    }
    expect(authorizer.rule(asked(1)).outcome).toBe('allowed');
  });
});

describe('an evaluation that is not clean', () => {
  test.each([
    ['a forbid that errors', 'forbid (principal, action, resource) when { principal.nothing == 1 };'],
    [
      'a permit that errors',
      'permit (principal, action, resource) when { context.parameters.month.like == 1 };',
    ],
    ['a policy that does not parse', 'permit (principal'],
  ])('[POLICY-5] with %s is a refusal, not an answer', (_, text) => {
    const asked = question('billing-agent', 'export-invoices', { customer: CUSTOMER, month: '2026-10' });
    expect(() => createAuthorizer(withPolicy(text)).rule(asked)).toThrow(
      expect.objectContaining({ code: 'policy_error' }),
    );
  });

  const shapes: readonly [what: string, parameters: Parameters][] = [
    ['a text for a number', { customer: CUSTOMER, refund: REFUND, amount: '50' }],
    ['a fraction', { customer: CUSTOMER, refund: REFUND, amount: 0.5 }],
    ['one missing', { customer: CUSTOMER, amount: 50 }],
    ['one too many', { customer: CUSTOMER, refund: REFUND, amount: 50, more: 'x' }],
    ['one inherited', Object.create({ customer: CUSTOMER, refund: REFUND, amount: 50 })],
  ];
  test.each(shapes)('[POLICY-7] with %s among the parameters is a refusal', (_, parameters) => {
    const asked = question('billing-agent', 'refund-customer', parameters);
    const authorizer = createAuthorizer(withPolicy('permit (principal, action, resource);'));
    for (const ask of [authorizer.rule, authorizer.ruleApproved]) {
      expect(() => ask(asked)).toThrow(expect.objectContaining({ code: 'policy_error' }));
    }
  });

  test('a forbid that compares two types is not passed over', () => {
    // in Cedar this is false and no error: only the types of the parameters keep it from never forbidding
    const catalog = withPolicy(
      'forbid (principal, action == Remit::Action::"refund-customer", resource) when { context.parameters.amount == 50 };',
    );
    expect(
      createAuthorizer(catalog).rule(question('billing-agent', 'refund-customer', refund(50))).outcome,
    ).toBe('denied');
  });
});

describe('a task where a person always decides', () => {
  const closing = question('support-agent', 'close-account', { customer: CUSTOMER });

  test('[POLICY-8] needs one whatever the policy says', () => {
    const open = createAuthorizer(withPolicy('permit (principal, action, resource);'));
    expect(open.rule(closing).outcome).toBe('needs-approval');
    expect(open.ruleApproved(closing).outcome).toBe('allowed');
  });

  test('is denied where no policy permits it, and nobody is asked', () => {
    const asked = question('billing-agent', 'close-account', { customer: CUSTOMER });
    expect(createAuthorizer(shipped).rule(asked)).toEqual({ outcome: 'denied', policies: [] });
  });

  test('a forbid holds against people', () => {
    const strict = createAuthorizer(
      withPolicy('forbid (principal, action == Remit::Action::"close-account", resource);'),
    );
    expect(strict.rule(closing)).toEqual({ outcome: 'denied', policies: ['extra'] });
    expect(strict.ruleApproved(closing)).toEqual({ outcome: 'denied', policies: ['extra'] });
  });
});

test.each([
  ['every task', 'action'],
  ['this task', 'action == Remit::Action::"export-invoices"'],
  ['a list of tasks', 'action in [Remit::Action::"read-orders", Remit::Action::"export-invoices"]'],
  ['what is in this task', 'action in Remit::Action::"export-invoices"'],
])('[POLICY-9] a forbid about %s is among the policies asked', (_, scope) => {
  const catalog = withPolicy(`forbid (principal, ${scope}, resource);`);
  const asked = question('billing-agent', 'export-invoices', { customer: CUSTOMER, month: '2026-10' });
  expect(createAuthorizer(catalog).rule(asked)).toEqual({ outcome: 'denied', policies: ['extra'] });
});
