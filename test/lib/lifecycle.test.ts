// What the functions of operators' orders and of kill lists may do.

import { expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';

const { of } = deployedBy(stackOf().stack);

interface Statement {
  readonly Action: string | string[];
  readonly Condition?: unknown;
}
const list = (value: unknown): unknown[] => [value].flat();

function statementsOf(role: string): Statement[] {
  const [[, policy] = []] = of('AWS::IAM::Policy').filter(([id]) => id.startsWith(role));
  return (policy?.Properties['PolicyDocument'] as { Statement: Statement[] } | undefined)?.Statement ?? [];
}

test('[KILL-8] the writer of kill lists writes task roles only, within their boundary, and no other row', () => {
  const about = (action: string) =>
    statementsOf('KillListRole').find(({ Action }) => list(Action).includes(action));
  expect(JSON.stringify(about('iam:PutRolePolicy'))).toContain(':iam::111122223333:role/remit/remit-task-*');
  expect(JSON.stringify(about('iam:PutRolePolicy')?.Condition)).toContain('iam:PermissionsBoundary');
  expect(about('dynamodb:UpdateItem')?.Condition).toEqual({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['KILLLIST#*'] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  });
});

test('[KILL-8] nobody else writes a role, and the writer none without a boundary of Remit', () => {
  const changesRoles = /^iam:(?!Get|List|Simulate)|^iam:\*|^\*$/;
  const found = of('AWS::IAM::Policy').flatMap(([id, { Properties }]) => {
    const { Statement } = Properties['PolicyDocument'] as { Statement: (Statement & { Effect: string })[] };
    return Statement.filter(
      ({ Effect, Action }) =>
        Effect === 'Allow' && list(Action).some((each) => changesRoles.test(String(each))),
    ).map(({ Action, Condition }) => ({ id: id.replace(/[0-9A-F]{8}$/, ''), Action, Condition }));
  });
  const Condition = { StringLike: { 'iam:PermissionsBoundary': expect.anything() } };
  const byRole = found.sort((one, other) => one.id.localeCompare(other.id));
  expect(byRole).toEqual([
    // takes away what the writer has put, before a role is deleted
    { id: expect.stringMatching(/^ClearKillListsRole/), Action: 'iam:DeleteRolePolicy', Condition },
    {
      id: expect.stringMatching(/^KillListRole/),
      Action: ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
      Condition,
    },
  ]);
  for (const each of found)
    expect(JSON.stringify(each.Condition)).toContain(':iam::111122223333:policy/remit/*');
});

test('[PAPI-17] people’s acts write no evidence of decisions, and no passkey', () => {
  const statements = statementsOf('PeopleAdminRole').map((each) => JSON.stringify(each));
  const evidence = statements.filter((each) => each.includes('ApprovingEvidence'));
  expect(evidence).toHaveLength(1);
  expect(evidence[0]).toContain('"dynamodb:LeadingKeys":["ACT#*"]');
  expect(evidence[0]).toContain('"Null":{"dynamodb:LeadingKeys":"false"}');
  const people = statements.filter((each) => each.includes('ApprovingPeople'));
  expect(people).toHaveLength(1);
  expect(people[0]).toContain('"Action":"dynamodb:GetItem"');
});

test('[PAPI-17] decisions are kept without a right on acts', () => {
  const statements = statementsOf('ApprovalsRole').map((each) => JSON.stringify(each));
  const evidence = statements.filter((each) => each.includes('ApprovingEvidence'));
  expect(evidence).toHaveLength(1);
  expect(evidence[0]).toContain('"dynamodb:LeadingKeys":["CHALLENGE#*","EVIDENCE#*","RATE#*"]');
  expect(evidence[0]).toContain('"Null":{"dynamodb:LeadingKeys":"false"}');
});

test('[PAPI-17] people’s acts have the rights of orders, and of nothing that grants power', () => {
  const invokes = statementsOf('PeopleAdminRole').filter((each) =>
    list(each.Action).includes('lambda:InvokeFunction'),
  );
  // a proof changes nothing and gives nobody anything
  for (const each of invokes) expect(JSON.stringify(each)).toContain('OffboardingFunction');
  const actions = (role: string) =>
    statementsOf(role)
      .flatMap(({ Action }) => list(Action).map(String))
      .filter((action) => !/^(logs|sqs|xray):|^lambda:InvokeFunction$/.test(action));
  // of the trail it counts refusals, and writes nothing
  const s3 = actions('PeopleAdminRole').filter((action) => !action.startsWith('dynamodb:'));
  expect(s3.sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(actions('PeopleAdminRole')).not.toContain('dynamodb:Scan');
});

test('[LIFE-6] orders are taken only from whoever AWS has authenticated', () => {
  expect(of('AWS::Lambda::Url').map(([, { Properties }]) => Properties['AuthType'])).toEqual(['AWS_IAM']);
});

test('[KILL-9] kill lists go through one FIFO queue, and what cannot be written raises an alarm', () => {
  const queues = of('AWS::SQS::Queue').filter(([id]) => id.startsWith('KillList'));
  expect(queues).toHaveLength(2);
  for (const [, { Properties }] of queues) expect(Properties['FifoQueue']).toBe(true);
  const alarms = new Map(
    of('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties]),
  );
  for (const [id, queue, MetricName, Threshold] of [
    ['KillListDead', 'KillListDeadLetters', 'ApproximateNumberOfMessagesVisible', 1],
    ['KillListLate', 'KillListQueue', 'ApproximateAgeOfOldestMessage', 60],
  ] as const) {
    expect(alarms.get(id)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName,
      Statistic: 'Maximum',
      Period: 60,
      Threshold,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [expect.anything()],
    });
    expect(JSON.stringify(alarms.get(id)?.['Dimensions'])).toMatch(new RegExp(`"${queue}[0-9A-F]{8}"`));
  }
});

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: object;
}

/** The only alarm of that name beside those of the queue, and the metrics that it is made of. */
function watched(name: string): { readonly alarm: object; readonly queries: readonly Query[] } {
  const found = of('AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith(`Observability${name}`));
  expect(found).toHaveLength(1);
  const { Metrics, ...alarm } = found[0]?.[1].Properties ?? {};
  return { alarm, queries: Metrics as readonly Query[] };
}
const ALARM = {
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [expect.anything()],
};

test('[KILL-9] what AWS throttles raises an alarm once it goes on', () => {
  const { alarm, queries } = watched('Throttles');
  expect(alarm).toMatchObject({ ...ALARM, Threshold: 5, EvaluationPeriods: 5, DatapointsToAlarm: 2 });
  const Dimensions = [{ Name: 'service', Value: 'remit' }];
  const Metric = { Namespace: 'Remit', MetricName: 'Throttles', Dimensions };
  expect(queries.map(({ MetricStat }) => MetricStat)).toEqual([{ Metric, Period: 60, Stat: 'Sum' }]);
});

const KILLED = ['grant', 'agent', 'task', 'issuer', 'everything'];

test('[KILL-24] a kill that took long raises an alarm, whatever was killed', () => {
  const { alarm, queries } = watched('KillLate');
  expect(alarm).toMatchObject({ ...ALARM, Threshold: 240, EvaluationPeriods: 5, DatapointsToAlarm: 1 });
  const slowest = `MAX([${KILLED.map((kind) => `FILL(of_${kind}, 0)`).join(', ')}])`;
  expect(queries.flatMap(({ Expression }) => Expression ?? [])).toEqual([slowest]);
  for (const kind of KILLED) {
    const Dimensions = [
      { Name: 'scope', Value: kind },
      { Name: 'service', Value: 'remit' },
    ];
    const Metric = { Namespace: 'Remit', MetricName: 'TimeToDead', Dimensions };
    expect(queries.find(({ Id }) => Id === `of_${kind}`)?.MetricStat).toEqual({
      Metric,
      Period: 60,
      Stat: 'Maximum',
    });
  }
});

test('[KILL-24] the dashboard has the time to dead, p50 and p95, of whatever was killed', () => {
  const [[, { Properties }] = ['', { Properties: {} as Record<string, unknown> }]] = of(
    'AWS::CloudWatch::Dashboard',
  );
  const text = JSON.stringify(Properties['DashboardBody']).replaceAll('\\', '');
  for (const stat of ['p50', 'p95'])
    for (const kind of KILLED) {
      const how = JSON.stringify({ label: kind, period: 3600, stat });
      expect(text).toContain(`["Remit","TimeToDead","scope","${kind}","service","remit",${how}]`);
    }
});

test.each([
  ['[AUDIT-23] a refusal that the trail does not have', 'UntoldRefusals', 'UntoldRefusals'],
  ['[OFF-11] an offboarding that fails', 'ProofFailures', 'ProofFailures'],
  ['[OFF-11] a maker of proofs that dies', 'offboardingErrors', 'Errors'],
])('%s raises an alarm, and one of it is enough', (_, id, metric) => {
  const alarms = of('AWS::CloudWatch::Alarm').filter(([name]) => name.startsWith(`Observability${id}`));
  expect(alarms).toHaveLength(1);
  const [[, { Properties }] = ['', { Properties: {} }]] = alarms;
  expect(Properties).toMatchObject({
    Threshold: 1,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    AlarmActions: [expect.anything()],
  });
  expect(JSON.stringify(Properties)).toContain(`"MetricName":"${metric}"`);
});
