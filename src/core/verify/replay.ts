// The replay rule of each issuer. `single-use`: an assertion counts once. `bound`: the first use ties it to a
// DPoP key or to a grant handle, and only that may show it again. `reusable`: stated in the catalog, not recorded.

import type { VerifyDeps } from '../deps.ts';
import type { GrantId } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import type { Caller } from './caller.ts';

/** Rows outlive the assertion by more than the clock leeway of the verifier. */
const KEEP_AFTER_EXPIRY_SECONDS = 120;

/** What is asked with the assertion, and what a `bound` one is tied to when no key is proven. */
export interface Use {
  readonly requestHash: string;
  readonly grantId: GrantId;
  /** `handle:<hash>` or `server:<name>`; a proven key takes its place. */
  readonly fallbackBinding: string;
  /** The proof's freshness is held by the grant row itself, so its id need not be kept here. */
  readonly proofHeldByGrant?: boolean;
}

/**
 * Records this showing of the caller's assertion.
 * @returns the grant of an earlier, identical request, when this is a retry of it
 * @throws Refusal `assertion_replayed` or `assertion_bound`
 */
export async function recordUse(
  deps: Pick<VerifyDeps, 'replay'>,
  caller: Caller,
  use: Use,
): Promise<GrantId | undefined> {
  const { workload, proof } = caller;
  const rule = workload.issuer.replay;
  if (rule === 'reusable') return undefined;
  const result = await deps.replay.record({
    issuer: workload.issuer.issuer,
    assertionId: workload.assertionId,
    keepUntil: addSeconds(workload.assertionExpiresAt, KEEP_AFTER_EXPIRY_SECONDS),
    requestHash: use.requestHash,
    grantId: use.grantId,
    ...(rule === 'bound' && { boundTo: proof ? `jkt:${proof.thumbprint}` : use.fallbackBinding }),
    ...(rule === 'bound' && proof && !use.proofHeldByGrant && { proofId: proof.proofId }),
  });
  if (result.kind !== 'refused') return undefined;
  if (result.requestHash === use.requestHash) return result.grantId;
  throw new Refusal(rule === 'bound' ? 'assertion_bound' : 'assertion_replayed');
}
