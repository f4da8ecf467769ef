// The story of a grant, told from its row alone: who asked, what ruled, who decided, what was issued, how it ended.
// The row tells it and proves nothing; evidence and audit trail do.

import type { Approval, Grant, Person } from '../model.ts';

/** What happened to a grant. */
export type Happening =
  | 'requested'
  | 'ruled'
  | 'workflow-started'
  | Approval['decision']
  | 'redeemed'
  | 'lease-ends'
  | 'ended';

/** One entry; `at` of a lease's end may lie ahead. */
export interface TimelineEntry {
  readonly at: Date;
  readonly what: Happening;
  /** A person, or the agent by its id. */
  readonly by?: Person | string;
  /** One sentence, or the words of the one who acted. */
  readonly detail?: string;
}

/** The entries in the order of time. */
export function timelineOf(grant: Grant): readonly TimelineEntry[] {
  const entries: readonly (TimelineEntry | undefined)[] = [
    { at: grant.requestedAt, what: 'requested', by: grant.agent, detail: grant.purpose },
    { at: grant.requestedAt, what: 'ruled', detail: rulingText(grant) },
    grant.workflowAt && { at: grant.workflowAt, what: 'workflow-started' },
    ...grant.approvals.map(decisionEntry),
    grant.redeemedAt && { at: grant.redeemedAt, what: 'redeemed', by: grant.agent },
    grant.leaseExpiresAt && { at: grant.leaseExpiresAt, what: 'lease-ends', detail: leaseText(grant) },
    grant.endedAt && { at: grant.endedAt, what: 'ended', detail: endText(grant) },
  ];
  return entries
    .filter((entry) => entry !== undefined)
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

function decisionEntry({ approver, decision, decidedAt, reason }: Approval): TimelineEntry {
  return {
    at: decidedAt,
    what: decision,
    by: approver,
    ...(reason !== undefined && reason !== '' && { detail: reason }),
  };
}

function rulingText({ ruling: { outcome, policies } }: Grant): string {
  return policies.length === 0 ? outcome : `${outcome} by ${policies.join(', ')}`;
}

function leaseText({ leaseCount, leaseKind }: Grant): string {
  const kind = leaseKind === undefined ? '' : `, ${leaseKind}`;
  return leaseCount === 1 ? `the one lease${kind}` : `the last of ${leaseCount} leases${kind}`;
}

function endText({ status, endReason, outcome }: Grant): string {
  return [status, endReason, outcome].filter((text) => text !== undefined && text !== '').join(': ');
}
