// Agents' lives and kills: the function for operators' orders, the one that settles kills, and the one writer of kill
// lists behind its FIFO queue. The writer reaches task roles that have their permissions boundary, and nothing else.

import { Duration, type Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { KillListEnv, peopleAdminEnv, SettleEnv, Variables } from '../../src/config/env.ts';
import { killListsRoleName, TASK_ROLE_PATH } from '../../src/core/iam/role.ts';
import { WRITER_SECONDS } from '../../src/core/kill/clear-kill-lists.ts';
import type { Catalog } from '../../src/core/model.ts';
import { CATALOG_PATH, type FunctionsProps, otherAccounts, peopleOf, placeOf } from './functions.ts';
import { allowReadingKillLists, allowWritingKillLists } from './kill-list-rights.ts';
import { addOffboarding, type ProofAsking } from './offboarding.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import type { Tables } from './tables.ts';
import { metric } from './watched.ts';

interface LifecycleProps {
  readonly defaults: FunctionDefaults;
  readonly tables: Tables;
  /** JSON of a `PeopleIssuer`. */
  readonly peopleIssuer: string;
  /** Where task roles are. */
  readonly catalog: Pick<Catalog, 'tasks'>;
}

/** How often a message is tried before people are told; a minute later the schedule sends the role again. */
const RECEIVES = 10;
const WRITER_TIMEOUT = Duration.seconds(WRITER_SECONDS);
/** How often the writer looks whether it gets into the other accounts. */
const LOOK_EVERY = Duration.minutes(5);

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
  const writing = killList.function.node.children.filter((each) => each instanceof EventSourceMapping);
  new Rule(stack, 'SettleEveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(settle.function, { retryAttempts: 0 })],
  });
  const address = admin.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  return {
    functions: { admin, settle, killList, offboarding },
    writing,
    queue,
    dead,
    proofs,
    adminUrl: address.url,
  };
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
      ...ordersEnvironment(tables, queue),
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
    {
      id: 'AccountsBeyondReach',
      // two of the writer's looks, so that it rings on while an account is shut
      metric: metric('accountsBeyondReach').with({ period: LOOK_EVERY.plus(LOOK_EVERY) }),
      threshold: 1,
      says: 'The writer of kill lists does not get into an account with tasks: deploy its stack. Until then what is killed there lives to its end.',
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
    environment: { ...ordersEnvironment(tables, queue), ...environment },
    timeout: Duration.minutes(5),
    defaults,
  });
  orders.role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  return orders;
}

function ordersEnvironment(tables: Tables, queue: Queue): SettleEnv {
  return {
    CATALOG_FILE: CATALOG_PATH,
    GRANTS_TABLE: tables.grants.tableName,
    REGISTRY_TABLE: tables.registry.tableName,
    KILL_QUEUE_URL: queue.queueUrl,
  };
}

function addWriter(stack: Stack, { defaults, tables, catalog }: LifecycleProps) {
  const writer = new RemitFunction<KillListEnv>(stack, 'KillList', {
    entry: 'kill-list',
    description: 'The one writer of the kill lists on task roles',
    environment: {
      CATALOG_FILE: CATALOG_PATH,
      REGISTRY_TABLE: tables.registry.tableName,
      ...placeOf(stack, { defaults }),
    },
    timeout: WRITER_TIMEOUT,
    defaults,
  });
  tables.grantKillLists(writer);
  allowReadingKillLists(writer.role, defaults.prefix);
  allowWritingKillLists(writer.role, defaults.prefix, ['iam:PutRolePolicy', 'iam:DeleteRolePolicy']);
  const accounts = otherAccounts(catalog, stack.account);
  if (accounts.length > 0) letIntoAccounts(stack, writer, { accounts, prefix: defaults.prefix });
  return writer;
}

/** Into accounts that the catalog names, by the roles that their stacks have for it, and into no other. */
function letIntoAccounts(
  stack: Stack,
  writer: RemitFunction<KillListEnv>,
  { accounts, prefix }: { readonly accounts: readonly string[]; readonly prefix: string },
): void {
  const name = killListsRoleName(prefix);
  writer.role.addToPolicy(
    new PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: accounts.map(
        (account) => `arn:${stack.partition}:iam::${account}:role${TASK_ROLE_PATH}${name}`,
      ),
    }),
  );
  new Rule(stack, 'LookIntoAccounts', {
    schedule: Schedule.rate(LOOK_EVERY),
    targets: [
      new LambdaFunction(writer.function, {
        event: RuleTargetInput.fromObject({ accounts }),
        retryAttempts: 0,
      }),
    ],
  });
}
