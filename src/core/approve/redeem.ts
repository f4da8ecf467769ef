// Lets a lease be made of what people approved: the evidence of every decision verifies, now, before this mint. When
// it does not, somebody wrote a row or an approval no longer counts: people are told by a finding.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import { Refusal } from '../refusal.ts';
import { evidenceFinding } from './findings.ts';
import { type ApprovedGrant, verifyApprovals } from './verify-evidence.ts';

/** @throws Refusal `approval_invalid`, `issuer_unavailable`, `store_unavailable` */
export async function requireApproved(
  deps: Pick<ExchangeDeps, 'approvals' | 'findings'>,
  approved: ApprovedGrant,
  context: RequestContext,
): Promise<void> {
  try {
    await verifyApprovals(deps.approvals, approved);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'approval_invalid')
      await report(deps, { approved, detail: error.detail ?? '' }, context);
    throw error;
  }
}

/** The refusal stands, whether the finding could be written or not. */
async function report(
  { findings }: Pick<ExchangeDeps, 'findings'>,
  { approved, detail }: { readonly approved: ApprovedGrant; readonly detail: string },
  context: RequestContext,
): Promise<void> {
  try {
    await findings.putFinding(evidenceFinding(approved.grant, detail, approved.now));
  } catch (error) {
    context.log.note({ findingFailed: error instanceof Error ? error.name : 'unknown' });
  }
}
