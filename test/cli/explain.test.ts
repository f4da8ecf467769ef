import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshHome, runCli } from './run-cli.ts';

const ISSUERS = `issuers:
  - name: aws-prod
    kind: aws-sts
    issuer: https://3f7a2c1e-90b4-4d5e-8a61-5b2c9d0e7f13.tokens.sts.global.api.aws
    audience: urn:acme:remit
    algorithms: [ES384]
    maxLifetime: 10m
    replay: single-use
`;
const AGENT = `agent: billing-agent
owner: { issuer: "https://login.acme.dev", subject: ada, name: Ada }
purpose: statements and refunds
environment: prod
groups: [billing]
reviewBy: 2027-02-22
bindings:
  - issuer: aws-prod
    subject: arn:aws:iam::111122223333:role/acme-billing-agent
`;
const TASK = `task: refund-customer
title: Order one refund
environment: prod
parameters:
  customer: { type: string, pattern: "cus_[A-Za-z0-9]{8,24}", maxLength: 28 }
  amount: { type: integer, min: 1, max: 10000 }
permissions:
  - actions: [s3:PutObject]
    resources: ["arn:aws:s3:::acme-refunds/{customer}/{amount}.json"]
lease: 60s
maxDuration: 5m
approval: { approvers: [finance-leads], quorum: 1, expiresAfter: 30m }
`;
const POLICY = `permit (
  principal in Remit::Group::"billing",
  action == Remit::Action::"refund-customer",
  resource
)
when { context.approved || context.parameters.amount <= 50 };
`;

const catalog = mkdtempSync(join(tmpdir(), 'remit-catalog-'));
beforeAll(() => {
  for (const folder of ['agents', 'tasks', 'policies']) mkdirSync(join(catalog, folder));
  writeFileSync(join(catalog, 'issuers.yaml'), ISSUERS);
  writeFileSync(join(catalog, 'agents', 'billing-agent.yaml'), AGENT);
  writeFileSync(join(catalog, 'tasks', 'refund-customer.yaml'), TASK);
  writeFileSync(join(catalog, 'policies', 'billing.cedar'), POLICY);
});

const QUESTION = [
  '--agent',
  'billing-agent',
  '--task',
  'refund-customer',
  '--param',
  'customer=cus_12345678',
];
// nothing to ask with: no broker, no assertion, no AWS
const explain = (...more: string[]) =>
  runCli(['explain', ...QUESTION, '--catalog', catalog, '--account', '111122223333', ...more], {
    HOME: freshHome(),
  });

describe('remit explain', () => {
  it('[CLI-12] a small refund is allowed: ruling, policy, role, session policy and its size', async () => {
    const { code, stdout } = await explain('--param', 'amount=20', '--json');
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      outcome: 'allowed',
      parameters: { customer: 'cus_12345678', amount: 20 },
      roleArn: 'arn:aws:iam::111122223333:role/remit/remit-task-refund-customer',
      notSeen: expect.stringContaining('remit kill list'),
      leaseSeconds: 60,
    });
    expect(told.policies).toEqual([expect.stringContaining('billing.cedar')]);
    expect(told.sessionPolicyLength).toBe(JSON.stringify(told.sessionPolicy).length);
    expect(told.sessionPolicyLength).toBeLessThanOrEqual(2048);
    expect(JSON.stringify(told.sessionPolicy)).toContain('arn:aws:s3:::acme-refunds/cus_12345678/20.json');
  });

  it('[CLI-12] a large one needs approval, exit code 5', async () => {
    const { code, stdout } = await explain('--param', 'amount=80');
    expect(code).toBe(5);
    expect(stdout).toMatch(/^ruling +needs approval: a person decides first$/m);
    expect(stdout).toMatch(/^decided by +.*billing\.cedar/m);
    expect(stdout).toMatch(/^policy +\d+ of 2048 characters$/m);
  });

  it('tells the budgets of task and agent', async () => {
    const other = mkdtempSync(join(tmpdir(), 'remit-catalog-'));
    cpSync(catalog, other, { recursive: true });
    writeFileSync(
      join(other, 'tasks', 'refund-customer.yaml'),
      `${TASK}budget: { perHour: 20, perDay: { amount: 10000 } }\n`,
    );
    writeFileSync(join(other, 'agents', 'billing-agent.yaml'), `${AGENT}budget: { concurrent: 10 }\n`);
    const { stdout } = await explain('--param', 'amount=20', '--catalog', other);
    expect(stdout).toMatch(/^budget +20 an hour, 10000 amount a day, of this task$/m);
    expect(stdout).toMatch(/^budget +10 at once, over all the agent's tasks$/m);
    rmSync(other, { recursive: true });
  });

  it('[CLI-12] what no policy permits is denied, exit code 3', async () => {
    const other = mkdtempSync(join(tmpdir(), 'remit-catalog-'));
    cpSync(catalog, other, { recursive: true });
    writeFileSync(
      join(other, 'policies', 'billing.cedar'),
      POLICY.replace('<= 50', '<= 10').replace('context.approved || ', ''),
    );
    const { code, stdout } = await explain('--param', 'amount=80', '--catalog', other);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^ruling +denied$/m);
    rmSync(other, { recursive: true });
  });

  it('[CLI-9] a parameter of another form is named, with the fix', async () => {
    const { code, stderr } = await explain('--param', 'amount=8.5');
    expect(code).toBe(3);
    expect(stderr).toBe(
      'remit: The parameters do not fit the task: amount: not an integer.\n' +
        '  fix: give amount as the catalog says: a whole number from 1 to 10000\n',
    );
    const { stderr: text } = await runCli(
      [
        'explain',
        ...QUESTION.slice(0, 4),
        '--param',
        'customer=nobody',
        '--param',
        'amount=8',
        '--catalog',
        catalog,
      ],
      { HOME: freshHome() },
    );
    expect(text).toContain(
      'customer: does not match its pattern.\n  fix: give customer as the catalog says: ',
    );
    expect(text).toContain('text that matches cus_[A-Za-z0-9]{8,24}, of at most 28 characters\n');
  });

  it('[CLI-9] an unknown agent or catalog is told with what there is', async () => {
    const agent = await explain('--param', 'amount=20', '--agent', 'nobody');
    expect(agent.stderr).toBe('remit: The catalog has no agent nobody.\n  fix: it has: billing-agent\n');
    const broken = await explain('--param', 'amount=20', '--catalog', '/nowhere');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('remit catalog check /nowhere');
  });
});
