// `POST /grants/{grantId}/complete`: the agent says that it is done. The same workload with the handle, or the key
// the grant is bound to. A suspended agent may complete: ending access needs no permission.

import type { RequestContext, VerifyDeps } from '../deps.ts';
import type { Grant } from '../model.ts';
import { digestOf } from '../record/digest.ts';
import { type NamedGrant, readOwnGrant } from '../record/own-grant.ts';
import { type Credentials, verifyCaller } from '../verify/caller.ts';
import { recordUse } from '../verify/replay.ts';
import { endGrant } from './end-grant.ts';

/** What completing takes. */
export interface Completion {
  readonly shown: Credentials;
  readonly named: NamedGrant;
  /** The agent's own words on how it went; kept on the row as such. */
  readonly outcome?: string | undefined;
}

/**
 * Ends the caller's own grant; a repeated call finds it ended.
 * @throws Refusal those of verification and ownership
 */
export async function completeGrant(
  deps: VerifyDeps,
  request: Completion,
  context: RequestContext,
): Promise<Grant> {
  const caller = await verifyCaller(deps, request.shown, deps.clock());
  context.log.note({
    issuer: caller.workload.issuer.issuer,
    subject: caller.workload.subject,
    grantId: request.named.grantId,
  });
  const grant = await readOwnGrant(deps, caller, request.named);
  context.log.note({ agent: grant.agent, task: grant.task });
  // the same assertion with the same request is a retry, and ending twice is ending once
  await recordUse(deps, caller, {
    requestHash: digestOf(['complete', grant.grantId]),
    grantId: grant.grantId,
    fallbackBinding: `handle:${grant.handleHash}`,
    proofHeldByGrant: true,
  });
  const { outcome } = request;
  return endGrant(deps, { grant, reason: 'completed by the agent', outcome }, context);
}
