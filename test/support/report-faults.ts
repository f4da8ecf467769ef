// For each check of the reports the worlds in which it fails.

import type { Answered } from '../../src/core/report/check.ts';
import { trailOf } from './questions.ts';
import { credulous, onSharedPlatform, type WorldParts, withTasks, worldCatalog } from './report-world.ts';
import { change, memoryReader, memoryTrail } from './trail.ts';

const policy = (statement: object, type = 'AWS::IAM::Policy') => ({
  Type: type,
  Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } },
});
const resource = (Type: string, Properties: Record<string, unknown> = {}): WorldParts => ({
  resources: { It: { Type, Properties } },
});
const role = (trust: object, more: object = {}) =>
  resource('AWS::IAM::Role', {
    RoleName: 'remit-task-export',
    PermissionsBoundary: 'b',
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'token' }, ...trust }],
    },
    ...more,
  });
const BOUND = {
  StringLike: { 'sts:SourceIdentity': 'remit-*' },
  StringEquals: { 'aws:RequestTag/remit:task': 'export' },
};
const DAY = '2026-11-24T09:00:00.000Z';
const earlier = { requestedAt: new Date(DAY) };

/** More agents than a list has; the overdue one comes after them, and first by review date. */
function beyondTheList() {
  const agent = { id: 'late', reviewBy: '2026-11-23' };
  const others = Array.from({ length: 1000 }, (_, at) => ({ id: `a-${at}`, reviewBy: '2026-12-24' }));
  return {
    listByStatus: async (_: string, { reviewBy }: { readonly reviewBy?: string }) =>
      reviewBy === undefined ? { agents: others, next: 'more' } : { agents: [agent] },
  };
}

/** A world, or how it is made. */
export type Fault = WorldParts | (() => Promise<WorldParts>);

