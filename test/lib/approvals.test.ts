// What the functions of approvals may do, who people are, and what the console is served with.

import { describe, expect, test } from 'vitest';
import { configuredPeople } from '../../lib/constructs/people.ts';
import type { PeopleIssuer } from '../../src/core/people/person.ts';
import { catalog, deployedBy, stackOf } from '../support/stack.ts';

const deployed = deployedBy(stackOf().stack);
const { of, allows } = deployed;
const actions = (entry: string) => [...new Set(allows(entry).map(({ action }) => action))].sort();
const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const TELL = ['events:PutEvents', 'sns:Publish'];

/** What a function does with the table whose logical id starts so. */
function on(entry: string, table: string): string[] {
  const about = allows(entry).filter(({ resource }) => resource.includes(table));
  return [...new Set(about.map(({ action }) => action.replace('dynamodb:', '')))].sort();
}

const PEOPLE = {
  issuer: 'https://login.acme.dev/tenant',
  clientId: 'remit-console',
  roles: { administrator: ['platform-admins'] },
};

describe('least privilege', () => {
  test.each([
    [
      'Approvals',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        ...LOGS,
        ...TELL,
      ],
      ['states:SendTaskSuccess'],
    ],
    [
      'Passkeys',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem', ...LOGS],
      [],
    ],
    ['Views', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', ...LOGS], []],
    [
      'Questions',
      [
        ...['GetItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action}`),
        ...['s3:GetObject', 's3:ListBucket'],
        ...LOGS,
      ],
      [],
    ],
    [
      'Workflow',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', ...LOGS, ...TELL],
      ['states:SendTaskSuccess'],
    ],
    [
      'PeopleAdmin',
      [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'lambda:InvokeFunction',
        's3:GetObject',
        's3:ListBucket',
        'sqs:SendMessage',
        ...LOGS,
      ],
      [],
    ],
    ['ConsoleFiles', ['s3:DeleteObject', 's3:ListBucket', 's3:PutObject', ...LOGS], []],
  ])('[WORKFLOW-12] %s may do exactly this', (entry, expected, states) => {
    expect(actions(entry)).toEqual([...expected, ...states].sort());
  });

  test('[WORKFLOW-12] passkeys, evidence and leases have three different writers', () => {
    const functions = [
      'Token',
      'Grants',
      'Sweeper',
      'Approvals',
      'Passkeys',
      'Views',
      'Questions',
      'Workflow',
      'Admin',
      'PeopleAdmin',
      'Settle',
    ];
    const writes = (table: string) =>
      functions.filter((entry) => on(entry, table).some((action) => /Put|Update|Delete|Write/.test(action)));
    expect(writes('ApprovingPeople')).toEqual(['Passkeys']);
    // evidence and acts are rows apart: lifecycle.test.ts
    expect(writes('ApprovingEvidence')).toEqual(['Approvals', 'PeopleAdmin']);
    expect(functions.filter((entry) => actions(entry).includes('sts:AssumeRole'))).toEqual(['Token']);
  });

  test('[WORKFLOW-12] each reads what it verifies, and no more', () => {
    expect(on('Token', 'ApprovingPeople')).toEqual(['BatchGetItem', 'GetItem']);
    expect(on('Token', 'ApprovingEvidence')).toEqual(['BatchGetItem', 'GetItem']);
    expect(on('Passkeys', 'TablesGrants')).toEqual([]);
    expect(on('Workflow', 'ApprovingPeople')).toEqual([]);
    expect(on('Workflow', 'ApprovingEvidence')).toEqual([]);
    expect(on('Views', 'ApprovingEvidence')).toEqual([]);
    expect(on('Questions', 'Approving')).toEqual([]);
    expect(on('Views', 'TablesGrants').filter((action) => /Put|Update|Delete/.test(action))).toEqual([]);
    for (const entry of ['Views', 'Questions']) expect(on(entry, 'TablesOutbox')).toEqual(['UpdateItem']);
    expect(on('Grants', 'TablesGrants')).not.toContain('PutItem');
  });

  test('[BUDGETUSE-2] budgets are read by those who show them, and written by the token function alone', () => {
    expect(on('Token', 'TablesBudgets')).toEqual(['GetItem', 'PutItem', 'UpdateItem']);
    for (const entry of ['Admin', 'PeopleAdmin', 'Approvals'])
      expect(on(entry, 'TablesBudgets'), entry).toEqual(['GetItem']);
    for (const entry of ['Grants', 'Sweeper', 'Passkeys', 'Views', 'Questions', 'Workflow', 'Settle'])
      expect(on(entry, 'TablesBudgets'), entry).toEqual([]);
  });

  test('[HISTORY-4] telling the story of an agent has given no other function the trail', () => {
    const readers = [
      'Approvals',
      'Passkeys',
      'Views',
      'Questions',
      'Workflow',
      'Admin',
      'PeopleAdmin',
      'Token',
    ].filter((entry) => allows(entry).some(({ action }) => action === 's3:GetObject'));
    expect(readers).toEqual(['Questions', 'PeopleAdmin']);
  });

  test('[WORKFLOW-12] the machine calls one function; only token and sweeper start it', () => {
    const machine = allows('ApprovalWorkflowMachine').filter(
      ({ action }) => action === 'lambda:InvokeFunction',
    );
    for (const { resource } of machine) expect(resource).toContain('WorkflowFunction');
    const starters = ['Token', 'Sweeper', 'Approvals', 'Workflow', 'Views', 'Grants'].filter((entry) =>
      actions(entry).includes('states:StartExecution'),
    );
    expect(starters).toEqual(['Token', 'Sweeper']);
  });

  test('[WORKFLOW-12] the console is written by one function, in its bucket alone', () => {
    for (const { action, resource } of allows('ConsoleFiles').filter((each) =>
      each.action.startsWith('s3:'),
    )) {
      expect(resource).toContain('ConsoleFiles');
      expect(action === 's3:ListBucket').toBe(!resource.includes('/*'));
    }
  });
});

describe('people', () => {
  const issuerOf = (from: typeof deployed) => {
    const found = from
      .of('AWS::Lambda::Function')
      .find(([, { Properties }]) => Properties['FunctionName'] === 'remit-approvals');
    const environment = found?.[1].Properties['Environment'] as { Variables: Record<string, unknown> };
    return JSON.stringify(environment.Variables['PEOPLE_ISSUER']);
  };

  test('[WORKFLOW-13] come from a pool that nobody signs up to and that asks everybody for a second factor', () => {
    const [[, pool] = []] = of('AWS::Cognito::UserPool');
    expect(pool?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
    });
    const [[, client] = []] = of('AWS::Cognito::UserPoolClient');
    expect(client?.Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(issuerOf(deployed)).toContain('cognito:groups');
  });

  test('[WORKFLOW-13] the pool has a group for each role and for each that a task names', () => {
    const groups = of('AWS::Cognito::UserPoolGroup').map(([, { Properties }]) => Properties['GroupName']);
    const named = catalog.tasks.flatMap(({ approval }) => approval.approvers);
    expect(groups).toEqual(
      expect.arrayContaining(['remit-viewers', 'remit-operators', 'remit-administrators', ...named]),
    );
  });

  test('[WORKFLOW-13] or from the provider of the configuration, and then there is no pool', () => {
    const own = deployedBy(stackOf({ people: PEOPLE }).stack);
    expect(own.of('AWS::Cognito::UserPool')).toEqual([]);
    const text = issuerOf(own);
    const issuer = JSON.parse(JSON.parse(text) as string) as PeopleIssuer;
    expect(issuer).toEqual({
      issuer: PEOPLE.issuer,
      audience: 'remit-console',
      groupsClaim: 'groups',
      algorithms: ['RS256'],
      roles: { viewer: [], operator: [], administrator: ['platform-admins'] },
    });
  });

  test('[WORKFLOW-13] a provider whose tokens the catalog takes for workloads with that audience is refused', () => {
    const [issuer] = catalog.issuers;
    if (issuer === undefined) throw new Error('no issuer');
    const people = {
      ...PEOPLE,
      issuer: issuer.issuer,
      clientId: issuer.audience,
      origins: [],
      groupsClaim: 'groups',
      algorithms: ['RS256' as const],
      roles: { viewer: [], operator: [], administrator: ['platform-admins'] },
    };
    expect(() => configuredPeople(people, catalog)).toThrow(/would sign a person in/);
    expect(() => configuredPeople({ ...people, issuer: `${issuer.issuer}/` }, catalog)).toThrow(/fix:/);
    expect(() => configuredPeople({ ...people, clientId: 'another' }, catalog)).not.toThrow();
  });
});

describe('the console', () => {
  const policyOf = (from: typeof deployed) => {
    const [[, headers] = []] = from.of('AWS::CloudFront::ResponseHeadersPolicy');
    return JSON.stringify(headers?.Properties['ResponseHeadersPolicyConfig']);
  };

  test('[WORKFLOW-14] trusts its own files and the sign-in, runs nothing inline and is framed by nobody', () => {
    const text = policyOf(
      deployedBy(stackOf({ people: { ...PEOPLE, origins: ['https://token.acme.dev/x'] } }).stack),
    );
    expect(text).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(text).toContain("connect-src 'self' https://login.acme.dev https://token.acme.dev;");
    expect(text).toContain("frame-ancestors 'none'");
    expect(text).not.toMatch(/unsafe|\*/);
    expect(policyOf(deployed)).toMatch(
      /connect-src 'self' https:\/\/cognito-idp\.eu-west-1\.amazonaws\.com /,
    );
  });

  test('[WORKFLOW-14] files come from a private bucket; nothing of the API is cached', () => {
    const [[, bucket] = []] = of('AWS::S3::Bucket');
    expect(bucket?.Properties['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const [[, distribution] = []] = of('AWS::CloudFront::Distribution');
    const config = distribution?.Properties['DistributionConfig'] as { CacheBehaviors: unknown[] };
    expect(config.CacheBehaviors).toEqual([
      expect.objectContaining({
        PathPattern: '/api/*',
        // CachingDisabled
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        ViewerProtocolPolicy: 'https-only',
      }),
    ]);
  });

  test('[WORKFLOW-16] a trial takes its files along; any other deployment leaves its bucket', () => {
    const goes = (tables: string) => {
      const from = deployedBy(stackOf({ tables }).stack);
      const [[, resource] = []] = from.of('Custom::RemitConsole');
      const [[, bucket] = []] = from.of('AWS::S3::Bucket');
      return [resource?.Properties['emptyOnDelete'], bucket?.DeletionPolicy];
    };
    expect(goes('destroy')).toEqual(['true', 'Delete']);
    expect(goes('retain')).toEqual(['false', 'Retain']);
  });
});

test('[WORKFLOW-15] what waits, lapses, fails or is approved alone raises an alarm', () => {
  const alarms = of('AWS::CloudWatch::Alarm').map(([id]) => id);
  for (const name of [
    'BreakGlass',
    'ApprovalsWait',
    'ApprovalsLapse',
    'NoticeFailures',
    'WorkflowFailed',
    'WorkflowAborted',
  ])
    expect(alarms.filter((id) => id.startsWith(`Observability${name}`))).toHaveLength(1);
});

test('[WORKFLOW-18] notices lie encrypted in their topic, and are taken over TLS alone', () => {
  const [[id, topic] = ['']] = of('AWS::SNS::Topic').filter(([name]) => name.startsWith('Notices'));
  expect(JSON.stringify(topic?.Properties['KmsMasterKeyId'])).toContain('alias/aws/sns');
  const policy = of('AWS::SNS::TopicPolicy').find(([, { Properties }]) =>
    JSON.stringify(Properties['Topics']).includes(id),
  );
  expect(JSON.stringify(policy?.[1].Properties['PolicyDocument'])).toContain('"aws:SecureTransport":"false"');
});
