// What the stack deploys: who may do what, what stays, what is watched.

import { describe, expect, test } from 'vitest';
import { deriveCeiling } from '../../src/core/iam/ceiling.ts';
import { RESERVATION_SECONDS } from '../../src/core/record/lifetime.ts';
import { catalog, deployedBy, manyTasks, resourcesOf, stackOf } from '../support/stack.ts';

const { stack } = stackOf();
const { own, nested, of, allows } = deployedBy(stack);
const all = [own, ...nested];

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}
const list = (value: unknown): unknown[] => [value].flat();
const actions = (entry: string) => [...new Set(allows(entry).map(({ action }) => action))].sort();
const DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const ASSUME = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'];

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('not in the template');
  return value;
}

/** The document with the partition that CloudFormation would fill in. */
function resolved(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll('{"Ref":"AWS::Partition"}', '"aws"');
  const join = /\{"Fn::Join":\["",\[((?:"[^"]*",?)+)\]\]\}/g;
  return JSON.parse(text.replaceAll(join, (_, parts: string) => `"${parts.replaceAll(/",?"|^"|"$/g, '')}"`));
}

describe('least privilege', () => {
  test.each([
    [
      'Token',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        ...LOGS,
        'states:StartExecution',
        ...ASSUME,
      ],
    ],
    ['Grants', ['dynamodb:GetItem', 'dynamodb:UpdateItem', ...LOGS]],
    ['Metadata', LOGS],
    [
      'Sweeper',
      [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        ...LOGS,
        'states:SendTaskSuccess',
        'states:StartExecution',
      ],
    ],
    [
      'RegistrySync',
      ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', ...LOGS],
    ],
    [
      'Admin',
      [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'lambda:InvokeFunction',
        ...LOGS,
        'sqs:SendMessage',
      ],
    ],
    [
      'Offboarding',
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'kms:GetPublicKey',
        ...LOGS,
      ],
    ],
    ['Settle', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', ...LOGS, 'sqs:SendMessage']],
    [
      'KillList',
      [
        'dynamodb:GetItem',
        'dynamodb:UpdateItem',
        'iam:DeleteRolePolicy',
        'iam:GetRolePolicy',
        'iam:PutRolePolicy',
        ...LOGS,
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
    ],
  ])('[STACK-1] %s may do exactly this', (entry, expected) => {
    expect(actions(entry)).toEqual([...expected].sort());
  });

  test('[STACK-2] each table only where its duty is', () => {
    const tables = (entry: string) =>
      new Set(
        allows(entry).flatMap(
          ({ resource }) => /Tables(Grants|Registry|Replay|Budgets)/.exec(resource)?.[1] ?? [],
        ),
      );
    expect(tables('Token')).toEqual(new Set(['Grants', 'Registry', 'Replay', 'Budgets']));
    expect(tables('Grants')).toEqual(new Set(['Grants', 'Replay']));
    expect(tables('Sweeper')).toEqual(new Set(['Grants']));
    expect(tables('RegistrySync')).toEqual(new Set(['Registry']));
    expect(tables('Metadata').size).toBe(0);
  });

  test('[STACK-3] only the token function may assume roles, and only those of tasks', () => {
    const assume = allows('Token').filter(({ action }) => action.startsWith('sts:'));
    for (const { resource } of assume)
      expect(resource).toMatch(/iam::111122223333:role\/remit\/remit-task-\*/);
    for (const entry of ['Grants', 'Metadata', 'Sweeper', 'RegistrySync']) {
      expect(actions(entry).filter((action) => /^(sts|iam):/.test(action))).toEqual([]);
    }
  });

  test('[STACK-4] no Allow of ours is for every action; each for every resource is known with its reason', () => {
    const documents = all.flatMap((resources) =>
      Object.values(resources).flatMap(({ Properties }) => [
        Properties['PolicyDocument'],
        // of a user pool it is something else
        ...list(Properties['Policies'] ?? []).map(
          (each) => (each as { PolicyDocument?: unknown }).PolicyDocument,
        ),
      ]),
    );
    const statements = documents.flatMap(
      (each) => (each as { Statement: Statement[] } | undefined)?.Statement ?? [],
    );
    const granted = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(granted.filter(({ Action }) => list(Action).some((action) => /\*/.test(String(action))))).toEqual(
      [],
    );
    const everywhere = granted.filter(({ Resource }) => list(Resource).includes('*'));
    const named = new Set(everywhere.flatMap(({ Action }) => list(Action).map(String)));
    expect(named).toEqual(
      new Set([
        // STS has no resource for it: it narrows the session that calls it, and can never widen one
        'sts:GetScopedCredentials',
        // log deliveries and traces of the state machine: neither service has a resource for them
        ...DELIVERY,
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ]),
    );
  });
});

describe('functions', () => {
  const functions = of('AWS::Lambda::Function').map(
    ([id, { Properties }]) => ({ id, ...Properties }) as Record<string, unknown>,
  );
  test('[STACK-5] run Node 24 on arm64, each with a log of its own that is kept for a time', () => {
    expect(functions).toHaveLength(20);
    for (const each of functions) {
      expect(each).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(each['LoggingConfig']).toBeDefined();
    }
    for (const [, { Properties }] of of('AWS::Logs::LogGroup'))
      expect(Properties['RetentionInDays']).toBe(90);
  });

  test('[STACK-7] the token function ends before its reservation is swept', () => {
    const token = functions.find((each) => each['FunctionName'] === 'remit-token');
    expect(Number(token?.['Timeout'])).toBeLessThan(RESERVATION_SECONDS);
  });
});

describe('tables', () => {
  const tables = of('AWS::DynamoDB::Table');
  test('[STACK-8] are on demand, recoverable, protected, and stay when the stack goes', () => {
    expect(tables).toHaveLength(9);
    for (const [, table] of tables) {
      expect(table.DeletionPolicy).toBe('Retain');
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  test('[STACK-9] grants and replay rows go by TTL; grants have their indexes and a stream', () => {
    const find = (name: string) =>
      tables.find(([id]) => id.startsWith(`Tables${name}`))?.[1].Properties ?? {};
    expect(find('Grants')).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(find('Replay')).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true },
    });
    const indexes = find('Grants')['GlobalSecondaryIndexes'] as { IndexName: string }[];
    expect(indexes.map((index) => index.IndexName).sort()).toEqual(['byAgent', 'byTask', 'open']);
  });

  test('[STACK-10] a trial may say that they go', () => {
    const trial = resourcesOf(stackOf({ tables: 'destroy' }).stack).own;
    const policies = Object.values(trial).filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
    for (const table of policies) expect(table.DeletionPolicy).toBe('Delete');
  });
});

describe('task roles', () => {
  const roles = nested
    .flatMap((resources) => Object.values(resources))
    .filter(({ Type }) => Type === 'AWS::IAM::Role');
  test('[STACK-11] each task has its role, with its ceiling as policy and as boundary', () => {
    expect(roles.map(({ Properties }) => Properties['RoleName']).sort()).toEqual(
      catalog.tasks.map((task) => `remit-task-${task.id}`).sort(),
    );
    for (const task of catalog.tasks) {
      const role = roles.find(({ Properties }) => Properties['RoleName'] === `remit-task-${task.id}`);
      const { Properties } = present(role);
      const [policy] = Properties['Policies'] as { PolicyDocument: unknown }[];
      const expected = deriveCeiling(task, { partition: 'aws', account: '111122223333' });
      expect(resolved(policy?.PolicyDocument)).toEqual(JSON.parse(JSON.stringify(expected)));
      const boundary = (Properties['PermissionsBoundary'] as { Ref: string }).Ref;
      const managed = nested.map((resources) => resources[boundary]).find(Boolean);
      expect(managed?.Properties['PolicyDocument']).toEqual(policy?.PolicyDocument);
    }
  });

  test('[STACK-12] each trusts one role alone, under conditions', () => {
    for (const { Properties } of roles) {
      const { Statement } = Properties['AssumeRolePolicyDocument'] as {
        Statement: Record<string, unknown>[];
      };
      for (const each of Statement) {
        expect(Object.keys(each['Principal'] as object)).toEqual(['AWS']);
        expect(JSON.stringify(each['Principal'])).toContain('TokenRole');
        expect(each['Condition']).toBeDefined();
      }
    }
  });

  test('[STACK-13] more tasks than a stack holds are spread over several', () => {
    expect(resourcesOf(stackOf({}, manyTasks(401)).stack).nested).toHaveLength(3);
    expect(() => stackOf({}, manyTasks(901))).toThrow(/901 tasks.*1,000 roles/s);
  });
});

describe('the API', () => {
  test('[STACK-14] takes every method on its routes, so that a wrong one gets our error', () => {
    const routes = of('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey']);
    expect(routes.sort()).toEqual([
      'ANY /.well-known/jwks.json',
      'ANY /.well-known/oauth-authorization-server',
      'ANY /api/acts',
      'ANY /api/acts/{step}',
      'ANY /api/agents',
      'ANY /api/agents/{id}',
      'ANY /api/agents/{id}/proof',
      'ANY /api/agents/{id}/story',
      'ANY /api/approvals',
      'ANY /api/approvals/{grantId}',
      'ANY /api/approvals/{grantId}/{action}',
      'ANY /api/audit',
      'ANY /api/catalog',
      'ANY /api/config',
      'ANY /api/findings',
      'ANY /api/grants',
      'ANY /api/grants/{grantId}',
      'ANY /api/me',
      'ANY /api/overview',
      'ANY /api/passkeys',
      'ANY /api/passkeys/{action}',
      'ANY /api/passkeys/{action}/{step}',
      'ANY /api/questions',
      'ANY /api/questions/{name}',
      'ANY /api/reviews',
      'ANY /api/reviews/{agent}',
      'ANY /grants/{grantId}/complete',
      'ANY /oauth2/introspect',
      'ANY /oauth2/revoke',
      'ANY /oauth2/token',
    ]);
  });

  test('[STACK-15] is throttled, and logs no query, header or body', () => {
    const [[, stage] = []] = of('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: 100,
      ThrottlingBurstLimit: 200,
    });
    const { Format } = present(stage).Properties['AccessLogSettings'] as { Format: string };
    expect(Format).not.toMatch(/query|header|path\b|authorizer|body/i);
  });
});

test('[STACK-16] two deployments in one account do not meet', () => {
  const names = (prefix: string) =>
    [resourcesOf(stackOf({ prefix }).stack)].flatMap(({ own: mine, nested: inner }) =>
      [mine, ...inner].flatMap((resources) =>
        Object.values(resources).flatMap(({ Properties = {} }) =>
          ['RoleName', 'FunctionName', 'TableName', 'LogGroupName', 'DashboardName'].flatMap((key) =>
            typeof Properties[key] === 'string' ? [Properties[key]] : [],
          ),
        ),
      ),
    );
  const first = new Set(names('one'));
  expect(first.size).toBeGreaterThan(10);
  expect(names('two').filter((name) => first.has(name))).toEqual([]);
});

test('[STACK-17] what a person must look at raises an alarm', () => {
  const alarms = of('AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThanOrEqual(10);
  for (const [, { Properties }] of alarms) expect(Properties['AlarmActions']).toHaveLength(1);
  expect(of('AWS::CloudWatch::Dashboard')).toHaveLength(1);
});
