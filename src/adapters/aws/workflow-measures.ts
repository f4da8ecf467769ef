// What CloudWatch is told of the approval workflow.

import type { Telling } from '../../core/approve/workflow.ts';
import type { Measure } from './telemetry.ts';

/** One telling of people as metrics. */
export function workflowMeasures({ kind, waitedSeconds, failed }: Telling): Measure[] {
  const measures = [measureOf(kind, waitedSeconds)];
  return failed.length === 0 ? measures : [...measures, { metric: 'noticeFailures', value: failed.length }];
}

function measureOf(kind: Telling['kind'], waitedSeconds: number): Measure {
  switch (kind) {
    case 'opened':
      return { metric: 'asked', value: 1 };
    case 'reminder':
    case 'escalation':
      return { metric: 'waited', value: waitedSeconds };
    case 'break-glass':
      return { metric: 'requestsEnded', value: 1, dimension: { status: 'approved' } };
    default:
      return { metric: 'requestsEnded', value: 1, dimension: { status: kind } };
  }
}
