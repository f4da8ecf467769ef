// Actions that make something which works on after the lease: a token or login of its own, a session, a grant, a
// schedule, a policy that lets others in. A task may have one only if it says so with `outlivesLease`.

/** What lives on, by action in lower case. Each from the service's own API reference. */
const OUTLIVING: Readonly<Record<string, string>> = {
  'ecr:getauthorizationtoken': 'a registry login that works for 12 hours',
  'ecr-public:getauthorizationtoken': 'a registry login that works for 12 hours',
  'codeartifact:getauthorizationtoken': 'a repository login of up to 12 hours',
  'rds-db:connect': 'a database connection that stays open',
  'redshift:getclustercredentials': 'a database login of up to an hour',
  'redshift:getclustercredentialswithiam': 'a database login of up to an hour',
  'redshift-serverless:getcredentials': 'a database login of up to an hour',
  'iot:connect': 'a connection that stays open',
  'ssm:startsession': 'a shell session that stays open',
  'ssm:sendcommand': 'a command that runs on',
  'ecs:executecommand': 'a shell session that stays open',
  'ec2-instance-connect:sendsshpublickey': 'a login key, and the session opened with it',
  'kms:creategrant': 'a grant on a key, for others too',
  'scheduler:createschedule': 'a schedule that acts later',
  'scheduler:updateschedule': 'a schedule that acts later',
  'events:putrule': 'a rule that acts later',
  'events:puttargets': 'a rule that acts later',
  'iam:passrole': 'a role that a service then uses',
  'lambda:addpermission': 'a resource policy that lets others in',
  'lambda:createfunction': 'code that runs with its own role',
  'lambda:updatefunctioncode': 'code that runs with its own role',
  'states:startexecution': 'an execution that runs on with its own role',
  's3:putbucketpolicy': 'a resource policy that lets others in',
  's3:putbucketacl': 'an access list that lets others in',
  's3:putobjectacl': 'an access list that lets others in',
  's3:createaccesspoint': 'an access point with a policy of its own',
  's3:putaccesspointpolicy': 'a resource policy that lets others in',
  'sns:addpermission': 'a resource policy that lets others in',
  'sns:settopicattributes': 'a resource policy that lets others in',
  'sns:subscribe': 'a subscription that delivers on',
  'sqs:addpermission': 'a resource policy that lets others in',
  'sqs:setqueueattributes': 'a resource policy that lets others in',
  'secretsmanager:putresourcepolicy': 'a resource policy that lets others in',
  'kms:putkeypolicy': 'a resource policy that lets others in',
  'dynamodb:putresourcepolicy': 'a resource policy that lets others in',
  'ecr:setrepositorypolicy': 'a resource policy that lets others in',
  'bedrock-agentcore:getworkloadaccesstoken': 'a token of its own life',
  'cognito-idp:admininitiateauth': 'tokens of their own life',
  'cognito-identity:getcredentialsforidentity': 'credentials of their own life',
};

/** Actions that hand out or widen access itself: no task may have them. */
const ESCALATING: readonly RegExp[] = [
  /^sts:(?!getcalleridentity$)/,
  /^iam:(?!passrole$|get|list|simulate)/,
  /^organizations:(?!describe|list)/,
  /^account:/,
  /^sso(-admin)?:/,
  /^rolesanywhere:/,
];

/** What an action leaves behind that outlives the lease, or undefined. */
export function outlives(action: string): string | undefined {
  const name = action.toLowerCase();
  return Object.hasOwn(OUTLIVING, name) ? OUTLIVING[name] : undefined;
}

/** Whether an action hands out or widens access itself. */
export function escalates(action: string): boolean {
  const name = action.toLowerCase();
  return ESCALATING.some((pattern) => pattern.test(name));
}
