// Who may decide on a request, and what the decisions so far amount to. Pure: people are compared by issuer and
// subject, groups come from a verified ID token, and whatever is not clearly a quorum is still pending. Of an owner of
// another issuer than the one who decides it cannot be told that they are two: nobody approves then.

import type { ApprovalRule, Decision, Person } from '../model.ts';
import {
  activePasskeys,
  type Passkey,
  type PersonKey,
  type PersonRecord,
  samePerson,
} from '../people/person.ts';
import type { RefusalCode } from '../refusal.ts';
import { isReason } from './reason.ts';

/** A person who wants to decide. */
export interface Candidate {
  readonly rule: ApprovalRule;
  /** The agent's owner when it asked, and its owner now: neither decides unless the task says so. */
  readonly owners: readonly PersonKey[];
  /** Of the verified ID token, like the groups: its issuer is the people's. */
  readonly person: PersonKey;
  readonly groups: readonly string[];
  readonly decision: Decision;
}

/** Why this person may not decide so, or undefined. Separation of duties comes first. */
export function mayDecide({ rule, owners, person, groups, decision }: Candidate): RefusalCode | undefined {
  const owns = owners.some((owner) => samePerson(owner, person));
  if (owns && !rule.ownerMayApprove) return 'owner_may_not_decide';
  if (!groupsFor(rule, decision).some((group) => groups.includes(group))) return 'not_an_approver';
  // a misspelt issuer would match nobody, and so the owner would be free to approve; who denies gains nothing
  const canTell = rule.ownerMayApprove || decision === 'deny';
  return canTell || owners.every(({ issuer }) => issuer === person.issuer) ? undefined : 'owner_unknown';
}

/** The groups of which one lets a person decide so. */
function groupsFor({ approvers, breakGlass }: ApprovalRule, decision: Decision): readonly string[] {
  switch (decision) {
    case 'approve':
    case 'deny':
      return approvers;
    case 'break-glass':
      return breakGlass === undefined ? [] : [breakGlass];
    default:
      return [];
  }
}

/** Of a person's passkeys those that count now, and those of them that counted when the request was made. */
export function passkeysFor(
  record: PersonRecord | undefined,
  requestedAt: Date,
): { readonly active: readonly Passkey[]; readonly usable: readonly Passkey[] } {
  const active = activePasskeys(record);
  const usable = active.filter(({ activeSince }) => activeSince !== undefined && activeSince <= requestedAt);
  return { active, usable };
}

/** A decision by somebody who may decide. */
export interface CountedDecision {
  readonly approver: PersonKey;
  readonly decision: Decision;
  readonly reason?: string;
}

export type Outcome = 'pending' | 'approved' | 'denied';

/**
 * What the decisions amount to, in whatever order they came: any denial ends the request, break-glass with a reason
 * approves alone, else as many different people as the quorum. Whether each may decide is not asked here.
 */
export function outcomeOf(
  { quorum, breakGlass }: Pick<ApprovalRule, 'quorum' | 'breakGlass'>,
  decisions: readonly CountedDecision[],
): Outcome {
  if (decisions.some(({ decision }) => decision === 'deny')) return 'denied';
  if (breakGlass !== undefined && decisions.some(isReasonedBreakGlass)) return 'approved';
  // no quorum, a fraction or NaN is not "nobody is needed"
  const needed = Number.isSafeInteger(quorum) && quorum >= 1 ? quorum : Number.POSITIVE_INFINITY;
  return countApprovals(decisions) >= needed ? 'approved' : 'pending';
}

/** How many different people have approved. */
export function countApprovals(decisions: readonly CountedDecision[]): number {
  const approvers = decisions
    .filter(({ decision }) => decision === 'approve')
    .map(({ approver }) => approver);
  return approvers.filter(
    (each, index) => approvers.findIndex((earlier) => samePerson(earlier, each)) === index,
  ).length;
}

/** Whether this person has decided. */
export function hasDecided(decisions: readonly { readonly approver: Person }[], person: PersonKey): boolean {
  return decisions.some(({ approver }) => samePerson(approver, person));
}

function isReasonedBreakGlass({ decision, reason }: CountedDecision): boolean {
  return decision === 'break-glass' && reason !== undefined && isReason(reason);
}
