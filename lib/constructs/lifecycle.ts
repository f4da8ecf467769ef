// Agents' lives and kills: the function for operators' orders, the one that settles kills, and the one writer of kill
// lists behind its FIFO queue. The writer reaches task roles that have their permissions boundary, and nothing else.

import { Duration, type Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { KillListEnv, peopleAdminEnv, SettleEnv, Variables } from '../../src/config/env.ts';
import { TASK_ROLE_PATH } from '../../src/core/iam/role.ts';
import { CATALOG_PATH, type FunctionsProps, peopleOf } from './functions.ts';
import { addOffboarding, type ProofAsking } from './offboarding.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import type { Tables } from './tables.ts';
import { acknowledgeWildcards } from './wildcards.ts';

interface LifecycleProps {
  readonly defaults: FunctionDefaults;
  readonly tables: Tables;
  /** JSON of a `PeopleIssuer`. */
  readonly peopleIssuer: string;
}

/** How often a message is tried before people are told; a minute later the schedule sends the role again. */
const RECEIVES = 10;
const WRITER_TIMEOUT = Duration.seconds(30);

/** Adds the functions, the queue and the schedule. */
export function addLifecycle(stack: Stack, props: LifecycleProps) {
  const { offboarding, proofs } = addOffboarding(stack, props);
  const { queue, dead } = addQueue(stack);
  const admin = addOrders(stack, props, {
    entry: 'admin',
    id: 'Admin',
    description: 'Orders of operators: agents, kills, switches',
    queue,
    environment: {
      OUTBOX_TABLE: props.tables.outbox.tableName,
      PEOPLE_ISSUER: props.peopleIssuer,
      BUDGETS_TABLE: props.tables.budgets.tableName,
      OFFBOARDING_FUNCTION: proofs.functionName,
    },
  });
  proofs.grantAsk(admin);
  props.tables.grantOrders(admin);
  props.tables.grantSeeBudgets(admin);
  props.tables.grantOutbox(admin);
  const settle = addOrders(stack, props, {
    entry: 'settle',
    id: 'Settle',
    description: 'Settles kills and compares kill lists with IAM',
    queue,
    environment: {},
  });
  props.tables.grantSettle(settle);
  const killList = addWriter(stack, props);
  killList.function.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));
  new Rule(stack, 'SettleEveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(settle.function, { retryAttempts: 0 })],
  });
  const address = admin.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  return { functions: { admin, settle, killList, offboarding }, queue, dead, proofs, adminUrl: address.url };
}

/** Adds the function of people's acts; signed-in people reach it through the HTTP API. */
export function addPeopleAdmin(
  stack: Stack,
  props: FunctionsProps,
  { queue, proofs }: { readonly queue: Queue; readonly proofs: ProofAsking },
) {
  const { defaults, tables, approvalTables } = props;
  const acts = new RemitFunction<Variables<typeof peopleAdminEnv>>(stack, 'PeopleAdmin', {
    entry: 'people-admin',
    description: 'Shows agents to people and does their administrative acts; it can mint nothing',
    environment: {
      ...ordersEnvironment(stack, tables, queue),
      ...peopleOf(props),
      BUDGETS_TABLE: tables.budgets.tableName,
      EVIDENCE_TABLE: approvalTables.evidence.tableName,
      OFFBOARDING_FUNCTION: proofs.functionName,
      // the overview counts refusals
      TRAIL_BUCKET: props.trail.bucket.bucketName,
    },
    // it evaluates policies for what it shows
    memorySize: 1024,
    // a kill goes on when the HTTP API has given up waiting
    timeout: Duration.minutes(5),
    defaults,
  });
  proofs.grantAsk(acts);
  tables.grantOrders(acts);
  tables.grantSeeBudgets(acts);
  tables.grantOutbox(acts);
  approvalTables.grantKnowPeople(acts);
  approvalTables.grantKeepActs(acts);
  props.trail.grantRead(acts);
  acts.role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  return acts;
}

/** Kill lists that cannot be written, or not in time, are for people to look at. */
export function watchKillLists(
  stack: Stack,
  { queue, dead }: { readonly queue: Queue; readonly dead: Queue },
  topic: ITopic,
): void {
  const period = Duration.minutes(1);
  const watched = [
    {
      id: 'KillListDead',
      metric: dead.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: 1,
      says: 'A kill list could not be written: killed leases live until they end.',
    },
    {
      id: 'KillListLate',
      metric: queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      threshold: 60,
      says: 'Kill lists wait: IAM throttles, or the writer fails.',
    },
  ];
  for (const { id, metric, threshold, says } of watched) {
    const alarm = new cloudwatch.Alarm(stack, id, {
      metric,
      threshold,
      alarmDescription: says,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
}

function addQueue(stack: Stack): { queue: Queue; dead: Queue } {
  const shared = { fifo: true, enforceSSL: true, encryption: QueueEncryption.SQS_MANAGED };
  const dead = new Queue(stack, 'KillListDeadLetters', { ...shared, retentionPeriod: Duration.days(14) });
  const queue = new Queue(stack, 'KillListQueue', {
    ...shared,
    visibilityTimeout: WRITER_TIMEOUT.plus(Duration.seconds(5)),
    deadLetterQueue: { queue: dead, maxReceiveCount: RECEIVES },
  });
  return { queue, dead };
}

interface Orders {
  readonly entry: string;
  readonly id: string;
  readonly description: string;
  readonly queue: Queue;
  /** What it needs beside what both do. */
  readonly environment: Record<string, string>;
}

function addOrders(
  stack: Stack,
  { defaults, tables }: LifecycleProps,
  { id, queue, environment, ...named }: Orders,
) {
  const orders = new RemitFunction<SettleEnv>(stack, id, {
    ...named,
    environment: { ...ordersEnvironment(stack, tables, queue), ...environment },
    timeout: Duration.minutes(5),
    defaults,
  });
  orders.role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  return orders;
}

function ordersEnvironment(stack: Stack, tables: Tables, queue: Queue): SettleEnv {
  return {
    CATALOG_FILE: CATALOG_PATH,
    GRANTS_TABLE: tables.grants.tableName,
    REGISTRY_TABLE: tables.registry.tableName,
    ROLE_ACCOUNT: stack.account,
    KILL_QUEUE_URL: queue.queueUrl,
  };
}

function addWriter(stack: Stack, { defaults, tables }: LifecycleProps) {
  const writer = new RemitFunction<KillListEnv>(stack, 'KillList', {
    entry: 'kill-list',
    description: 'The one writer of the kill lists on task roles',
    environment: { REGISTRY_TABLE: tables.registry.tableName },
    timeout: WRITER_TIMEOUT,
    defaults,
  });
  tables.grantKillLists(writer);
  const { partition, account } = stack;
  const roles = `arn:${partition}:iam::${account}:role${TASK_ROLE_PATH}${defaults.prefix}-task-*`;
  writer.role.addToPolicy(new PolicyStatement({ actions: ['iam:GetRolePolicy'], resources: [roles] }));
  writer.role.addToPolicy(
    new PolicyStatement({
      actions: ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
      resources: [roles],
      // whatever is written stays within the ceiling of the task
      conditions: {
        StringLike: {
          'iam:PermissionsBoundary': `arn:${partition}:iam::${account}:policy${TASK_ROLE_PATH}*`,
        },
      },
    }),
  );
  acknowledgeWildcards(writer, [roles], 'The roles of all tasks, each within its permissions boundary');
  return writer;
}
