// One log line and its metrics per request, written on every exit. Named fields only: no event, no body, no
// header, no token ever reaches this file.

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRICS } from '../../config/metrics.ts';
import type { RequestLog } from '../../core/ports.ts';

/** Facts of one request or run. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where lines go instead of standard output. */
export type LogSink = (line: Facts) => void;

/** One value of one metric. */
export interface Measure {
  readonly metric: keyof typeof METRICS;
  readonly value: number;
  readonly dimension?: Readonly<Record<string, string>>;
}

/** The log of a function. */
export interface Telemetry {
  /** Writes one line; `failed` raises its level so that alarms and people find it. */
  line(facts: Facts, failed?: boolean): void;
  measure(measures: readonly Measure[]): void;
}

/** CloudWatch logs and EMF metrics through Powertools, or the sink. */
export function createTelemetry(sink?: LogSink): Telemetry {
  if (sink) return { line: (facts) => sink(facts), measure: () => undefined };
  const logger = new Logger({ serviceName: METRIC_SERVICE });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: METRIC_SERVICE });
  return {
    line(facts, failed = false) {
      if (failed) logger.error('request', { ...facts });
      else logger.info('request', { ...facts });
    },
    measure(measures) {
      for (const { metric, value, dimension } of measures) {
        const single = metrics.singleMetric();
        for (const [name, text] of Object.entries(dimension ?? {})) single.addDimension(name, text);
        single.addMetric(METRICS[metric], unitOf(metric), value);
      }
    },
  };
}

/** Gathers the facts of one request. */
export function createRequestLog(): RequestLog & { readonly facts: () => Facts } {
  const facts: Record<string, string | number | boolean | undefined> = {};
  return { note: (more) => void Object.assign(facts, more), facts: () => facts };
}

function unitOf(metric: Measure['metric']) {
  if (metric === 'duration') return MetricUnit.Milliseconds;
  if (metric === 'timeToDead' || metric === 'waited' || metric === 'auditUnsigned') return MetricUnit.Seconds;
  return metric === 'tokenUtilization' ? MetricUnit.Percent : MetricUnit.Count;
}
