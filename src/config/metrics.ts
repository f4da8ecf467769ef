// Names of the metrics that the functions write and that alarms and the dashboard read.

/** CloudWatch namespace of every metric. */
export const METRIC_NAMESPACE = 'Remit';
/** Value of Powertools' `service` dimension, the only one unless stated. */
export const METRIC_SERVICE = 'remit';

export const METRICS = {
  /** Requests answered; dimension `operation`. */
  requests: 'Requests',
  /** Requests refused; dimension `code`, from the catalogue of refusals. */
  refusals: 'Refusals',
  /** Refusals that could not be told to the audit trail; they were given all the same. */
  untoldRefusals: 'UntoldRefusals',
  /** All refusals that are our fault or the world's (5xx). */
  failures: 'Failures',
  /** Milliseconds from event to answer; dimension `operation`. */
  duration: 'Duration',
  /** Leases handed over; dimension `kind`: scoped or dated. */
  leases: 'Leases',
  /** STS, DynamoDB or IAM said "too fast" until our retries were used up. */
  throttles: 'Throttles',
  /** Percent of the session token's maximum size. */
  tokenUtilization: 'SessionTokenUtilization',
  /** Grants ended by the sweeper; dimension `status`. */
  swept: 'GrantsSwept',
  /** Grants or index partitions the sweeper could not handle in a run. */
  sweepFailures: 'SweepFailures',
  /** Requests that people were asked about. */
  asked: 'ApprovalsAsked',
  /** Seconds that the oldest request has waited for people, every minute, and each one at its reminders; the maximum counts. */
  waited: 'ApprovalWaiting',
  /** Decisions recorded; dimension `decision`: approve, deny or break-glass. */
  decisions: 'ApprovalDecisions',
  /** Requests whose workflow ended; dimension `status`: approved, denied, lapsed, killed, failed or withdrawn. */
  requestsEnded: 'ApprovalsEnded',
  /** Channels that did not take a notice. */
  noticeFailures: 'NoticeFailures',
  /** Times that the writer of kill lists stood before an account that does not let it in. */
  accountsBeyondReach: 'AccountsBeyondReach',
  /** Seconds from the order of a kill until all it ended was dead; dimension `scope`. */
  timeToDead: 'TimeToDead',
  /** Times that the offboarding of a retired agent could not be proven and waiting does not help. */
  proofFailures: 'ProofFailures',
  /** Records of the audit trail that were published. */
  auditRecords: 'AuditRecords',
  /** Gaps that the trail tells: events that were lost before they reached it. */
  auditGaps: 'AuditGaps',
  /** Rows that told one event twice with different content. */
  auditConflicts: 'AuditConflicts',
  /** Changes that could not be read and were set aside. */
  auditUnreadable: 'AuditUnreadable',
  /** Checkpoints signed. */
  auditCheckpoints: 'AuditCheckpoints',
  /** Seconds from the checkpoint before to this one: how long the oldest record can have been unsigned. */
  auditUnsigned: 'AuditUnsigned',
} as const;
