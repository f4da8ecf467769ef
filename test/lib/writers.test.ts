// Who may write what people's decisions rest on, over every policy of the deployment: functions, custom resources, task
// roles, whatever somebody adds. A wildcard in action or resource counts as a right on everything that it covers.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';

const { of } = deployedBy(stackOf().stack);

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Record<string, unknown>;
}

interface Right {
  readonly role: string;
  readonly statement: Statement;
}

const statementsIn = (document: unknown) =>
  [(document as { Statement: Statement | Statement[] }).Statement].flat();
const nameOf = (logicalId: string) => logicalId.replace(/(Role)?(DefaultPolicy)?[0-9A-F]{8}$/, '');

/** Every Allow of every identity policy, inline ones of roles included. */
const rights: readonly Right[] = [
  ...of('AWS::IAM::Policy').map(([id, { Properties }]) => [id, Properties['PolicyDocument']] as const),
  ...of('AWS::IAM::ManagedPolicy').map(([id, { Properties }]) => [id, Properties['PolicyDocument']] as const),
  ...of('AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    ((Properties['Policies'] ?? []) as { PolicyDocument: unknown }[]).map(
      ({ PolicyDocument }) => [id, PolicyDocument] as const,
    ),
  ),
].flatMap(([id, document]) =>
  statementsIn(document)
    .filter(({ Effect }) => Effect === 'Allow')
    .map((statement) => ({ role: nameOf(id), statement })),
);

const WRITES = [
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'],
  ...['PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete', 'RestoreTableToPointInTime', 'ImportTable'],
].map((name) => `dynamodb:${name}`);

