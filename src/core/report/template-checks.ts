// Checks of the synthesized stack: what would be deployed, before anything is.

import { type Check, notObserved, type Observation, passUnless } from './check.ts';
import {
  type Declared,
  identityStatements,
  listOf,
  memberOf,
  objectOf,
  ofType,
  resourceStatements,
  resourcesOf,
  type StackShape,
  trustStatements,
} from './template.ts';

/** Actions that AWS knows no resource for; each stands in the stack for one reason (lib/constructs). */
const WITHOUT_RESOURCE =
  /^(sts:GetScopedCredentials|logs:[A-Z]\w*LogDeliver(y|ies)|logs:(PutResourcePolicy|Describe(ResourcePolicies|LogGroups))|xray:\w+)$/;
/** Policies that AWS writes and changes; the one for a function's own log is harmless. */
const OF_AWS = /:policy\/(?!service-role\/AWSLambdaBasicExecutionRole)(?!remit)/;
const SECRET_NAME = /secret|password|passwd|api_?key|private_?key|access_?key/i;
const SECRET_VALUE = /A(KIA|SIA)[A-Z0-9]{16}|-----BEGIN|eyJ[A-Za-z0-9_-]{10,}\./;
const TASK_ROLE = /task/;
const NETWORK_ONLY = /^aws:(SourceIp|VpcSourceIp|SourceVpc|SourceVpce)$/i;

type Look = (stack: StackShape) => readonly string[];

/** `looks` names what is wrong. */
function templateCheck(
  about: Pick<Check, 'id' | 'shows'> & { readonly jq: string; readonly seen: string },
  look: Look,
): Check {
  const { id, shows, jq, seen } = about;
  return {
    id,
    shows,
    command: `npx cdk synth -q; jq '${jq}' $T`,
    unobserved: 'fails',
    async observe({ stack }): Promise<Observation> {
      if (stack === undefined)
        return notObserved('there is no synthesized stack: give --template, or a catalog that compiles');
      const count = resourcesOf(stack).length;
      return count === 0
        ? notObserved('the template has no resources')
        : passUnless(look(stack), `${seen} (${count} resources)`);
    },
  };
}

const named = ({ id, type }: Declared) => `${id} (${type})`;

export const noStaticKeys = templateCheck(
  {
    id: 'no-static-keys',
    shows: 'The stack has no IAM user, no access key and no stored secret.',
    jq: '.Resources[]|select(.Type|test("IAM::(AccessKey|User)|SecretsManager|SSM::Parameter"))',
    seen: 'no user, access key, secret or parameter',
  },
  (stack) =>
    resourcesOf(stack)
      .filter(({ type }) =>
        /^AWS::(IAM::(AccessKey|User|LoginProfile)|SecretsManager::|SSM::Parameter)/.test(type),
      )
      .map(named),
);

export const noPlaintextSecrets = templateCheck(
  {
    id: 'no-plaintext-secrets',
    shows: 'No function has a secret in its environment.',
    jq: '.Resources[]|select(.Type=="AWS::Lambda::Function").Properties.Environment',
    seen: 'no variable is named or looks like a secret',
  },
  (stack) =>
    ofType(stack, 'AWS::Lambda::Function').flatMap(({ id, properties }) =>
      Object.entries(objectOf(memberOf(properties['Environment'], 'Variables')))
        .filter(([name, value]) => SECRET_NAME.test(name) || SECRET_VALUE.test(JSON.stringify(value)))
        .map(([name]) => `${id}: ${name}`),
    ),
);

export const noWildcards = templateCheck(
  {
    id: 'no-wildcards',
    shows: 'No policy allows every action of a service, or an action on everything that could be named.',
    jq: '[..|.Statement?|select(.)]|flatten|map(select(.Effect=="Allow" and (.Action|tostring|test("\\\\*"))))',
    seen: 'no Allow has a wildcard action, and only actions without resources have Resource *',
  },
  (stack) => [
    ...identityStatements(stack)
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ id, actions, resources, isNegated }) => [
        ...(isNegated ? [`${id} allows all but what it names`] : []),
        ...actions.filter((action) => action.includes('*')).map((action) => `${id} allows ${action}`),
        ...(resources.includes('*')
          ? actions
              .filter((action) => !WITHOUT_RESOURCE.test(action))
              .map((action) => `${id} allows ${action} on *`)
          : []),
      ]),
    ...resourcesOf(stack)
      .filter(({ type }) => type.startsWith('AWS::IAM::'))
      .flatMap(({ id, properties }) =>
        listOf(properties['ManagedPolicyArns'])
          .map((each) => JSON.stringify(each))
          .filter((each) => OF_AWS.test(each))
          .map((each) => `${id} has what AWS puts into ${each}`),
      ),
  ],
);

