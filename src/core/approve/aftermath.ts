// What a decision sets off: break-glass is recorded as a finding before it counts and told to everybody after; the
// rate at which a person approves is watched. What comes after the decision never fails it.

import type { RequestContext } from '../deps.ts';
import type { Approval, Grant, Task } from '../model.ts';
import { keyOf } from '../people/person.ts';
import type { DecideDeps } from './decide.ts';
import {
  APPROVALS_PER_HOUR,
  approvalRateFinding,
  breakGlassFinding,
  breakGlassNotice,
  everybodyOf,
} from './findings.ts';

/** A break-glass that cannot be recorded does not happen. Should the row then not move, the attempt is on record. */
export async function recordBreakGlass(
  deps: Pick<DecideDeps, 'findings'>,
  grant: Grant,
  approval: Approval,
): Promise<void> {
  if (approval.decision !== 'break-glass') return;
  await deps.findings.putFinding(breakGlassFinding(grant, approval));
}

/** Tells everybody at once; the workflow tells them again when it hears of it (workflow.ts), however this ends. */
export async function announceBreakGlass(
  deps: Pick<DecideDeps, 'notifier' | 'site'>,
  decided: { readonly grant: Grant; readonly task: Task; readonly approval: Approval },
  context: RequestContext,
): Promise<void> {
  const { grant, task, approval } = decided;
  if (approval.decision !== 'break-glass') return;
  const groups = everybodyOf(task.approval);
  await attempt('notice', context, async () => {
    const failed = await deps.notifier.notify(breakGlassNotice(grant, groups, deps.site.origin));
    if (failed.length > 0) context.log.note({ noticeFailed: failed.join(' ') });
  });
}

/** Counts approvals, and raises a finding for somebody who gives very many. */
export async function watchRate(
  deps: Pick<DecideDeps, 'counter' | 'findings'>,
  { approver, decision, decidedAt }: Approval,
  context: RequestContext,
): Promise<void> {
  if (decision === 'deny') return;
  await attempt('rate', context, async () => {
    const count = await deps.counter.countApproval(keyOf(approver), decidedAt);
    if (count > APPROVALS_PER_HOUR)
      await deps.findings.putFinding(approvalRateFinding(approver, count, decidedAt));
  });
}

async function attempt(what: string, context: RequestContext, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    context.log.note({ [`${what}Failed`]: error instanceof Error ? error.name : 'unknown' });
  }
}
