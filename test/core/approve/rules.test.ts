// Who may decide, and what decisions amount to.

import { describe, expect, test } from 'vitest';
import { countApprovals, mayDecide, outcomeOf } from '../../../src/core/approve/rules.ts';
import type { ApprovalRule, Decision } from '../../../src/core/model.ts';

const issuer = 'https://login.acme.dev';
const ada = { issuer, subject: 'ada' };
const ben = { issuer, subject: 'ben' };
const chloe = { issuer, subject: 'chloe' };
const elsewhere = { issuer: 'https://login.other.dev', subject: 'ben' };
const rule: ApprovalRule = {
  required: true,
  approvers: ['finance-leads', 'support-leads'],
  quorum: 2,
  expiresAfterSeconds: 600,
  ownerMayApprove: false,
  breakGlass: 'commanders',
  escalateTo: ['directors'],
};
const { breakGlass: _, ...unbreakable } = rule;
const lax = { ...rule, ownerMayApprove: true };

describe('[APPROVE-2] who may decide', () => {
  test.each([
    ['an approver approves', rule, ben, ['finance-leads'], 'approve', undefined],
    ['an approver of another group denies', rule, ben, ['x', 'support-leads'], 'deny', undefined],
    ['somebody of no group', rule, ben, [], 'approve', 'not_an_approver'],
    ['a group that begins alike', rule, ben, ['finance-leads-emea'], 'approve', 'not_an_approver'],
    ['a group in other letters', rule, ben, ['Finance-Leads'], 'approve', 'not_an_approver'],
    ['those it is escalated to', rule, ben, ['directors'], 'approve', 'not_an_approver'],
    ['break-glass by its group', rule, ben, ['commanders'], 'break-glass', undefined],
    ['break-glass by an approver', rule, ben, ['finance-leads'], 'break-glass', 'not_an_approver'],
    ['approval by the break-glass group', rule, ben, ['commanders'], 'approve', 'not_an_approver'],
    ['denial by the break-glass group', rule, ben, ['commanders'], 'deny', 'not_an_approver'],
    ['break-glass where there is none', unbreakable, ben, ['commanders'], 'break-glass', 'not_an_approver'],
    ['a group called undefined', unbreakable, ben, ['undefined', ''], 'break-glass', 'not_an_approver'],
    ['the owner', rule, ada, ['finance-leads'], 'approve', 'owner_may_not_decide'],
    ['the owner in no group', rule, ada, [], 'approve', 'owner_may_not_decide'],
    ['the owner denies', rule, ada, ['finance-leads'], 'deny', 'owner_may_not_decide'],
    ['the owner breaks the glass', rule, ada, ['commanders'], 'break-glass', 'owner_may_not_decide'],
    ['the owner where it may', lax, ada, ['finance-leads'], 'approve', undefined],
    ['the owner where it may, in no group', lax, ada, [], 'approve', 'not_an_approver'],
    ['a decision of no known kind', rule, ben, rule.approvers, 'maybe' as Decision, 'not_an_approver'],
  ] as const)('%s', (_name, applied, person, groups, decision, refused) => {
    expect(mayDecide({ rule: applied, owners: [chloe, ada], person, groups, decision })).toBe(refused);
  });
});

const OTHER_ISSUERS = [
  'https://login.other.dev',
  `${issuer}/`,
  'https://LOGIN.acme.dev',
  `${issuer}:443`,
  'http://login.acme.dev',
  '',
];

describe.each(OTHER_ISSUERS)('[APPROVE-19] an owner of %s', (spelled) => {
  const stray = { issuer: spelled, subject: 'ada' };

  test.each([
    ['approves', rule, 'approve', ['finance-leads'], 'owner_unknown'],
    ['breaks the glass', rule, 'break-glass', ['commanders'], 'owner_unknown'],
    ['denies', rule, 'deny', ['finance-leads'], undefined],
    ['approves in no group', rule, 'approve', [], 'not_an_approver'],
    ['approves where the owner may', lax, 'approve', ['finance-leads'], undefined],
  ] as const)('somebody %s', (_name, applied, decision, groups, refused) => {
    for (const owners of [[stray], [stray, chloe], [chloe, stray]])
      expect(mayDecide({ rule: applied, owners, person: ben, groups, decision })).toBe(refused);
  });
});

const approve = (approver: typeof ben) => ({ approver, decision: 'approve' as const });
const deny = (approver: typeof ben) => ({ approver, decision: 'deny' as const });
const glass = (reason?: string) => ({
  approver: chloe,
  decision: 'break-glass' as const,
  ...(reason !== undefined && { reason }),
});

describe('[APPROVE-2] what decisions amount to', () => {
  test.each([
    ['nothing', [], 'pending'],
    ['one of two', [approve(ben)], 'pending'],
    ['one person twice', [approve(ben), approve({ ...ben })], 'pending'],
    ['two people', [approve(ben), approve(chloe)], 'approved'],
    ['two people of one subject at two issuers', [approve(ben), approve(elsewhere)], 'approved'],
    ['a denial', [deny(ben)], 'denied'],
    ['a denial before a quorum', [deny(ada), approve(ben), approve(chloe)], 'denied'],
    ['a denial after a quorum', [approve(ben), approve(chloe), deny(ada)], 'denied'],
    ['break-glass with a reason', [glass('outage')], 'approved'],
    ['break-glass without one', [glass()], 'pending'],
    ['break-glass with white space', [glass(' \n')], 'pending'],
    ['break-glass without a reason is no approval either', [approve(ben), glass()], 'pending'],
    ['break-glass and a denial', [glass('outage'), deny(ben)], 'denied'],
  ] as const)('%s', (_name, decisions, outcome) => {
    expect(outcomeOf(rule, decisions)).toBe(outcome);
  });

  test.each([0, -1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'a quorum of %d is never reached',
    (quorum) => {
      const broken = { ...unbreakable, quorum };
      expect(outcomeOf(broken, [])).toBe('pending');
      expect(outcomeOf(broken, [approve(ben), approve(chloe), approve(ada)])).toBe('pending');
    },
  );

  test('break-glass where the rule has none approves nothing', () => {
    expect(outcomeOf(unbreakable, [glass('outage')])).toBe('pending');
  });

  test('approvals are counted by person', () => {
    expect(countApprovals([approve(ben), approve(ben), deny(ada), approve(elsewhere), glass('x')])).toBe(2);
  });
});
