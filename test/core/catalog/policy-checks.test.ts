// Policies against the rest of the catalog: names, ids, reach, and that one mistake is one problem.

import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/core/catalog/problem.ts';
import { type Change, checkChanged } from '../../support/catalog-directory.ts';

const POLICY = 'policies/billing.cedar';
const SUPPORT = 'policies/support.cedar';
const EXPORT = 'tasks/export-invoices.yaml';
const REFUND = 'tasks/refund-customer.yaml';

type Changes = Readonly<Record<string, Change>>;
const about = (problems: readonly Problem[], file: string) => problems.filter((each) => each.file === file);

describe('[CATALOG-14] a name in a policy that leads nowhere is told at the policy', () => {
  test.each<[what: string, change: Change, severity: string, line: number, message: RegExp]>([
    [
      'a group in the scope',
      ['Group::"billing"', 'Group::"biling"'],
      'error',
      2,
      /no agent is in group biling/,
    ],
    [
      'a group in a condition',
      ['context.approved ||', 'principal in Remit::Group::"biling" ||'],
      'error',
      9,
      /group biling/,
    ],
    [
      'a group with quotes in its name',
      ['context.approved ||', 'principal in Remit::Group::"bil\\"ing" ||'],
      'error',
      9,
      /group bil"ing/,
    ],
    [
      'an environment',
      ['resource\n)', 'resource == Remit::Environment::"prd"\n)'],
      'error',
      2,
      /environment prd/,
    ],
    [
      'an agent',
      ['principal in Remit::Group::"billing"', 'principal == Remit::Agent::"biller"'],
      'warning',
      2,
      /agent biller/,
    ],
    ['a task', ['Action::"export-invoices"', 'Action::"export"'], 'error', 4, /export/],
    ['a type', ['Remit::Group::"billing"', 'Remit::Team::"billing"'], 'error', 3, /Team/],
  ])('%s', (_, change, severity, line, message) => {
    const { problems } = checkChanged({ [POLICY]: change });
    expect(about(problems, POLICY)[0]).toMatchObject({
      severity,
      line,
      message: expect.stringMatching(message),
    });
  });

  test('an agent that policies name by itself may be one that is not in the catalog yet', () => {
    const change = ['principal in Remit::Group::"billing"', 'principal == Remit::Agent::"biller"'] as const;
    expect(checkChanged({ [POLICY]: change }).catalog).toBeDefined();
  });
});

describe('the id of a policy', () => {
  test.each([
    ['that is __proto__', '@id("__proto__")'],
    ['of our own policy', '@id("remit:environment")'],
    ['with a line break', '@id("a\\nb")'],
    ['of another policy', '@id("billing.cedar#2")'],
  ])('%s is refused', (_, annotation) => {
    const { catalog, problems } = checkChanged({ [POLICY]: ['permit (', `${annotation} permit (`] });
    expect(catalog).toBeUndefined();
    expect(problems[0]).toMatchObject({ file: POLICY, message: expect.stringContaining('policy id') });
  });

  test.each([
    ['@id("exports")', 'exports'],
    ['@id', 'billing.cedar#1'],
    ['@reason("why")', 'billing.cedar#1'],
  ])('%s makes it %s', (annotation, id) => {
    const { catalog } = checkChanged({ [POLICY]: ['permit (', `${annotation} permit (`] });
    expect(catalog?.policies.map((policy) => policy.id)).toContain(id);
  });
});

describe('[CATALOG-15] a task that may want a person names who decides', () => {
  test.each<[what: string, changes: Changes, file: string]>([
    ['by its policy', { [REFUND]: [/^approval: .*$/m, 'approval: { quorum: 1 }'] }, REFUND],
    ['by itself', { 'tasks/close-account.yaml': ['[support-leads]', '[]'] }, 'tasks/close-account.yaml'],
    [
      'by a policy about every task',
      { 'policies/all.cedar': 'forbid (principal, action, resource) unless { context.approved };' },
      EXPORT,
    ],
  ])('%s', (_, changes, file) => {
    const { catalog, problems } = checkChanged(changes);
    expect(catalog).toBeUndefined();
    expect(about(problems, file)).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('no approvers') }),
    ]);
  });

  test('a parameter called approved is no such policy', () => {
    const changes: Changes = {
      [EXPORT]: ['parameters:', 'parameters:\n  approved: { type: boolean }'],
      [POLICY]: ['resource\n);', 'resource\n) when { context.parameters.approved };'],
    };
    expect(checkChanged(changes).problems).toEqual([]);
  });
});

