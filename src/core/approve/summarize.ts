// A request as the person who looks may see it, from its row, its signed facts and the catalog of now.

import { type ExchangeDeps, findTask } from '../deps.ts';
import type { Grant } from '../model.ts';
import {
  type PeopleIssuer,
  type PersonKey,
  type PersonRecord,
  samePerson,
  type VerifiedPerson,
} from '../people/person.ts';
import { hasRole } from '../people/roles.ts';
import { digestOf } from '../record/digest.ts';
import { bindingCode } from './binding-code.ts';
import type { ReadFacts } from './facts.ts';
import type { Mine, RequestSummary, RequestView } from './request-view.ts';
import { countApprovals, hasDecided, mayDecide, passkeysFor } from './rules.ts';
import { taskStill } from './standing.ts';

/** A row with its facts, read and compared. */
export interface ReadRequest {
  readonly grant: Grant;
  readonly facts: ReadFacts;
  /** The agent's owner when it asked, and its owner now: neither decides unless the task says so. */
  readonly owners: readonly PersonKey[];
}

/** Whether this person may see the request: it concerns them, or their role is to look. */
export function maySee(
  issuer: Pick<PeopleIssuer, 'roles'>,
  { person, groups }: VerifiedPerson,
  { facts, owners }: ReadRequest,
): boolean {
  const { approvers, escalateTo, breakGlass } = facts.approval;
  const asked = [...approvers, ...escalateTo, ...(breakGlass === undefined ? [] : [breakGlass])];
  return (
    hasRole({ groups }, issuer, 'viewer') ||
    asked.some((group) => groups.includes(group)) ||
    owners.some((owner) => samePerson(owner, person))
  );
}

/** Who looks, and their row with their passkeys. */
export interface Viewer {
  readonly person: VerifiedPerson;
  readonly record: PersonRecord | undefined;
}

/** The line of a list. `same` counts this one alone until the list is whole. */
export function summarize(
  deps: Pick<ExchangeDeps, 'catalog'>,
  viewer: Viewer,
  seen: ReadRequest & { readonly unusual: readonly string[] },
): RequestSummary {
  const { grant, facts, unusual } = seen;
  const { approval } = facts;
  return {
    grantId: grant.grantId,
    agent: grant.agent,
    task: grant.task,
    title: findTask(deps.catalog, grant.task)?.title ?? grant.task,
    environment: facts.environment,
    purpose: grant.purpose,
    requestedAt: grant.requestedAt,
    expiresAt: grant.expiresAt,
    status: grant.status,
    requestDigest: grant.requestDigest,
    bindingCode: bindingCode(grant.grantId, grant.requestDigest),
    quorum: approval.quorum,
    approved: countApprovals(grant.approvals),
    approvers: approval.approvers,
    ...(approval.breakGlass !== undefined && { breakGlass: approval.breakGlass }),
    mine: mineOf(viewer, seen),
    sameAs: digestOf([facts.agent, facts.task, facts.parameters]),
    same: 1,
    unusual,
    breakGlassUsed: grant.approvals.some(({ decision }) => decision === 'break-glass'),
  };
}

/** The page of one request. */
export function describe(
  deps: Pick<ExchangeDeps, 'catalog' | 'place'>,
  seen: ReadRequest,
  summary: RequestSummary,
): Omit<RequestView, 'budgets'> {
  const { grant, facts } = seen;
  const task = findTask(deps.catalog, grant.task);
  return {
    ...summary,
    facts: grant.facts ?? '',
    owner: grant.owner,
    workload: grant.workload,
    policies: grant.ruling.policies,
    account: facts.account,
    parameters: facts.parameters,
    permissions: facts.permissions,
    leaseSeconds: facts.duration.lease,
    maxDurationSeconds: facts.duration.maxDuration,
    ...(facts.duration.leases !== null && { leases: facts.duration.leases }),
    ...(task?.idempotency !== undefined && { idempotency: task.idempotency }),
    ...(task?.outlivesLease !== undefined && { outlivesLease: task.outlivesLease }),
    decisions: grant.approvals.map(({ approver, decision, decidedAt, reason }) => ({
      approver,
      decision,
      decidedAt,
      ...(reason !== undefined && { reason }),
    })),
    changed: taskStill(deps, grant) === undefined,
  };
}

function mineOf({ person: { person, groups }, record }: Viewer, { grant, facts, owners }: ReadRequest): Mine {
  if (hasDecided(grant.approvals, person)) return 'decided';
  const asked = { rule: facts.approval, owners, person, groups };
  const refused = mayDecide({ ...asked, decision: 'approve' });
  if (refused === 'owner_may_not_decide') return 'owner';
  const mayBreakGlass = mayDecide({ ...asked, decision: 'break-glass' }) === undefined;
  if (refused === 'not_an_approver' && !mayBreakGlass) return 'not-an-approver';
  const { active, usable } = passkeysFor(record, grant.requestedAt);
  if (active.length > 0 && usable.length === 0) return 'passkey-too-new';
  if (refused === 'owner_unknown') return 'owner-unknown';
  return refused === undefined ? 'can-decide' : 'break-glass';
}
