// The audit trail of a deployment: where it is kept, what fills and signs it, what people watch, and how it is asked.

import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { RemitConfig } from '../config.ts';
import type { ApprovalTables } from './approval-tables.ts';
import { addAthenaQueries } from './athena-queries.ts';
import { addAuditFunctions } from './audit-functions.ts';
import { AuditStore } from './audit-store.ts';
import type { FunctionDefaults, RemitFunction } from './remit-function.ts';
import type { TablesProps } from './table-props.ts';
import type { Tables } from './tables.ts';
import { MINUTE, metric } from './watched.ts';

interface AuditProps {
  readonly defaults: FunctionDefaults;
  readonly config: Pick<RemitConfig, 'audit' | 'prefix'>;
  readonly kept: TablesProps;
  readonly tables: Tables;
  readonly approvalTables: ApprovalTables;
}

/** Adds all of it. */
export function addAudit(stack: Stack, { defaults, config, kept, tables, approvalTables }: AuditProps) {
  const store = new AuditStore(stack, 'AuditTrail', { ...kept, audit: config.audit });
  const { grants, registry, outbox } = tables;
  const sources = { grants, registry, people: approvalTables.people, outbox };
  const { audit, checkpoint, key } = addAuditFunctions(stack, { defaults, store, sources });
  const { workgroup } = addAthenaQueries(stack, { prefix: config.prefix, bucket: store.bucket });
  const outputs: Record<string, readonly [value: string, description: string]> = {
    TrailBucket: [store.bucket.bucketName, 'The archive of the audit trail'],
    TrailKeyArn: [key.keyArn, 'Signs its checkpoints: aws kms get-public-key --key-id'],
    AuditFunction: [audit.function.functionName, 'remit audit redrive'],
    AuditDeadLetters: [store.deadLetters.queueUrl, 'What the trail could not take'],
    AuditWorkgroup: [workgroup, 'Athena: named queries over the trail'],
  };
  for (const [id, [value, description]] of Object.entries(outputs))
    new CfnOutput(stack, id, { value, description });
  const functions: Record<string, RemitFunction<Record<string, string>>> = {
    audit,
    auditCheckpoint: checkpoint,
  };
  return { store, functions };
}

interface Alarmed {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly says: string;
  /** Whether it is too few that people hear of, and none at all too. */
  readonly isTooFew?: boolean;
}

/** What people hear of: loss, contradiction, what waits, what is late. */
export function watchAudit(stack: Stack, audit: ReturnType<typeof addAudit>, topic: ITopic): void {
  for (const [id, alarmed] of Object.entries(alarmsOf(audit)))
    addAlarm(stack, id, alarmed).addAlarmAction(new SnsAction(topic));
}

function alarmsOf({ store, functions }: ReturnType<typeof addAudit>): Record<string, Alarmed> {
  const late = Duration.minutes(15);
  return {
    AuditGap: {
      metric: metric('auditGaps'),
      threshold: 1,
      says: 'The audit trail tells a gap: an event was lost before it got there.',
    },
    AuditConflict: {
      metric: metric('auditConflicts'),
      threshold: 1,
      says: 'A row was written past its events: two under one number, none for a change, or anew from one.',
    },
    AuditUnreadable: {
      metric: metric('auditUnreadable'),
      threshold: 1,
      says: 'A change could not be read and waits in the dead-letter queue of the audit trail.',
    },
    AuditDead: {
      metric: store.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: MINUTE,
        statistic: 'Maximum',
      }),
      threshold: 1,
      says: 'Something waits that the audit trail could not take: remit audit redrive.',
    },
    AuditBehind: {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Lambda',
        metricName: 'IteratorAge',
        dimensionsMap: { FunctionName: functions['audit']?.function.functionName ?? '' },
        statistic: 'Maximum',
        period: MINUTE,
      }),
      threshold: late.toMilliseconds(),
      says: 'The audit trail is a quarter of an hour behind: after a day, streams forget.',
    },
    AuditUnsigned: {
      metric: metric('auditCheckpoints').with({ period: late }),
      threshold: 1,
      says: 'No checkpoint was signed for a quarter of an hour: a tail could be cut off unseen.',
      isTooFew: true,
    },
  };
}

function addAlarm(stack: Stack, id: string, { metric: of, threshold, says, isTooFew = false }: Alarmed) {
  const { LESS_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
  const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
  return new cloudwatch.Alarm(stack, id, {
    metric: of,
    threshold,
    alarmDescription: says,
    evaluationPeriods: 1,
    comparisonOperator: isTooFew ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: isTooFew ? BREACHING : NOT_BREACHING,
  });
}
