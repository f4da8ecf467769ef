// The one write that makes a decision count: a conditional update of the row, tried again when another decision came
// first. When it settles the matter the waiting workflow is woken; should that fail, the sweeper does it.

import type { RequestContext } from '../deps.ts';
import type { Approval, Grant } from '../model.ts';
import { grantEvent } from '../record/events.ts';
import { Refusal } from '../refusal.ts';
import type { DecideDeps } from './decide.ts';
import { countApprovals, hasDecided, outcomeOf } from './rules.ts';
import { closed, type StandingRequest } from './standing.ts';

/** Tries of the write; each lost one means that somebody else has decided meanwhile. */
const MAX_TRIES = 5;

interface Recorded {
  readonly standing: StandingRequest;
  readonly approval: Approval;
}

/**
 * Appends the decision. @returns the row after it
 * @throws Refusal `request_closed`, `decided_already`, `store_unavailable`
 */
export async function recordOnRow(
  deps: DecideDeps,
  { standing, approval }: Recorded,
  context: RequestContext,
): Promise<Grant> {
  const rule = standing.task.approval;
  let seen = standing.grant;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const decisions = [...seen.approvals, approval];
    const to = outcomeOf(rule, decisions);
    const event = decisionEvent({ grant: seen, approval, to }, context);
    const grant = await deps.decisions.decide({ seen, approval, to }, event);
    if (grant !== undefined) {
      context.log.note({ decision: approval.decision, outcome: to, approved: countApprovals(decisions) });
      if (to !== 'pending') await wakeWorkflow(deps, grant, context);
      return grant;
    }
    seen = await readAgain(deps, seen, approval);
    if (seen.approvals.some(({ evidenceId }) => evidenceId === approval.evidenceId)) return seen;
  }
  throw new Refusal('store_unavailable', { detail: 'other decisions came first each time' });
}

/** The row after a lost race, if it can still take this decision. */
async function readAgain(deps: DecideDeps, { grantId }: Grant, approval: Approval): Promise<Grant> {
  const grant = await deps.grants.get(grantId);
  if (grant === undefined) throw new Refusal('request_unknown', { detail: 'gone' });
  // a write whose answer was lost has been made all the same
  if (grant.approvals.some(({ evidenceId }) => evidenceId === approval.evidenceId)) return grant;
  if (grant.status !== 'pending') throw closed(grant);
  if (hasDecided(grant.approvals, approval.approver)) throw new Refusal('decided_already');
  return grant;
}

/** Lets the workflow go on. A failure is noted and nothing more: the decision stands. */
async function wakeWorkflow(
  deps: Pick<DecideDeps, 'decisions' | 'workflow'>,
  { grantId }: Grant,
  context: RequestContext,
): Promise<void> {
  try {
    const token = await deps.decisions.waitingToken(grantId);
    if (token === undefined) return;
    await deps.workflow.wake(token);
    await deps.decisions.woken(grantId, token);
  } catch (error) {
    context.log.note({ wakeFailed: error instanceof Error ? error.name : 'unknown' });
  }
}

function decisionEvent(
  { grant, approval, to }: { readonly grant: Grant; readonly approval: Approval; readonly to: string },
  { requestId }: RequestContext,
) {
  return grantEvent('approval.recorded', grant, {
    requestId,
    at: approval.decidedAt,
    facts: {
      decision: approval.decision,
      outcome: to,
      approverIssuer: approval.approver.issuer,
      approverSubject: approval.approver.subject,
      evidenceId: approval.evidenceId,
      requestDigest: approval.requestDigest,
      reason: approval.reason,
    },
  });
}