/** A world, by the check that fails in it; several where there are several ways. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  // the stack
  'no-static-keys': [
    resource('AWS::IAM::AccessKey'),
    resource('AWS::IAM::User'),
    resource('AWS::SecretsManager::Secret'),
  ],
  'no-plaintext-secrets': [
    resource('AWS::Lambda::Function', { Environment: { Variables: { DB_PASSWORD: 'x' } } }),
    resource('AWS::Lambda::Function', { Environment: { Variables: { X: 'AKIAIOSFODNN7EXAMPLE' } } }),
  ],
  'no-wildcards': [
    { resources: { It: policy({ Action: 's3:*', Resource: 'arn:aws:s3:::x' }) } },
    { resources: { It: policy({ Action: ['s3:GetObject'], Resource: '*' }) } },
    resource('AWS::IAM::Role', {
      Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } }],
    }),
    { resources: { It: policy({ NotAction: 'iam:*', Resource: 'arn:aws:s3:::x' }) } },
    { resources: { It: policy({ Action: 's3:GetObject', NotResource: 'arn:aws:s3:::x' }) } },
    resource('AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    resource('AWS::IAM::Role', {
      ManagedPolicyArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'P' }, ':iam::aws:policy/PowerUserAccess']] }],
    }),
  ],
  'task-role-trust': [
    role({}),
    role({ Condition: BOUND, Principal: { AWS: ['token', 'another'] } }),
    role({ Condition: BOUND, Principal: { AWS: '*' } }),
    role({ Condition: BOUND }, { PermissionsBoundary: undefined }),
    resource('AWS::IAM::Role'),
  ],
  'one-minter': [
    resource('AWS::IAM::Role'),
    {
      resources: {
        One: policy({ Action: 'sts:AssumeRole', Resource: 'r' }),
        Two: policy({ Action: 'sts:AssumeRole', Resource: 'r' }),
      },
    },
  ],
  tls: [
    resource('AWS::ElasticLoadBalancingV2::Listener', { Protocol: 'HTTP' }),
    resource('AWS::CloudFront::Distribution', {
      DistributionConfig: { DefaultCacheBehavior: { ViewerProtocolPolicy: 'allow-all' } },
    }),
    resource('AWS::CloudFront::Distribution', { Origins: [{ OriginProtocolPolicy: 'http-only' }] }),
    resource('AWS::ApiGatewayV2::DomainName', { DomainNameConfigurations: [{ SecurityPolicy: 'TLS_1_0' }] }),
    resource('AWS::S3::Bucket'),
  ],
  'no-network-trust': [
    {
      resources: {
        It: policy({
          Action: 's3:GetObject',
          Resource: 'x',
          Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
        }),
      },
    },
  ],
  encryption: [
    resource('AWS::S3::Bucket', { BucketEncryption: {} }),
    resource('AWS::SQS::Queue'),
    resource('AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: false, KMSMasterKeyId: 'k' } }),
    { resources: { It: policy({ Action: 'sqs:SendMessage', Principal: '*' }, 'AWS::SQS::QueuePolicy') } },
    {
      resources: { It: policy({ Action: 'sns:Publish', Principal: { AWS: '*' } }, 'AWS::SNS::TopicPolicy') },
    },
    {
      resources: {
        It: policy({ Action: 's3:GetObject', NotPrincipal: { AWS: 'x' } }, 'AWS::S3::BucketPolicy'),
      },
    },
    resource('AWS::KMS::Key', {
      KeyPolicy: { Statement: [{ Effect: 'Allow', Action: 'kms:Sign', Principal: '*', Resource: '*' }] },
    }),
  ],
  recovery: [
    resource('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true }),
    resource('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  ],
  'signed-orders': [
    resource('AWS::Lambda::Url', { AuthType: 'NONE' }),
    resource('AWS::Lambda::Permission', { Principal: '*' }),
  ],
  // the catalog
  'catalog-check': [{ ports: { catalogFiles: [{ path: 'issuers.yaml', data: { issuers: [] } }] } }],
  'short-lives': [
    { catalog: withTasks({ leaseSeconds: 86_400 }) },
    {
      catalog: worldCatalog({
        issuers: [{ name: 'x', maxLifetimeSeconds: 31_536_000, algorithms: ['ES256'] } as never],
      }),
    },
    {
      catalog: worldCatalog({
        issuers: [{ name: 'x', maxLifetimeSeconds: 60, algorithms: ['HS256'] } as never],
      }),
    },
  ],
  'people-decide': [
    { catalog: withTasks({ approval: { ...approvalOf(), required: true, approvers: [] } }) },
    { catalog: withTasks({ approval: { ...approvalOf(), ownerMayApprove: true } }) },
    { catalog: withTasks({ approval: { ...approvalOf(), quorum: 0 } }) },
  ],
  'pinned-claims': [{ catalog: onSharedPlatform() }],
  'bounded-sessions': [
    {
      catalog: withTasks({
        permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::*'] }],
        parameters: {},
      }),
    },
    {
      catalog: withTasks({
        permissions: [{ actions: ['iam:CreateAccessKey'], resources: ['arn:aws:iam::999999999999:*'] }],
        parameters: {},
      }),
    },
  ],
  'ruled-by-values': [{ questions: { authorizer: { rule: () => ({ outcome: 'allowed', policies: [] }) } } }],
  // the tables
  owners: [
    { agents: [{ owner: { issuer: '', subject: '' } }] },
    { agents: [{ owner: { issuer: 'https://login.acme.dev/', subject: 'ada' } }] },
    ...[{ purpose: '' }, { reviewBy: '' }].map((each) => ({ agents: [each] })),
  ],
  reviews: [{ agents: [{ reviewBy: '2026-11-23' }] }, { questions: { agents: beyondTheList() as never } }],
  orphans: [
    { agents: [{ status: 'retired' }], grants: [{ agent: 'billing-agent', status: 'active' }] },
    { agents: [], grants: [{ agent: 'billing-agent', status: 'active' }] },
  ],
  overrunning: [
    { grants: [{ status: 'active', expiresAt: new Date('2026-11-24T08:00:00Z') }] },
    { grants: [{ status: 'active', environment: 'dev' }] },
  ],
  'one-agent-each': [{ agents: [{}, { id: 'other-agent' }] }],
  purposes: [
    { grants: [{ purpose: '' }] },
    { grants: [{ ruling: { outcome: 'allowed', policies: [] } }] },
    { grants: [{ workload: { issuer: 'x', subject: 'y', assertionId: '' } }] },
  ],
  // the trail
  'trail-verified': [tamperedTrail, shortenedTrail],
  'trail-whole': [{ grants: [earlier], questions: { trail: trailOf([]) } }],
  'trail-harmless': [
    leaking('eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'),
    leaking('AKIAIOSFODNN7EXAMPLE'),
    leaking(`01ARZ3NDEKTSV4RRFFQ69G5FAV.${'a'.repeat(43)}`),
  ],
  // the broker, which believes and gives everything
  metadata: [{}, { answer: () => ({ status: 200, body: {} }) }],
  'unsigned-refused': [{}],
  'unlisted-issuer': [
    {},
    { answer: () => ({ status: 400, body: { code: 'assertion_rejected', access_token: 'x' } }) },
    { answer: () => ({ status: 400, body: { code: 'task_unknown' } }) },
  ],
  'https-only': [
    { ports: { broker: { url: 'http://broker.acme.dev', send: async (asked) => credulous(asked) } } },
    {
      ports: {
        broker: {
          url: 'https://broker.acme.dev',
          send: async (asked) => credulous(asked),
          servesWithoutTls: async () => true,
        },
      },
    },
  ],
  'locked-packages': [
    { ports: { lockFile: JSON.stringify({ packages: { '': {}, 'node_modules/x': { version: '1.0.0' } } }) } },
  ],
  'forged-assertions': [{}],
  'year-long-assertion': [{}],
  'wrong-audience': [{}],
  replay: [{}],
  'foreign-handle': [{}],
  'person-at-agents': [{}],
  'agent-at-people': [{}],
  'unlisted-task': [{}],
  'other-environment': [{}],
  'short-lease': [{}],
  'one-task-each': [{}],
  'purpose-needed': [{}],
  completed: [{}],
  'foreign-server': [
    { catalog: worldCatalog({ resourceServers: [{ name: 'other', bindings: [], tasks: [] }] }) },
  ],
  'killed-grant': [{}],
  'killed-task': [{}, stopsInWords],
  'killed-issuer': [{}, stopsInWords],
  'self-approval': [
    { answer: ({ path }) => (path === '/oauth2/token' ? WAITING : { status: 200, body: {} }) },
    {
      answer: ({ path }) =>
        path === '/oauth2/token' ? WAITING : { status: 403, body: { code: 'not_an_approver' } },
    },
  ],
  'suspended-agent': [{}],
};

const WAITING: Answered = {
  status: 400,
  body: { code: 'grant_pending', grant_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' },
};

/** Gives one grant, and says that all is stopped then; the grant's row says otherwise. */
async function stopsInWords(): Promise<WorldParts> {
  let isStopped = false;
  return {
    answer(asked) {
      if (isStopped) return { status: 400, body: { code: 'stopped' } };
      isStopped = true;
      return credulous(asked);
    },
  };
}

