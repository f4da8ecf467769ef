// Metrics of ours as CloudWatch finds them, and what an alarm is made of.

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRICS } from '../../src/config/metrics.ts';

/** Period of everything that is watched. */
export const MINUTE = Duration.minutes(1);

/** Metric of ours, with Powertools' service dimension. */
export function metric(
  name: keyof typeof METRICS,
  dimensions: Record<string, string> = {},
  statistic = 'Sum',
) {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: METRICS[name],
    dimensionsMap: { service: METRIC_SERVICE, ...dimensions },
    statistic,
    period: MINUTE,
    label: Object.values(dimensions).join(' ') || METRICS[name],
  });
}

/** What an alarm watches, from where on, and what it tells a person. */
export interface Watched {
  readonly of: cloudwatch.IMetric;
  readonly threshold: number;
  readonly says: string;
  /** Whether one minute of it is enough. @default two of five */
  readonly atOnce?: boolean;
  /** One minute of five is enough: it comes once, and after the minute was filled up with none. */
  readonly isRare?: boolean;
}

/** Half a row of the dashboard. */
export function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 12, height: 6 });
}
