// What is watched of approvals: who approves alone, what waits long or lapses, and what could not be told.

import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { graph, MINUTE, metric, type Watched } from './watched.ts';

/** A request that waits longer is an alarm; shorter-lived ones lapse before. */
const LONG_WAIT_SECONDS = 3600;

/** Approvals that people must know of beside the request itself. */
export function approvalAlarms(machine: StateMachine): Record<string, Watched> {
  return {
    BreakGlass: {
      of: metric('decisions', { decision: 'break-glass' }),
      threshold: 1,
      says: 'Somebody approved alone, by break-glass: read the finding and ask.',
      atOnce: true,
    },
    ApprovalsWait: {
      of: metric('waited', {}, 'Maximum'),
      threshold: LONG_WAIT_SECONDS,
      says: 'A request has waited for people for an hour, and its agent with it.',
      atOnce: true,
    },
    ApprovalsLapse: {
      of: metric('requestsEnded', { status: 'lapsed' }),
      threshold: 3,
      says: 'Requests lapse because nobody decides: are the right people in the groups?',
    },
    NoticeFailures: {
      of: metric('noticeFailures'),
      threshold: 1,
      says: 'People or programs could not be told of a request that waits.',
      atOnce: true,
    },
    WorkflowFailed: {
      of: machine.metricFailed({ period: MINUTE }),
      threshold: 1,
      says: 'An approval workflow ended without an outcome; the sweeper ends its request in time.',
      atOnce: true,
    },
    WorkflowAborted: {
      of: machine.metricAborted({ period: MINUTE }),
      threshold: 1,
      says: 'Somebody stopped an approval workflow; the sweeper ends its request in time.',
      atOnce: true,
    },
  };
}

/** Rows of the dashboard. */
export function approvalWidgets(machine: StateMachine): cloudwatch.IWidget[][] {
  return [
    [
      graph('Approvals asked, decided, ended', [
        metric('asked'),
        ...['approve', 'deny', 'break-glass'].map((decision) => metric('decisions', { decision })),
        ...['approved', 'denied', 'lapsed', 'killed', 'failed', 'withdrawn'].map((status) =>
          metric('requestsEnded', { status }),
        ),
      ]),
      graph('Oldest approval that waits, s', [metric('waited', {}, 'Maximum')]),
    ],
    [
      graph('Approval workflows and notices that failed', [
        machine.metricFailed({ period: MINUTE }),
        metric('noticeFailures'),
      ]),
    ],
  ];
}