export const taskRoleTrust = templateCheck(
  {
    id: 'task-role-trust',
    shows:
      'A role of a task trusts one principal, and only with a grant id as source identity and the task as tag.',
    jq: '.Resources[]|select(.Type=="AWS::IAM::Role")|.Properties.AssumeRolePolicyDocument',
    seen: 'each role of a task demands sts:SourceIdentity and remit:task',
  },
  (stack) => {
    const roles = ofType(stack, 'AWS::IAM::Role').filter(({ properties }) => isTaskRole(properties));
    if (roles.length === 0) return ['there is no role of a task'];
    const trust = trustStatements(stack);
    return roles.flatMap(({ id, properties }) => {
      const own = trust.filter((each) => each.id === id && each.effect === 'Allow');
      const assume = own.filter(({ actions }) => actions.includes('sts:AssumeRole'));
      const isBound = assume.every(({ conditions }) =>
        [/sts:SourceIdentity/, /RequestTag\/remit:task/].every((key) => key.test(JSON.stringify(conditions))),
      );
      const principals = new Set(own.flatMap((each) => each.principals));
      return [
        ...(assume.length === 1 && isBound ? [] : [`${id} can be assumed without grant id or task`]),
        ...(principals.size === 1 && !principals.has('*')
          ? []
          : [`${id} trusts ${[...principals].join(', ')}`]),
        ...(properties['PermissionsBoundary'] === undefined ? [`${id} has no permissions boundary`] : []),
      ];
    });
  },
);

function isTaskRole(properties: Declared['properties']): boolean {
  const { AssumeRolePolicyDocument: trust, RoleName: name } = properties as Record<string, unknown>;
  return TASK_ROLE.test(JSON.stringify(name ?? '')) && !/"Service":/.test(JSON.stringify(trust));
}

export const oneMinter = templateCheck(
  {
    id: 'one-minter',
    shows: 'One role alone may assume the roles of tasks.',
    jq: '.Resources[]|select(.Type=="AWS::IAM::Policy" and (tostring|test("sts:AssumeRole")))|.Properties.Roles',
    seen: 'one policy allows sts:AssumeRole',
  },
  (stack) => {
    const minters = new Set(
      identityStatements(stack)
        .filter(({ effect, actions }) => effect === 'Allow' && actions.includes('sts:AssumeRole'))
        .map(({ id }) => id),
    );
    return minters.size === 1 ? [] : [`${minters.size} policies allow sts:AssumeRole`, ...minters];
  },
);

export const tls = templateCheck(
  {
    id: 'tls',
    shows: 'Everything that listens speaks TLS, 1.2 or later, and no bucket answers without it.',
    jq: '.Resources[]|select(.Type|test("Listener|Distribution|DomainName|BucketPolicy"))|.Properties',
    seen: 'no listener, distribution, domain or bucket answers in the clear',
  },
  (stack) => [...resourcesOf(stack).flatMap(speaksInTheClear), ...bucketsWithoutTls(stack)],
);

function speaksInTheClear({ id, type, properties }: Declared): string[] {
  const text = JSON.stringify(properties);
  if (/Listener$/.test(type))
    return ['HTTPS', 'TLS'].includes(String(properties['Protocol'])) ? [] : [`${id} listens without TLS`];
  if (type === 'AWS::ApiGatewayV2::DomainName' && !/"SecurityPolicy":"TLS_1_[23]"/.test(text))
    return [`${id} takes TLS before 1.2`];
  if (type !== 'AWS::CloudFront::Distribution') return [];
  return [
    ...(/"ViewerProtocolPolicy":"allow-all"/.test(text) ? [`${id} serves without TLS`] : []),
    ...(/"OriginProtocolPolicy":"(http-only|match-viewer)"|"(SSLv3|TLSv1|TLSv1\.1)"/.test(text)
      ? [`${id} reaches an origin without TLS 1.2`]
      : []),
  ];
}

function bucketsWithoutTls(stack: StackShape): string[] {
  const guarded = JSON.stringify(
    ofType(stack, 'AWS::S3::BucketPolicy')
      .filter(({ properties }) => /"aws:SecureTransport":"false"/.test(JSON.stringify(properties)))
      .map(({ properties }) => properties['Bucket']),
  );
  return ofType(stack, 'AWS::S3::Bucket')
    .filter(({ id }) => !guarded.includes(`"${id}"`))
    .map(({ id }) => `${id} answers without TLS`);
}

