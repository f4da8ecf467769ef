// A running plane for the tests: two roles, a bucket, a table, and stock SDK clients for any credentials.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type OpenPlane, openPlane } from '../../../src/adapters/local/plane/open-plane.ts';
import type { LeaseCredentials, PolicyDocument, PolicyStatement } from '../../../src/core/model.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
const BROKER_ROLE = `arn:aws:iam::${ACCOUNT}:role/broker`;
export const TASK_ROLE = `arn:aws:iam::${ACCOUNT}:role/remit/remit-task-files`;
const BOUNDED_ROLE = `arn:aws:iam::${ACCOUNT}:role/remit/remit-task-bounded`;

export const policy = (...statements: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
export const allow = (Action: string | string[], Resource: string | string[] = '*'): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const taskTrust = policy(
  {
    Effect: 'Allow',
    Principal: { AWS: BROKER_ROLE },
    Action: 'sts:AssumeRole',
    Condition: {
      StringLike: { 'sts:SourceIdentity': 'remit-*' },
      StringEquals: { 'aws:RequestTag/remit:task': 'files' },
    },
  },
  { Effect: 'Allow', Principal: { AWS: BROKER_ROLE }, Action: ['sts:TagSession', 'sts:SetSourceIdentity'] },
);

const taskPolicy = policy(
  allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], 'arn:aws:s3:::files/*'),
  allow(['s3:ListBucket'], 'arn:aws:s3:::files'),
  allow(
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:Scan'],
    [
      `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/records`,
      `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/records/index/byOwner`,
    ],
  ),
  allow('sts:GetScopedCredentials'),
  allow('sts:GetWebIdentityToken'),
);

/** The clock of a test: starts now, moves by hand. */
function movableClock() {
  let offset = 0;
  const clock = () => new Date(Date.now() + offset);
  return Object.assign(clock, { forward: (seconds: number) => (offset += seconds * 1000) });
}

export type Fixture = OpenPlane & {
  readonly clock: ReturnType<typeof movableClock>;
  readonly broker: LeaseCredentials;
  s3(credentials: LeaseCredentials, region?: string): S3Client;
  dynamo(credentials: LeaseCredentials): DynamoDBClient;
  sts(credentials: LeaseCredentials): STSClient;
  /** A lease on the task role with this session policy. */
  assume(session?: PolicyDocument, role?: string): Promise<LeaseCredentials>;
};

export async function startFixture(): Promise<Fixture> {
  const clock = movableClock();
  const opened = await openPlane({
    identity: { partition: 'aws', region: REGION, account: ACCOUNT },
    clock,
    port: 0,
  });
  await opened.load({
    roles: [
      {
        arn: BROKER_ROLE,
        trust: policy({
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
        policies: { main: policy(allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'])) },
      },
      { arn: TASK_ROLE, trust: taskTrust, policies: { ceiling: taskPolicy } },
      {
        arn: BOUNDED_ROLE,
        trust: taskTrust,
        policies: { wide: policy(allow('*')) },
        boundary: policy(allow('s3:GetObject', 'arn:aws:s3:::files/a/*')),
      },
    ],
    tables: [
      {
        TableName: 'records',
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'customer', AttributeType: 'S' },
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'owner', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byOwner',
            KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    ],
    buckets: ['files', 'other'],
  });
  return withClients(opened, clock);
}

function withClients(opened: OpenPlane, clock: Fixture['clock']): Fixture {
  const { url, plane } = opened;
  const role = plane.roles.find(BROKER_ROLE);
  if (role === undefined) throw new Error('the broker role is missing');
  const broker = plane.sessions.issue({
    kind: 'role',
    role,
    name: 'token',
    sourceIdentity: undefined,
    tags: {},
    sessionPolicy: undefined,
    scopeDown: [],
    issuedAt: clock(),
    expiresAt: new Date(clock().getTime() + 24 * 3600 * 1000),
  });
  const config = (credentials: LeaseCredentials, region = REGION) => ({
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === '' ? {} : { sessionToken: credentials.sessionToken }),
    },
  });
  const sts = (credentials: LeaseCredentials) => new STSClient(config(credentials));
  return {
    ...opened,
    clock,
    broker,
    sts,
    s3: (credentials, region) => new S3Client(config(credentials, region)),
    dynamo: (credentials) => new DynamoDBClient(config(credentials)),
    assume: async (session, roleArn = TASK_ROLE) => {
      const answer = await sts(broker).send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: 'grant-agent',
          SourceIdentity: 'remit-grant',
          Tags: [{ Key: 'remit:task', Value: 'files' }],
          DurationSeconds: 900,
          ...(session === undefined ? {} : { Policy: JSON.stringify(session) }),
        }),
      );
      return lease(answer.Credentials);
    },
  };
}

/** SDK credentials as the core names them. */
export function lease(
  credentials:
    | {
        AccessKeyId: string | undefined;
        SecretAccessKey: string | undefined;
        SessionToken: string | undefined;
      }
    | undefined,
): LeaseCredentials {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  };
}
