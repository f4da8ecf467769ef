// Alarms for what a person must look at, and one dashboard for the rest.

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { REFUSALS } from '../../src/core/refusal.ts';
import { approvalAlarms, approvalWidgets } from './approval-watch.ts';
import { killAlarms, killWidgets } from './kill-watch.ts';
import { graph, MINUTE, metric, type Watched } from './watched.ts';

interface ObservabilityProps {
  readonly prefix: string;
  /** @default nobody is told by e-mail */
  readonly alarmEmail?: string;
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** The approval workflow. */
  readonly machine: StateMachine;
}

const OPERATIONS = ['token', 'complete', 'revoke', 'introspect'];
/** Alarms and dashboard of one deployment. */
export class Observability extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Alarms', { displayName: `${props.prefix} alarms`, enforceSSL: true });
    if (props.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(props.alarmEmail));
    this.#addAlarms(props);
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.prefix,
      widgets: widgets(props).map((row) => [...row]),
    });
  }

  #addAlarms({ functions, machine }: ObservabilityProps): void {
    const all: Record<string, Watched> = {
      ...approvalAlarms(machine),
      ...killAlarms(),
      Failures: {
        of: metric('failures'),
        threshold: 5,
        says: 'Requests fail on our side: AWS, configuration or code.',
      },
      Throttles: { of: metric('throttles'), threshold: 5, says: 'STS, DynamoDB or IAM throttle Remit.' },
      UntoldRefusals: {
        of: metric('untoldRefusals'),
        threshold: 1,
        says: 'Refusals were given that the audit trail does not have: somebody may be trying things unseen.',
        atOnce: true,
      },
      ProofFailures: {
        of: metric('proofFailures'),
        threshold: 1,
        says: 'A retired agent has access left, or its proof does not hold together: remit agents proof.',
        atOnce: true,
      },
      SweepFailures: {
        of: metric('sweepFailures'),
        threshold: 1,
        says: 'Grants that are due could not be ended.',
      },
      TokenUtilization: {
        of: metric('tokenUtilization', {}, 'Maximum'),
        threshold: 90,
        says: 'Session tokens are nearly full: a task with longer policies would fail.',
      },
      DatedShare: {
        of: datedShare(),
        threshold: 50,
        says: 'GetScopedCredentials is missing or denied: leases end by policy only.',
      },
    };
    for (const [name, handler] of Object.entries(functions)) {
      const of = handler.metricErrors({ period: MINUTE });
      // a proof is asked for once in a while: no second failure follows the first
      const atOnce = name === 'offboarding';
      all[`${name}Errors`] = { of, threshold: 1, says: `Function ${name} fails.`, atOnce };
    }
    for (const [id, watched] of Object.entries(all)) this.#addAlarm(id, watched);
  }

  #addAlarm(id: string, { of, threshold, says, atOnce = false, isRare = false }: Watched): void {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric: of,
      threshold,
      alarmDescription: says,
      evaluationPeriods: atOnce ? 1 : 5,
      datapointsToAlarm: atOnce || isRare ? 1 : 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

/** Percent of leases that end by policy only, once there are enough of them to say. */
function datedShare(): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    // a kind that nobody gets has no data, and a sum with it would have none either
    expression:
      'IF(FILL(dated, 0) + FILL(scoped, 0) > 20, 100 * FILL(dated, 0) / (FILL(dated, 0) + FILL(scoped, 0)), 0)',
    usingMetrics: {
      dated: metric('leases', { kind: 'dated' }),
      scoped: metric('leases', { kind: 'scoped' }),
    },
    period: MINUTE,
  });
}

function widgets({ functions, machine }: ObservabilityProps): cloudwatch.IWidget[][] {
  const duration = (statistic: string) =>
    OPERATIONS.map((operation) => metric('duration', { operation }, statistic));
  return [
    [
      graph(
        'Requests',
        OPERATIONS.map((operation) => metric('requests', { operation })),
      ),
      graph(
        'Refusals by code',
        Object.keys(REFUSALS).map((code) => metric('refusals', { code })),
      ),
    ],
    [graph('Duration p50, ms', duration('p50')), graph('Duration p99, ms', duration('p99'))],
    [
      graph(
        'Leases by kind',
        ['scoped', 'dated'].map((kind) => metric('leases', { kind })),
      ),
      graph('Session token utilization, %', [metric('tokenUtilization', {}, 'Maximum')]),
    ],
    [
      graph('Throttles and failures', [metric('throttles'), metric('failures'), metric('sweepFailures')]),
      graph(
        'Grants ended by the sweeper',
        ['expired', 'lapsed', 'failed'].map((status) => metric('swept', { status })),
      ),
    ],
    ...approvalWidgets(machine),
    ...killWidgets(),
    [
      graph(
        'Function errors',
        Object.values(functions).map((handler) => handler.metricErrors({ period: MINUTE })),
      ),
    ],
  ];
}
