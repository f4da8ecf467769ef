// What is watched of kills: how long it took until everything that one ended was dead.

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { KillScope } from '../../src/core/kill/ports.ts';
import { graph, MINUTE, metric, type Watched } from './watched.ts';

/** A kill list that waits for a minute is an alarm of its own; then come IAM's 120 s, and a minute to spare. */
const LATE_KILL_SECONDS = 240;
/** Kills are few: what a minute has of them makes no percentile. */
const PERCENTILE_PERIOD = Duration.hours(1);

const SCOPES = Object.keys({
  grant: true,
  agent: true,
  task: true,
  issuer: true,
  everything: true,
} satisfies Record<KillScope['kind'], true>);

/** Kills that people must know of beside their kill lists. */
export function killAlarms(): Record<string, Watched> {
  return {
    KillLate: {
      of: slowest(),
      threshold: LATE_KILL_SECONDS,
      says: 'A kill took long until all it ended was dead: its kill list was late, or could not reach the account.',
      isRare: true,
    },
  };
}

/** Row of the dashboard. */
export function killWidgets(): cloudwatch.IWidget[][] {
  const timeToDead = (statistic: string) =>
    SCOPES.map((scope) => metric('timeToDead', { scope }, statistic).with({ period: PERCENTILE_PERIOD }));
  return [
    [
      graph('Time to dead of kills p50, s', timeToDead('p50')),
      graph('Time to dead of kills p95, s', timeToDead('p95')),
    ],
  ];
}

function slowest(): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    // what nobody killed has no data
    expression: `MAX([${SCOPES.map((scope) => `FILL(${idOf(scope)}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(
      SCOPES.map((scope) => [idOf(scope), metric('timeToDead', { scope }, 'Maximum')]),
    ),
    period: MINUTE,
  });
}

function idOf(scope: string): string {
  return `of_${scope}`;
}
