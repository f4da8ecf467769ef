import { describe, expect, it } from 'vitest';
import { nameResource } from '../../../src/adapters/local/template/naming.ts';
import { readStack } from '../../../src/adapters/local/template/read-stack.ts';
import { createResolver, type Template } from '../../../src/adapters/local/template/resolve.ts';

const place = { partition: 'aws', region: 'us-east-1', account: '000000000000', stackName: 'local' };
const document = (Action: string, Resource: unknown = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
const trust = (principal: unknown) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: principal } }],
});

const root: Template = {
  Parameters: { Stage: { Default: 'dev' } },
  Conditions: {
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
  },
  Resources: {
    Rows: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by',
            KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
            WarmThroughput: {},
          },
        ],
      },
    },
    TokenRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('lambda'),
        ManagedPolicyArns: [
          {
            'Fn::Join': [
              '',
              [
                'arn:',
                { Ref: 'AWS::Partition' },
                ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
              ],
            ],
          },
        ],
      },
    },
    TokenPolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'TokenPolicy',
        PolicyDocument: document('dynamodb:GetItem', [
          { 'Fn::GetAtt': ['Rows', 'Arn'] },
          { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Rows', 'Arn'] }, '/index/*']] },
        ]),
        Roles: [{ Ref: 'TokenRole' }],
      },
    },
    Token: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Role: { 'Fn::GetAtt': ['TokenRole', 'Arn'] },
        Environment: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
          Variables: { TABLE: { Ref: 'Rows' }, TEXT: { 'Fn::Sub': '${AWS::Region}/${Rows}/${!plain}' } },
        },
      },
    },
    TokenIntegration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationUri: { 'Fn::GetAtt': ['Token', 'Arn'] } },
    },
    TokenRoute: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: 'ANY /oauth2/token',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'TokenIntegration' }]] },
      },
    },
    OnlyProd: { Type: 'AWS::DynamoDB::Table', Condition: 'IsProd', Properties: {} },
    Nested: {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { Parameters: { TokenRoleArn: { 'Fn::GetAtt': ['TokenRole', 'Arn'] } } },
    },
  },
};
const nested: Template = {
  Parameters: { TokenRoleArn: {} },
  Resources: {
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'ceiling', PolicyDocument: document('s3:GetObject') },
    },
    Task: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'remit-task-files',
        Path: '/remit/',
        AssumeRolePolicyDocument: trust({ Ref: 'TokenRoleArn' }),
        PermissionsBoundary: { Ref: 'Boundary' },
        Policies: [{ PolicyName: 'ceiling', PolicyDocument: document('s3:*') }],
      },
    },
  },
};
const stack = { template: root, nested: { Nested: { template: nested } } };

describe('reading the synthesized stack', () => {
  it('finds roles with policies and boundary across nested stacks, by the ARNs they will have [LOCAL-21]', () => {
    const { roles } = readStack(stack, place);
    expect(roles).toMatchObject([
      {
        arn: 'arn:aws:iam::000000000000:role/local-TokenRole',
        policies: {
          TokenPolicy: {
            Statement: [
              {
                Resource: [
                  'arn:aws:dynamodb:us-east-1:000000000000:table/local-Rows',
                  'arn:aws:dynamodb:us-east-1:000000000000:table/local-Rows/index/*',
                ],
              },
            ],
          },
        },
      },
      {
        arn: 'arn:aws:iam::000000000000:role/remit/remit-task-files',
        trust: { Statement: [{ Principal: { AWS: 'arn:aws:iam::000000000000:role/local-TokenRole' } }] },
        boundary: { Statement: [{ Action: 's3:GetObject' }] },
        policies: { ceiling: { Statement: [{ Action: 's3:*' }] } },
      },
    ]);
  });

  it('finds tables with keys and indexes alone, and functions with their resolved environment', () => {
    const { tables, functions, routes } = readStack(stack, place);
    expect(routes).toEqual([{ routeKey: 'ANY /oauth2/token', functionName: 'local-Token' }]);
    expect(tables).toEqual([
      {
        TableName: 'local-Rows',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by',
            KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    ]);
    expect(functions).toEqual([
      {
        name: 'local-Token',
        roleArn: 'arn:aws:iam::000000000000:role/local-TokenRole',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
        environment: { TABLE: 'local-Rows', TEXT: 'us-east-1/local-Rows/${plain}' },
      },
    ]);
  });

  it('refuses a boundary that is not in the template: an unread one would bound nothing [LOCAL-22]', () => {
    const { Boundary: _, ...others } = nested.Resources ?? {};
    const Resources = {
      ...others,
      Task: {
        Type: 'AWS::IAM::Role',
        Properties: {
          ...others['Task']?.Properties,
          PermissionsBoundary: 'arn:aws:iam::000000000000:policy/x',
        },
      },
    };
    const broken = { template: root, nested: { Nested: { template: { ...nested, Resources } } } };
    expect(() => readStack(broken, place)).toThrow(/boundary/);
  });

  it.each([
    ['an unknown intrinsic', { 'Fn::Transform': {} }],
    ['a resource that is not there', { Ref: 'Nobody' }],
    ['an attribute that is not known', { 'Fn::GetAtt': ['Rows', 'Nothing'] }],
  ])('refuses %s rather than leave a hole', (_, value) => {
    const resolver = createResolver({ template: root, place, naming: nameResource });
    expect(() => resolver.resolve(value)).toThrow(/template/);
  });

  it('resolves the other intrinsics', () => {
    const resolver = createResolver({
      template: { ...root, Mappings: { M: { a: { b: 'c' } } } },
      place,
      naming: nameResource,
    });
    expect(
      resolver.resolve({
        select: { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] },
        chosen: { 'Fn::If': ['IsDev', 'yes', 'no'] },
        left: { 'Fn::If': ['IsProd', 'yes', { Ref: 'AWS::NoValue' }] },
        mapped: { 'Fn::FindInMap': ['M', 'a', 'b'] },
      }),
    ).toEqual({ select: 'b', chosen: 'yes', mapped: 'c' });
  });
});
