// RFC 7009 revocation with the grant handle as the token. Unknown, ended and foreign tokens are answered alike,
// with success (§2.2), so that nobody can probe for handles.

import type { RequestContext, VerifyDeps } from '../deps.ts';
import { digestOf } from '../record/digest.ts';
import { requireOwn } from '../record/own-grant.ts';
import { Refusal } from '../refusal.ts';
import { type Credentials, verifyCaller } from '../verify/caller.ts';
import { hashHandle, parseHandle } from '../verify/handle.ts';
import { recordUse } from '../verify/replay.ts';
import { endGrant } from './end-grant.ts';

/** A token as posted, and who posts it. */
export interface TokenRequest {
  readonly shown: Credentials;
  readonly token: string;
}

/** Ends the grant behind the token when it is the caller's own. @throws Refusal those of verification. */
export async function revokeToken(
  deps: VerifyDeps,
  request: TokenRequest,
  context: RequestContext,
): Promise<void> {
  const caller = await verifyCaller(deps, request.shown, deps.clock());
  context.log.note({ issuer: caller.workload.issuer.issuer, subject: caller.workload.subject });
  const named = parseHandle(request.token);
  if (named === undefined) return;
  const found = await deps.grants.get(named.grantId);
  try {
    const grant = requireOwn(found, caller, named);
    context.log.note({ grantId: grant.grantId, agent: grant.agent, task: grant.task });
    await recordUse(deps, caller, {
      requestHash: digestOf(['revoke', grant.grantId]),
      grantId: grant.grantId,
      fallbackBinding: `handle:${hashHandle(named.handle)}`,
      proofHeldByGrant: true,
    });
    await endGrant(deps, { grant, reason: 'revoked by the agent' }, context);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'grant_unknown') return;
    throw error;
  }
}