function approvalOf() {
  return {
    required: true,
    approvers: ['finance-leads'],
    quorum: 1,
    expiresAfterSeconds: 600,
    ownerMayApprove: false,
    escalateTo: [],
  };
}

async function tamperedTrail(): Promise<WorldParts> {
  const trail = memoryTrail();
  await trail.sequence([change('one', 1), change('two', 1)]);
  const objects = new Map(
    [...trail.objects].map(([key, text]) => [key, text.replaceAll('export-invoices', 'export-invoicez')]),
  );
  return { questions: { trail: memoryReader(objects) } };
}

/** Its last records are gone, and a checkpoint that was kept apart tells. */
async function shortenedTrail(): Promise<WorldParts> {
  const trail = memoryTrail();
  await trail.sequence([change('one', 1)]);
  await trail.checkpoint();
  const before = new Map(trail.objects);
  trail.now = new Date(trail.now.getTime() + 1000);
  await trail.sequence([change('one', 2)]);
  await trail.checkpoint();
  const kept = await trail.deps.store.readCheckpoint();
  return {
    questions: { trail: memoryReader(before) },
    ports: { trailProof: { publicKey: trail.publicKey, kept: kept === undefined ? [] : [kept] } },
  };
}

function leaking(secret: string): WorldParts {
  return {
    questions: { trail: trailOf([{ type: 'remit.grant.ended', time: DAY, data: { token: secret } }]) },
  };
}