describe('reach', () => {
  const nobody = expect.objectContaining({
    severity: 'warning',
    file: EXPORT,
    message: expect.stringContaining('nobody may do export-invoices'),
  });
  const first = (scope: string): Change => ['principal in Remit::Group::"billing"', scope];

  test.each<[what: string, changes: Changes]>([
    ['permits an agent of no such id', { [POLICY]: first('principal == Remit::Agent::"biller"') }],
    ['is of another environment', { [EXPORT]: ['environment: prod', 'environment: dev'] }],
    ['forbids only', { [POLICY]: ['permit (', 'forbid ('] }],
  ])('[CATALOG-7] a task that nobody may do is a warning where the policy %s', (_, changes) => {
    expect(checkChanged(changes).problems).toContainEqual(nobody);
  });

  test('a task of agents to be registered at run time is none that nobody may do', () => {
    const { problems } = checkChanged({
      'groups.yaml': 'runtimeAssignable: [exporters]\n',
      [POLICY]: first('principal in Remit::Group::"exporters"'),
    });
    expect(problems).toEqual([]);
  });

  test('[CATALOG-16] an agent that may do nothing is a warning', () => {
    const { catalog, problems } = checkChanged({
      'agents/release-agent.yaml': ['groups: [platform]', 'groups: []'],
      'policies/platform.cedar': undefined,
      'tasks/publish-release-notes.yaml': undefined,
      [SUPPORT]: ['principal,', 'principal in Remit::Group::"support",'],
    });
    expect(catalog).toBeDefined();
    expect(problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        file: 'agents/release-agent.yaml',
        message: expect.stringContaining('may do nothing'),
      }),
    ]);
  });
});

describe('[CATALOG-19] a group that people hand out at run time', () => {
  const TEMPS = 'principal in Remit::Group::"temps"';
  const told = (policy: string) =>
    checkChanged({
      'groups.yaml': 'runtimeAssignable: [temps]\n',
      [POLICY]: ['// The billing', `${policy}\n// The billing`],
    }).problems;
  const permit = (condition: string) => `permit (principal, action, resource) ${condition};`;

  test.each([
    ['in the scope of a forbid', `forbid (${TEMPS}, action, resource);`],
    ['in the condition of a forbid', `forbid (principal, action, resource) when { ${TEMPS} };`],
    ['by a negation', permit(`when { !(${TEMPS}) }`)],
    ['by a negation among others', permit(`when { context.approved && !(context.approved || ${TEMPS}) }`)],
    ['by an unless', permit(`unless { ${TEMPS} }`)],
    [
      'by an unless of several',
      permit('unless { principal in [Remit::Group::"temps", Remit::Group::"billing"] }'),
    ],
    ['by a type and group', permit('unless { principal is Remit::Agent in Remit::Group::"temps" }')],
    ['by a condition of two branches', permit(`when { if ${TEMPS} then false else true }`)],
    ['by a comparison', permit(`when { (${TEMPS}) == false }`)],
    [
      'by a group that another one leads to',
      permit(`when { principal in (if ${TEMPS} then Remit::Group::"support" else Remit::Group::"billing") }`),
    ],
  ])('keeps nobody from anything %s: the check refuses it', (_, policy) => {
    expect(told(policy)).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        file: POLICY,
        line: 1,
        message: expect.stringContaining('group temps is runtimeAssignable'),
      }),
    );
  });

  test.each([
    ['in the scope of a permit', `permit (${TEMPS}, action, resource);`],
    ['in its condition', permit(`when { context.approved && (context.approved || ${TEMPS}) }`)],
    ['where it lifts a forbid', `forbid (principal, action, resource) unless { ${TEMPS} };`],
    ['by a negation of a negation', permit(`when { !(!(${TEMPS})) }`)],
    ['where another group is held back', 'forbid (principal in Remit::Group::"support", action, resource);'],
  ])('may give something %s', (_, policy) => {
    expect(told(policy).filter(({ message }) => message.includes('runtimeAssignable'))).toEqual([]);
  });
});

describe('[CATALOG-17] a mistake is told once, not again by all that depends on it', () => {
  test.each<[what: string, changes: Changes, file: string]>([
    ['an issuer', { 'issuers.yaml': ['kind: github', 'kind: gothub'] }, 'issuers.yaml'],
    ['the YAML of the issuers', { 'issuers.yaml': ['kind: github', 'kind: [github'] }, 'issuers.yaml'],
    ['no issuers', { 'issuers.yaml': undefined }, 'issuers.yaml'],
    ['an agent', { 'agents/release-agent.yaml': ['purpose:', 'porpose:'] }, 'agents/release-agent.yaml'],
    ['a task', { [REFUND]: ['lease: 60s', 'lease: 6s'] }, REFUND],
    ['a policy', { [POLICY]: ['when {', 'whem {'] }, POLICY],
  ])('%s', (_, changes, file) => {
    const { catalog, problems } = checkChanged(changes);
    expect(catalog).toBeUndefined();
    expect(new Set(problems.map((problem) => problem.file))).toEqual(new Set([file]));
  });

  test('after an unknown issuer, the next binding is told at its own line', () => {
    const { problems } = checkChanged({
      'agents/billing-agent.yaml': [
        '  - issuer: aws-prod',
        '  - issuer: aws\n    subject: x\n  - issuer: aws-prod\n    subject: arn:*\n  - issuer: aws-prod',
      ],
    });
    const wildcard = problems.find(({ message }) => message.includes('wildcards'));
    expect(wildcard?.line).toBe(14);
  });
});
