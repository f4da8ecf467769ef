// Findings and notices that decisions give rise to. Ids follow from what happened, so that a retry writes none twice.

import { createHash } from 'node:crypto';
import type { Approval, ApprovalRule, Grant, Person } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';
import { bindingCode } from './binding-code.ts';
import type { ApprovalNotice, Finding } from './ports.ts';

/** A person who approves more often than this within any hour is looked at. */
export const APPROVALS_PER_HOUR = 30;

/** Somebody approved alone. */
export function breakGlassFinding(grant: Grant, approval: Approval): Finding {
  const { approver, decidedAt: at, reason = '' } = approval;
  return {
    findingId: findingId(at, 'break-glass', [grant.grantId, approval.evidenceId]),
    kind: 'break-glass',
    severity: 'high',
    at,
    sentence: `${nameOf(approver)} approved ${grant.task} of ${grant.agent} alone, by break-glass: ${reason}`,
    agent: grant.agent,
    task: grant.task,
    grantId: grant.grantId,
    person: approver,
  };
}

/** Somebody approves faster than people read. One finding a person and hour of UTC. */
export function approvalRateFinding(person: Person, count: number, at: Date): Finding {
  const hour = startOfHour(at);
  return {
    findingId: findingId(hour, 'approval-rate', [person.issuer, person.subject]),
    kind: 'approval-rate',
    severity: 'medium',
    at: hour,
    sentence: `${nameOf(person)} has approved ${count} requests within the hour before ${at.toISOString()}.`,
    person,
  };
}

/** A row says approved, and its evidence does not verify: somebody wrote it, or an approval no longer counts. */
export function evidenceFinding(grant: Grant, detail: string, at: Date): Finding {
  return {
    findingId: findingId(grant.requestedAt, 'approval-evidence', [grant.grantId]),
    kind: 'approval-evidence',
    severity: 'high',
    at,
    sentence: `The approvals of ${grant.task} for ${grant.agent} do not verify (${detail}); nothing was granted.`,
    agent: grant.agent,
    task: grant.task,
    grantId: grant.grantId,
  };
}

/** What everybody is told of a break-glass. */
export function breakGlassNotice(grant: Grant, groups: readonly string[], origin: string): ApprovalNotice {
  return {
    kind: 'break-glass',
    grantId: grant.grantId,
    requestDigest: grant.requestDigest,
    agent: grant.agent,
    task: grant.task,
    environment: grant.environment,
    groups,
    expiresAt: grant.expiresAt,
    bindingCode: bindingCode(grant.grantId, grant.requestDigest),
    link: requestLink(origin, grant.grantId),
  };
}

/** Everybody who decides on a task, is escalated to, or may break the glass. */
export function everybodyOf({ approvers, escalateTo, breakGlass }: ApprovalRule): readonly string[] {
  return [...new Set([...approvers, ...escalateTo, ...(breakGlass === undefined ? [] : [breakGlass])])];
}

/** The page of a request in the console. It shows; it never decides. */
export function requestLink(origin: string, grantId: string): string {
  return `${origin}/console/#/approvals/${grantId}`;
}

/** The whole hour of UTC that a time is in. */
export function startOfHour(at: Date): Date {
  return new Date(`${at.toISOString().slice(0, 13)}:00:00.000Z`);
}

/** Sorts by time, and is the same for the same happening. */
function findingId(at: Date, kind: Finding['kind'], of: readonly string[]): string {
  const hash = createHash('sha256').update(canonicalText(of)).digest('hex').slice(0, 16);
  return `${at.toISOString()}#${kind}#${hash}`;
}

function nameOf({ name, subject, issuer }: Person): string {
  return name === undefined ? `${subject} (${issuer})` : `${name} (${subject})`;
}