function covers(pattern: string, action: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^(?:${source})$`, 'i').test(action);
}

/** Roles that may do one of these actions to what the logical id names. */
function rolesThat(actions: readonly string[], resource: string, found = rights): Right[] {
  return found.filter(({ statement: { Action, NotAction, Resource, NotResource } }) => {
    const isAction =
      NotAction !== undefined ||
      [Action ?? []].flat().some((each) => actions.some((one) => covers(each, one)));
    const named = [Resource].flat().map((each) => JSON.stringify(each) ?? '');
    return (
      isAction &&
      (NotResource !== undefined || named.some((each) => each === '"*"' || each.includes(resource)))
    );
  });
}

const writersOf = (table: string) => [...new Set(rolesThat(WRITES, table).map(({ role }) => role))].sort();

describe('[WORKFLOW-17] over all policies of the deployment', () => {
  test('one function writes people and their passkeys', () => {
    expect(writersOf('ApprovingPeople')).toEqual(['Passkeys']);
  });

  test('one function writes evidence of decisions; acts of administrators are rows apart', () => {
    const keys = rolesThat(WRITES, 'ApprovingEvidence').map(({ role, statement }) => [
      role,
      statement.Condition,
    ]);
    expect(Object.fromEntries(keys)).toEqual({
      Approvals: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CHALLENGE#*', 'EVIDENCE#*', 'RATE#*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
      PeopleAdmin: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACT#*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
    expect(keys).toHaveLength(2);
  });

  test('one function assumes the roles of tasks, and it writes neither people nor evidence', () => {
    const roles = rolesThat(['sts:AssumeRole'], ':role/remit/').map(({ role }) => role);
    expect([...new Set(roles)]).toEqual(['Token']);
    expect([...writersOf('ApprovingPeople'), ...writersOf('ApprovingEvidence')]).not.toContain('Token');
  });

  test('one function puts rows of grants and none deletes one; whoever moves them could make one too, by an update', () => {
    const may = (action: string) =>
      [...new Set(rolesThat([`dynamodb:${action}`], 'TablesGrants').map(({ role }) => role))].sort();
    expect(may('PutItem')).toEqual(['Token']);
    expect(may('DeleteItem')).toEqual([]);
    expect(may('UpdateItem')).toEqual(writersOf('TablesGrants'));
  });

  test('rows of identities alone are deleted, by three functions; agents are made by two, and no sync puts one', () => {
    const keysOf = (action: string) =>
      Object.fromEntries(
        rolesThat([`dynamodb:${action}`], 'TablesRegistry').map(({ role, statement: { Condition = {} } }) => [
          `${role} ${(Condition['ForAllValues:StringLike'] as Record<string, string[]>)['dynamodb:LeadingKeys']}`,
          Condition['Null'],
        ]),
      );
    const guarded = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, { 'dynamodb:LeadingKeys': 'false' }]));
    expect(keysOf('DeleteItem')).toEqual(
      guarded(['Admin WORKLOAD#*', 'PeopleAdmin WORKLOAD#*', 'RegistrySync WORKLOAD#*']),
    );
    expect(keysOf('PutItem')).toEqual(
      guarded([
        ...['Admin AGENT#*', 'Admin WORKLOAD#*', 'PeopleAdmin AGENT#*', 'PeopleAdmin WORKLOAD#*'],
        ...['RegistrySync WORKLOAD#*', 'RegistrySync CATALOG#*', 'Offboarding PROOF#*'],
      ]),
    );
  });

  test('three functions wake workflows, two start them, and none reads or stops an execution', () => {
    const may = (action: string) =>
      [...new Set(rolesThat([action], ':remit-approvals').map(({ role }) => role))].sort();
    expect(may('states:StartExecution')).toEqual(['Sweeper', 'Token']);
    expect(may('states:SendTaskSuccess')).toEqual(['Approvals', 'Sweeper', 'Workflow']);
    for (const action of ['SendTaskFailure', 'StopExecution', 'GetExecutionHistory', 'UpdateStateMachine'])
      expect(may(`states:${action}`), action).toEqual([]);
  });

  test('no table has a policy that lets somebody else in', () => {
    for (const [id, { Properties }] of of('AWS::DynamoDB::Table'))
      expect(Properties, id).not.toHaveProperty('ResourcePolicy');
  });

  test('a right that somebody adds is found, also behind a wildcard', () => {
    const added = (statement: Omit<Statement, 'Effect'>) =>
      rolesThat(WRITES, 'ApprovingPeople', [{ role: 'New', statement: { Effect: 'Allow', ...statement } }]);
    expect(added({ Action: 'dynamodb:*', Resource: '*' })).toHaveLength(1);
    expect(
      added({ Action: ['dynamodb:Update*'], Resource: { 'Fn::GetAtt': ['ApprovingPeople1', 'Arn'] } }),
    ).toHaveLength(1);
    expect(added({ NotAction: 'iam:*', Resource: '*' })).toHaveLength(1);
    expect(added({ Action: 'dynamodb:GetItem', Resource: '*' })).toEqual([]);
  });
});

/** The function of a role in the security model. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  Token: 'the token function',
  Grants: 'the grants function',
  Metadata: 'the metadata function',
  Sweeper: 'the sweeper',
  RegistrySync: 'the registry sync',
  Offboarding: 'the offboarding function',
  Admin: "the admin function (operators' channel)",
  PeopleAdmin: 'the people-admin function',
  Settle: 'the settle function',
  KillList: 'the kill-list function',
  ClearKillLists: 'the function that clears kill lists',
  Audit: 'the audit function',
  AuditCheckpoint: 'the checkpoint function',
  Approvals: 'the approvals function',
  Passkeys: 'the passkeys function, or the people table, written',
  Views: 'the views function',
  Questions: 'the questions function',
  Workflow: 'the workflow function, the state machine, or `SendTaskSuccess`',
  Remind: 'the reminder function',
  ConsoleFiles: "the console's bucket or domain, or the function that fills the bucket",
  ApprovalWorkflowMachine: 'the workflow function, the state machine, or `SendTaskSuccess`',
};

const READS =
  /^(logs|xray|kms):|^dynamodb:(Get|BatchGet|Query|Scan|Describe|List)|^s3:(Get|List)|^sqs:(Get|Receive|ChangeMessageVisibility)|^iam:Get|^sts:GetScopedCredentials/;
const TARGETS: readonly (readonly [RegExp, string])[] = [
  [/AuditTrailArchive/, 'archive'],
  [/AuditTrailDeadLetters/, 'queue of dead letters'],
  [/"AuditTrail/, 'Trail'],
  [/"(?:Tables|Approving)(\w+?)[0-9A-F]{8}/, ''],
  [/KillListQueue/, 'queue of kill lists'],
  [/ConsoleFiles/, 'bucket of the console'],
  [/NoticesTopic/, 'topic of notices'],
  [/event-bus/, 'bus'],
  [/remit-approvals/, 'workflow'],
  [/remit-task-/, 'task roles'],
  [/(Offboarding|Workflow)Function/, 'function '],
];

/** A right as the table has it; undefined for reading. */
function told({ role, statement: { Action, Resource, Condition = {} } }: Right): string | undefined {
  const actions = [Action ?? []].flat().filter((action) => !READS.test(action));
  if (actions.length === 0) return undefined;
  const text = JSON.stringify(Resource);
  const [pattern, name] = TARGETS.find(([each]) => each.test(text)) ?? [/$/, text];
  // what tasks act on is none of ours
  if (name === text && text !== '"*"' && FUNCTIONS[role] === undefined) return undefined;
  const keys = (Condition['ForAllValues:StringLike'] as Record<string, string[]> | undefined)?.[
    'dynamodb:LeadingKeys'
  ];
  const source = (Condition['StringEquals'] as Record<string, string> | undefined)?.['events:source'];
  const folders = [...text.matchAll(/"\/(shard=|checkpoints\/)\*"/g)].map(([, folder]) => `${folder}*`);
  const where = [...(keys ?? folders), ...(source === undefined ? [] : [`as ${source}`])].map(
    (each) => `\`${each}\``,
  );
  const short = actions.map((action) => action.split(':')[1]).sort();
  return [`${name}${pattern.exec(text)?.[1] ?? ''}`, ...where, short.join(', ')].join(' ');
}

describe('[DOCS-7] the security model', () => {
  const page = readFileSync('docs/security-model.md', 'utf8');
  const [could = '', may = ''] = page.split('### What each function may write');
  const cells = (text: string) =>
    text.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.slice(2, -2).split(' | ')] : []));

  test('has a row for every function that the deployment has a role of', () => {
    const roles = of('AWS::IAM::Role').map(([id]) => nameOf(id));
    const known = new Set(cells(could).map(([name]) => name));
    const functions = of('AWS::Lambda::Function').map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ''));
    const withRole = functions.filter((each) => roles.includes(each));
    expect(withRole.length).toBe(Object.keys(FUNCTIONS).length - 1);
    for (const name of withRole) expect(known, name).toContain(FUNCTIONS[name]);
  });

  test('says what each may write, as the policies do', () => {
    const given = [...new Set(rights.map(({ role }) => role))].flatMap((role) => {
      const own = rights.filter((right) => right.role === role).flatMap((right) => told(right) ?? []);
      return own.length === 0 ? [] : [[role, [...new Set(own)].sort().join('; ')]];
    });
    const rows = cells(may.split('\n## ')[0] ?? '').slice(1);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(given));
  });
});
