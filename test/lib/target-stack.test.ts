// The stack of another account: who gets in by its role for kill lists, and what that can do there; and that the home
// account's writer gets into the accounts that the catalog names, and into no other.

import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { addTargetStacks, RemitTargetStack } from '../../lib/remit-target-stack.ts';
import { catalog, deployedBy, type Resource, stackOf } from '../support/stack.ts';

const [HOME, OTHER] = ['111122223333', '444455556666'];
const [first, second, ...rest] = catalog.tasks;
if (first === undefined || second === undefined) throw new Error('two tasks');
const away = { ...catalog, tasks: [{ ...first, account: OTHER }, second, ...rest] };

function targets() {
  const app = new App({ context: { remit: {} } });
  addTargetStacks(app, {
    config: { ...readConfig(app.node), homeAccount: HOME },
    catalog: away,
    codeOf: () => Code.fromInline('// not run'),
  });
  const stacks = app.node.children.filter((each) => each instanceof RemitTargetStack);
  const stack = stacks.find(({ account }) => account === OTHER);
  if (stack === undefined) throw new Error('no stack');
  return { app, stack };
}

const { stack: target } = targets();
const resources = Object.entries(
  Template.fromStack(target).toJSON()['Resources'] as Record<string, Resource>,
);
const of = (type: string) =>
  resources.filter(([, { Type }]) => Type === type).map(([id, each]) => ({ id, ...each }));
const { of: home, allows } = deployedBy(stackOf({}, away).stack);
/** Text of a value, with references as names. */
const text = (value: unknown) => JSON.stringify(value).replaceAll('"', '');

afterEach(() => {
  vi.restoreAllMocks();
});

test('[KILL-36] its role for kill lists trusts the writer at home by its exact ARN, and only to assume it', () => {
  const role = of('AWS::IAM::Role').find(({ Properties }) => Properties['RoleName'] === 'remit-kill-lists');
  const writer = [...home('AWS::IAM::Role')].find(([id]) => id.startsWith('KillListRole'))?.[1].Properties;
  expect(role?.Properties['Path']).toBe('/remit/');
  const exact = {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${HOME}:role/remit/${writer?.['RoleName']}`]],
  };
  expect(role?.Properties['AssumeRolePolicyDocument']).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: exact },
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': exact },
          StringEquals: { 'aws:PrincipalAccount': HOME },
        },
      },
    ],
  });
});

test('[KILL-36] the role can do with the task roles there what the writer can do at home, and nothing else', () => {
  const statements = (policies: readonly { Properties: Record<string, unknown> }[]) =>
    policies.flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: object[] }).Statement);
  const there = statements(of('AWS::IAM::Policy').filter(({ id }) => id.startsWith('KillLists')));
  const here = statements(
    home('AWS::IAM::Policy')
      .filter(([id]) => id.startsWith('KillListRole'))
      .map(([, each]) => each),
  ).filter((each) => text(each).includes('iam:') && !text(each).includes('sts:'));
  const atHome = here.map((each) => JSON.parse(JSON.stringify(each).replaceAll(HOME, OTHER)));
  expect(there.length).toBe(2);
  expect(there).toEqual(atHome.filter((each) => text(each).includes('RolePolicy')));
  const managed = of('AWS::IAM::Role').map(({ Properties }) => Properties['ManagedPolicyArns']);
  expect(managed.filter((each) => each !== undefined)).toEqual([]);
});

test('[KILL-34] [KILL-36] the writer gets into each account that the catalog names, and into no other', () => {
  const assumes = allows('KillList').filter(({ action }) => action.startsWith('sts:'));
  expect(assumes).toEqual([
    {
      action: 'sts:AssumeRole',
      resource: expect.stringContaining(`:iam::${OTHER}:role/remit/remit-kill-lists`),
    },
  ]);
  expect(assumes[0]?.resource).not.toContain('*');
  expect(
    deployedBy(stackOf().stack)
      .allows('KillList')
      .filter(({ action }) => action.startsWith('sts:')),
  ).toEqual([]);
});

test('[KILL-35] looks into them every few minutes, and an account that is shut rings until it is open', () => {
  const rule = home('AWS::Events::Rule').find(([id]) => id.startsWith('LookIntoAccounts'))?.[1].Properties;
  expect(rule).toMatchObject({ ScheduleExpression: 'rate(5 minutes)' });
  expect(rule?.['Targets']).toMatchObject([{ Input: JSON.stringify({ accounts: [OTHER] }) }]);
  const alarm = home('AWS::CloudWatch::Alarm').find(([id]) => id.startsWith('AccountsBeyondReach'))?.[1]
    .Properties;
  expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1, AlarmActions: [expect.anything()] });
  // two looks, so that it does not fall silent between them
  expect(text(alarm?.['Metrics'])).toContain('MetricName:AccountsBeyondReach');
  expect(text(alarm?.['Metrics'])).toContain('Period:600');
});

test('[STACK-18] the stack of another account has no finding that is not acknowledged with a reason', () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { app } = targets();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test('[STACK-18] a task that names the own account by its number is told to say so otherwise', () => {
  const app = new App();
  const config = { ...readConfig(app.node), homeAccount: HOME };
  const tasks = catalog.tasks.map((task) => ({ ...task, account: HOME }));
  expect(() => addTargetStacks(app, { config, catalog: { ...catalog, tasks } })).toThrow(
    /write account: self/,
  );
});