export const noNetworkTrust = templateCheck(
  {
    id: 'no-network-trust',
    shows: 'Nothing is allowed for the mere place in the network that a call comes from.',
    jq: '[..|.Statement?|select(.)]|flatten|map(select(.Effect=="Allow" and (.Condition|tostring|test("SourceIp|SourceVpc"))))',
    seen: 'no Allow asks for nothing but an address or network',
  },
  (stack) =>
    [...identityStatements(stack), ...trustStatements(stack), ...resourceStatements(stack)]
      .filter(({ effect, conditions }) => {
        const keys = Object.values(conditions).flatMap((block) => Object.keys(block));
        return effect === 'Allow' && keys.length > 0 && keys.every((key) => NETWORK_ONLY.test(key));
      })
      .map(({ id, actions }) => `${id} allows ${actions.join(', ')} by network`),
);

export const encryption = templateCheck(
  {
    id: 'encryption',
    shows:
      'Buckets and queues are encrypted, and no bucket, queue, topic, key or table is public. Tables always are encrypted.',
    jq: '.Resources[]|select(.Type|test("S3::Bucket$|SQS::Queue$|Policy$|KMS::Key$"))|.Properties',
    seen: 'every bucket and queue is encrypted, and none of their policies, nor one of a topic, key or table, is for everybody',
  },
  (stack) => [
    ...ofType(stack, 'AWS::S3::Bucket').flatMap(({ id, properties }) => [
      ...(properties['BucketEncryption'] === undefined ? [`${id} says nothing about encryption`] : []),
      ...(isPrivate(properties['PublicAccessBlockConfiguration']) ? [] : [`${id} can be made public`]),
    ]),
    ...ofType(stack, 'AWS::SQS::Queue')
      .filter(
        ({ properties }) =>
          properties['KmsMasterKeyId'] === undefined && properties['SqsManagedSseEnabled'] !== true,
      )
      .map(({ id }) => `${id} is not encrypted`),
    ...resourceStatements(stack)
      .filter(
        ({ effect, principals, isNegated, conditions }) =>
          effect === 'Allow' &&
          (principals.includes('*') || isNegated) &&
          Object.keys(conditions).length === 0,
      )
      .map(({ id, actions }) => `${id} lets everybody ${actions.join(', ')}`),
    ...ofType(stack, 'AWS::DynamoDB::Table')
      .filter(
        ({ properties }) =>
          memberOf(properties['SSESpecification'], 'SSEEnabled') === false && keyed(properties),
      )
      .map(({ id }) => `${id} names a key and does not use it`),
  ],
);

function keyed(properties: Declared['properties']): boolean {
  return memberOf(properties['SSESpecification'], 'KMSMasterKeyId') !== undefined;
}

function isPrivate(block: unknown): boolean {
  return ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].every(
    (each) => memberOf(block, each) === true,
  );
}

export const recovery = templateCheck(
  {
    id: 'recovery',
    shows: 'Tables can be brought back to any point in time, and are not deleted by mistake.',
    jq: '.Resources[]|select(.Type=="AWS::DynamoDB::Table")|.Properties|{PointInTimeRecoverySpecification,DeletionProtectionEnabled}',
    seen: 'every table has point-in-time recovery and deletion protection',
  },
  (stack) =>
    ofType(stack, 'AWS::DynamoDB::Table').flatMap(({ id, properties }) => [
      ...(memberOf(properties['PointInTimeRecoverySpecification'], 'PointInTimeRecoveryEnabled') === true
        ? []
        : [`${id} has no point-in-time recovery`]),
      ...(properties['DeletionProtectionEnabled'] === true ? [] : [`${id} can be deleted`]),
    ]),
);

export const signedOrders = templateCheck(
  {
    id: 'signed-orders',
    shows:
      'No function can be called without a signature but through the API that verifies its callers itself.',
    jq: '.Resources[]|select(.Type=="AWS::Lambda::Url")|.Properties.AuthType',
    seen: 'every function address demands AWS_IAM, and no permission is for everybody',
  },
  (stack) => [
    ...ofType(stack, 'AWS::Lambda::Url')
      .filter(({ properties }) => properties['AuthType'] !== 'AWS_IAM')
      .map(({ id }) => `${id} is open`),
    ...ofType(stack, 'AWS::Lambda::Permission')
      .filter(({ properties }) => listOf(properties['Principal']).includes('*'))
      .map(({ id }) => `${id} lets everybody call`),
  ],
);
