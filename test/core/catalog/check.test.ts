// Each rule of the catalog check: a mistake, where it is told, and that there is no catalog then.

import { describe, expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import { compileCatalog } from '../../../src/core/catalog/compile.ts';
import { type Change, checkChanged, SHIPPED } from '../../support/catalog-directory.ts';

const EXPORT = 'tasks/export-invoices.yaml';
const BILLING = 'agents/billing-agent.yaml';
const POLICY = 'policies/billing.cedar';

describe('the shipped catalog', () => {
  test('[CATALOG-1] compiles without an error or a warning', () => {
    const { catalog, problems } = readCatalog(SHIPPED);
    expect(problems).toEqual([]);
    expect(catalog?.agents.length).toBeGreaterThanOrEqual(3);
    expect(catalog?.tasks.length).toBeGreaterThanOrEqual(4);
  });

  test('has a task on S3, one on DynamoDB by leading key, one always with a person and one lease', () => {
    const tasks = readCatalog(SHIPPED).catalog?.tasks ?? [];
    const text = JSON.stringify(tasks.map((task) => task.permissions));
    expect(text).toContain('s3:GetObject');
    expect(text).toContain('dynamodb:LeadingKeys');
    expect(tasks.some((task) => task.approval.required && task.leases === 1)).toBe(true);
  });

  test('[CATALOG-2] has the same digest however its files are ordered, and another after any change', () => {
    const digest = readCatalog(SHIPPED).catalog?.digest;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(checkChanged({}).catalog?.digest).toBe(digest);
    const changed = checkChanged({ [EXPORT]: ['maxDuration: 30m', 'maxDuration: 31m'] });
    expect(changed.catalog?.digest).not.toBe(digest);
  });
});

describe('[CATALOG-3] a mistake is an error with its place and a fix', () => {
  const cases: readonly [what: string, changes: Record<string, Change>, file: string, message: RegExp][] = [
    ['an unknown member', { [EXPORT]: ['lease: 15s', 'leas: 15s'] }, EXPORT, /unknown members: leas/],
    ['a missing member', { [BILLING]: [/^purpose:.*$/m, ''] }, BILLING, /purpose/],
    [
      'a list for a text',
      { [BILLING]: [/^purpose:.*$/m, 'purpose: [a, b]'] },
      BILLING,
      /^purpose is a list, which it cannot be$/,
    ],
    [
      'a number for a duration',
      { [EXPORT]: ['lease: 15s', 'lease: 15'] },
      EXPORT,
      /^lease is a number, which/,
    ],
    [
      'an empty list',
      { [BILLING]: [/^bindings:[\s\S]*/m, 'bindings: []\n'] },
      BILLING,
      /^bindings has too few entries: at least 1$/,
    ],
    ['a lease too short', { [EXPORT]: ['lease: 15s', 'lease: 14s'] }, EXPORT, /15s to 15m/],
    ['a lease too long', { [EXPORT]: ['lease: 15s', 'lease: 16m'] }, EXPORT, /15s to 15m/],
    ['a duration that is none', { [EXPORT]: ['lease: 15s', 'lease: soon'] }, EXPORT, /duration/],
    ['a grant longer than 12 hours', { [EXPORT]: ['maxDuration: 30m', 'maxDuration: 13h'] }, EXPORT, /12h/],
    ['an owner by e-mail', { [BILLING]: ['7f0c2d1e-ada', 'ada@acme.dev'] }, BILLING, /e-mail address/],
    ['an owner of an http issuer', { [BILLING]: ['https://login', 'http://login'] }, BILLING, /https URL/],
    [
      'an account that YAML reads as a number',
      { [EXPORT]: ['lease: 15s', 'lease: 15s\naccount: 111122223333'] },
      EXPORT,
      /12 digits in quotes/,
    ],
    [
      'a title that turns its line around',
      { [EXPORT]: [/^title:.*$/m, 'title: "\\u202eExport"'] },
      EXPORT,
      /printable/,
    ],
    [
      'a group that approves alone and in a quorum',
      { 'tasks/close-account.yaml': ['quorum: 1', 'quorum: 1, breakGlass: support-leads'] },
      'tasks/close-account.yaml',
      /support-leads approves alone/,
    ],
    ['a key twice', { [EXPORT]: ['lease: 15s', 'lease: 15s\nlease: 20s'] }, EXPORT, /unique/],
    ['YAML that is none', { [EXPORT]: ['lease: 15s', 'lease: ['] }, EXPORT, /./],
    [
      'another name than its file',
      { [EXPORT]: ['task: export-invoices', 'task: export'] },
      EXPORT,
      /another file/,
    ],
    [
      'a file that does not belong',
      { 'agents/notes.txt': 'x' },
      'agents/notes.txt',
      /not a file of a catalog/,
    ],
    ['no issuers', { 'issuers.yaml': undefined }, 'issuers.yaml', /missing/],
    ['an unknown issuer', { [BILLING]: ['issuer: aws-prod', 'issuer: aws'] }, BILLING, /issuer aws is not/],
    ['an http issuer', { 'issuers.yaml': [/https:\/\/3f/, 'http://3f'] }, 'issuers.yaml', /https/],
    [
      'an issuer on this machine',
      { 'issuers.yaml': [/https:\/\/token.*/, 'http://localhost:8787'] },
      'issuers.yaml',
      /machine/,
    ],
    [
      'a placeholder issuer',
      { 'issuers.yaml': [/https:\/\/token.*/, 'https://issuer.example.com'] },
      'issuers.yaml',
      /./,
    ],
    ['a symmetric algorithm', { 'issuers.yaml': ['[ES384]', '[HS256]'] }, 'issuers.yaml', /./],
    [
      'a GitHub agent by name alone',
      { 'agents/release-agent.yaml': [/ {6}repository_id.*\n/, ''] },
      'agents/release-agent.yaml',
      /repository_id/,
    ],
    ['a wildcard in an identity', { [BILLING]: ['acme-billing-agent', 'acme-*'] }, BILLING, /./],
    ['a wildcard action', { [EXPORT]: ['s3:GetObject', 's3:Get*'] }, EXPORT, /./],
    ['a resource that is everything', { [EXPORT]: [/"arn:.*"/, '"*"'] }, EXPORT, /./],
    ['a wildcard beside a placeholder', { [EXPORT]: ['{customer}/', '{customer}*/'] }, EXPORT, /./],
    ['a policy variable', { [EXPORT]: ['{customer}/', '$' + '{aws:userid}/'] }, EXPORT, /./],
    ['an unknown placeholder', { [EXPORT]: ['{customer}/', '{client}/'] }, EXPORT, /client/],
    ['assuming another role', { [EXPORT]: ['s3:GetObject', 'sts:AssumeRole'] }, EXPORT, /./],
    ['what outlives its lease', { [EXPORT]: ['s3:GetObject', 'ecr:GetAuthorizationToken'] }, EXPORT, /./],
    [
      'a policy too large',
      { 'tasks/read-orders.yaml': ['maxLength: 28', 'maxLength: 512'] },
      'tasks/read-orders.yaml',
      /characters/,
    ],
    [
      'a pattern that hostile values make slow',
      { [EXPORT]: ['cus_[A-Za-z0-9]{8,24}', '([a-z]+)+'] },
      EXPORT,
      /slow/,
    ],
    ['a pattern that is none', { [EXPORT]: ['cus_[A-Za-z0-9]{8,24}', '(['] }, EXPORT, /regular expression/],
    [
      'a person without approvers',
      { 'tasks/close-account.yaml': ['[support-leads]', '[]'] },
      'tasks/close-account.yaml',
      /approvers/,
    ],
    ['a policy that does not parse', { [POLICY]: ['when {', 'whem {'] }, POLICY, /whem/],
    [
      'a policy about no such parameter',
      { [POLICY]: ['parameters.amount', 'parameters.amont'] },
      POLICY,
      /amont/,
    ],
    [
      'a policy about a text as a number',
      { [POLICY]: ['parameters.amount', 'parameters.customer'] },
      POLICY,
      /./,
    ],
    ['a policy about no such task', { [POLICY]: ['"refund-customer"', '"refund"'] }, POLICY, /refund/],
    ['a policy about no such group', { [POLICY]: ['"billing"', '"biling"'] }, POLICY, /biling/],
    [
      'a policy template',
      { [POLICY]: ['principal in Remit::Group::"billing"', 'principal == ?principal'] },
      POLICY,
      /template/,
    ],
    [
      'a resource server of no such task',
      { 'resource-servers.yaml': ['[refund-customer]', '[refund]'] },
      'resource-servers.yaml',
      /task refund is not/,
    ],
  ];
  test.each(cases)('%s', (_, changes, file, message) => {
    const { catalog, problems } = checkChanged(changes);
    const errors = problems.filter((problem) => problem.severity === 'error');
    expect(catalog).toBeUndefined();
    expect(errors.map((error) => error.file)).toContain(file);
    const [mine] = errors.filter((error) => error.file === file);
    expect(mine?.message).toMatch(message);
    expect(mine?.fix.length).toBeGreaterThan(5);
  });

  test('[CATALOG-4] tells the line', () => {
    const { problems } = checkChanged({ [EXPORT]: ['lease: 15s', 'lease: 14s'] });
    expect(problems[0]).toMatchObject({ file: EXPORT, line: 11 });
    const policy = checkChanged({ [POLICY]: ['parameters.amount', 'parameters.amont'] });
    expect(policy.problems[0]).toMatchObject({ file: POLICY, line: 14 });
  });

  test('[CATALOG-5] tells all of them at once', () => {
    const { problems } = checkChanged({
      [EXPORT]: ['lease: 15s', 'lease: 14s'],
      [BILLING]: ['issuer: aws-prod', 'issuer: aws'],
      [POLICY]: ['"refund-customer"', '"refund"'],
    });
    const files = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file));
    expect([...files]).toEqual(expect.arrayContaining([EXPORT, BILLING, POLICY]));
  });
});

