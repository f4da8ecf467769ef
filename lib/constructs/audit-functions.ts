// The audit trail in AWS: streams of four tables into one function, another one that signs on a schedule, and what each
// of them may do.

import type { CfnElement } from 'aws-cdk-lib';
import { Duration, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { AuditCheckpointEnv, AuditEnv } from '../../src/config/env.ts';
import { auditSources } from '../../src/config/tables.ts';
import { TRAIL_SOURCE } from '../../src/config/trail.ts';
import type { AuditStore } from './audit-store.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import { newSigningKey } from './signing-key.ts';
import { acknowledgeWildcards } from './wildcards.ts';

export interface AuditFunctionsProps {
  readonly defaults: FunctionDefaults;
  readonly store: AuditStore;
  /** Tables that tell events, by the name that events have them under. */
  readonly sources: Readonly<Record<keyof typeof auditSources, Table>>;
}

const BUS = 'default';
/** Changes of one call, and how long they are gathered. */
const BATCH = 200;
const GATHER = Duration.seconds(5);
/** A change that fails is tried for so long; three times as long its stream still has it, for a redrive. */
const RETRIED = Duration.hours(6);
const CHECKPOINT_EVERY = Duration.minutes(5);

/** How keys begin of rows all of whose changes are told; a mapping takes five filters. */
const TOLD: Readonly<Record<keyof typeof auditSources, readonly string[]>> = {
  grants: [''],
  registry: ['AGENT#', 'STOP#', 'KILL#'],
  people: ['PERSON#'],
  outbox: ['COUNT#'],
};

/** Adds both functions, their sources and the key. */
export function addAuditFunctions(stack: Stack, props: AuditFunctionsProps) {
  const audit = addSequencer(stack, props);
  const { checkpoint, key } = addCheckpoint(stack, props);
  props.store.closeTo([audit.role, checkpoint.role]);
  new Rule(stack, 'CheckpointRegularly', {
    schedule: Schedule.rate(CHECKPOINT_EVERY),
    targets: [new LambdaFunction(checkpoint.function, { retryAttempts: 0 })],
  });
  return { audit, checkpoint, key };
}

function addSequencer(stack: Stack, props: AuditFunctionsProps) {
  const { defaults, store, sources } = props;
  const audit = new RemitFunction<AuditEnv>(stack, 'Audit', {
    entry: 'audit',
    description: 'Takes the events of all tables into the audit trail; the one writer of records',
    environment: {
      ...trailOf(stack, props),
      GRANTS_TABLE: sources.grants.tableName,
      REGISTRY_TABLE: sources.registry.tableName,
      PEOPLE_TABLE: sources.people.tableName,
      OUTBOX_TABLE: sources.outbox.tableName,
      DEAD_LETTERS_URL: store.deadLetters.queueUrl,
    },
    timeout: Duration.minutes(5),
    defaults,
  });
  store.grantSequence(audit);
  allowEvents(stack, audit);
  audit.role.addToPolicy(
    new PolicyStatement({
      actions: ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'].map(
        (action) => `sqs:${action}`,
      ),
      resources: [store.deadLetters.queueArn],
    }),
  );
  for (const name of Object.keys(auditSources) as (keyof typeof auditSources)[])
    drain(audit, { name, table: sources[name], store });
  return audit;
}

/** Changes that carry an event; what cannot be brought in is pointed at in the queue. */
function drain(
  audit: RemitFunction<AuditEnv>,
  {
    name,
    table,
    store,
  }: { readonly name: keyof typeof auditSources; readonly table: Table; readonly store: AuditStore },
): void {
  const streamArn = table.tableStreamArn;
  if (streamArn === undefined) throw new Error(`the table ${name} has no stream`);
  allowStream(audit, table);
  allowRescan(audit, table, auditSources[name]);
  const mapping = new EventSourceMapping(audit, `From-${name}`, {
    target: audit.function,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: BATCH,
    maxBatchingWindow: GATHER,
    // the order of a row is the order of its stream
    parallelizationFactor: 1,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    maxRecordAge: RETRIED,
    onFailure: new SqsDlq(store.deadLetters),
    filters: [
      carries({ eventNumber: { N: FilterRule.exists() } }),
      // a row that forgot to count is not silently left out
      carries({ event: { M: { type: { S: FilterRule.exists() } } } }),
      // nor one whose changes must be told, and that carries nothing, or has gone
      ...TOLD[name].map((prefix) => named(auditSources[name], prefix)),
    ],
  });
  mapping.node.addDependency(audit.role);
}

function named(key: string, prefix: string): Record<string, unknown> {
  const S = prefix === '' ? FilterRule.exists() : FilterRule.beginsWith(prefix);
  return FilterCriteria.filter({ dynamodb: { Keys: { [key]: { S } } } });
}

function carries(NewImage: object): Record<string, unknown> {
  return FilterCriteria.filter({ dynamodb: { NewImage } });
}

function allowStream(audit: RemitFunction<AuditEnv>, table: Table): void {
  audit.role.addToPolicy(
    new PolicyStatement({
      actions: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
      // also that of before, where an update replaces it: what it still has is drained
      resources: [`${table.tableArn}/stream/*`],
    }),
  );
  const id = Stack.of(table).getLogicalId(table.node.defaultChild as CfnElement);
  acknowledgeWildcards(
    audit,
    [`<${id}.Arn>/stream/*`],
    'Lambda lists and drains the streams of a table, that of before an update too',
  );
  table.encryptionKey?.grantDecrypt(audit);
}

/** For an operator's rescan: the key and three attributes of its rows, whatever the code asks for. */
function allowRescan(audit: RemitFunction<AuditEnv>, table: Table, key: string): void {
  audit.role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:Scan'],
      resources: [table.tableArn],
      conditions: {
        'ForAllValues:StringEquals': {
          'dynamodb:Attributes': [key, 'event', 'eventNumber', 'isCounter'],
        },
        Null: { 'dynamodb:Attributes': 'false' },
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    }),
  );
}

function addCheckpoint(stack: Stack, props: AuditFunctionsProps) {
  const checkpoint: RemitFunction<Omit<AuditCheckpointEnv, 'TRAIL_KEY_ARN'>> = new RemitFunction(
    stack,
    'AuditCheckpoint',
    {
      entry: 'audit-checkpoint',
      description: 'Signs how far the audit trail has come; the one function that may use the key',
      environment: trailOf(stack, props),
      timeout: Duration.minutes(2),
      defaults: props.defaults,
    },
  );
  props.store.grantCheckpoint(checkpoint);
  allowEvents(stack, checkpoint);
  // its policy gives the right to sign, and no other policy can
  const key = newSigningKey(stack, 'AuditKey', {
    description: 'Signs checkpoints of the audit trail of Remit',
    signer: checkpoint.role,
  });
  checkpoint.function.addEnvironment('TRAIL_KEY_ARN', key.keyArn);
  return { checkpoint, key };
}

function trailOf({ account, region }: Stack, { defaults, store }: AuditFunctionsProps) {
  return {
    TRAIL: `${account}:${region}:${defaults.prefix}`,
    TRAIL_TABLE: store.table.tableName,
    TRAIL_BUCKET: store.bucket.bucketName,
    EVENT_BUS: BUS,
  };
}

function allowEvents(stack: Stack, { role }: Pick<RemitFunction<Record<string, string>>, 'role'>): void {
  const bus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: BUS });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [bus],
      conditions: { StringEquals: { 'events:source': TRAIL_SOURCE } },
    }),
  );
}