describe('identities', () => {
  test('[CATALOG-6] one identity of two agents is an error, whatever their claims', () => {
    const twin = {
      'agents/support-agent.yaml': `agent: support-agent
owner: { issuer: https://login.acme.dev, subject: x }
purpose: p
environment: prod
groups: [support]
reviewBy: 2027-02-22
bindings:
  - issuer: aws-prod
    subject: arn:aws:iam::111122223333:role/acme-billing-agent
    claims: { "https://sts.amazonaws.com/.org_id": o-1 }
`,
    };
    const { problems } = checkChanged(twin);
    expect(problems.map(({ message }) => message).join()).toContain('belongs to agent billing-agent already');
  });

  test('a reusable issuer is a warning, and compiles', () => {
    const { catalog, problems } = checkChanged({ 'issuers.yaml': ['replay: bound', 'replay: reusable'] });
    expect(catalog).toBeDefined();
    expect(problems).toEqual([expect.objectContaining({ severity: 'warning' })]);
  });

  test('an overdue review is a warning from the day after, and nothing is said without a day', () => {
    const told = (today?: string) => readCatalog(SHIPPED, today === undefined ? {} : { today }).problems;
    expect(told()).toEqual([]);
    expect(told('2027-02-22')).toEqual([]);
    expect(told('2027-02-23')).toHaveLength(3);
    expect(told('2027-02-23')[0]).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/overdue/),
      fix: expect.stringMatching(/remit reviews show/),
    });
  });

  test('[CATALOG-21] a review more than 90 days ahead is a warning at its line, which says the last day; none is none', () => {
    const file = 'agents/billing-agent.yaml';
    const told = (reviewBy: string) =>
      checkChanged({ [file]: [/^reviewBy: .*\n/m, reviewBy] }, { today: '2026-12-01' });
    expect(told('reviewBy: 2027-03-02\n').problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        file,
        line: 10,
        message: expect.stringMatching(/billing-agent is more than 90 days ahead.*2027-03-01/),
        fix: expect.stringContaining('2027-03-01'),
      }),
    ]);
    expect(told('reviewBy: 2027-03-01\n').problems).toEqual([]);
    const { catalog, problems } = told('');
    expect(problems).toEqual([]);
    expect(catalog?.agents.find(({ id }) => id === 'billing-agent')).not.toHaveProperty('reviewBy');
  });

  test('one act that may be repeated within its lease, without a word about it, is a warning', () => {
    const task = 'tasks/close-account.yaml';
    const { problems } = checkChanged({ [task]: [/^idempotency:.*\n/m, ''] });
    expect(problems).toEqual([expect.objectContaining({ severity: 'warning', file: task })]);
  });

  test('[CATALOG-7] a task that nobody may do is a warning', () => {
    const { catalog, problems } = checkChanged({
      'policies/platform.cedar': '// nobody any more\n',
      'agents/release-agent.yaml': undefined,
    });
    expect(catalog).toBeDefined();
    expect(problems[0]).toMatchObject({ severity: 'warning', file: 'tasks/publish-release-notes.yaml' });
  });
});

test('a directory that is none is told', () => {
  const { catalog, problems } = readCatalog('/nowhere/at/all');
  expect(catalog).toBeUndefined();
  expect(problems[0]).toMatchObject({ severity: 'error', file: '/nowhere/at/all' });
});

test('no files are no catalog', () => {
  expect(compileCatalog([]).catalog).toBeUndefined();
});
