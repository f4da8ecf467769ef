// Whose grant it is. The same workload, and the handle or the key the grant is bound to: a sibling on the same
// role has neither. What is unknown, someone else's or wrongly named is answered alike.

import type { VerifyDeps } from '../deps.ts';
import type { Grant, GrantHandle, GrantId } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Caller } from '../verify/caller.ts';
import { handleMatches } from '../verify/handle.ts';

/** The grant a caller means. */
export interface NamedGrant {
  readonly grantId: GrantId;
  readonly handle: GrantHandle | undefined;
}

/**
 * The grant, when it is the caller's own.
 * @throws Refusal `grant_unknown`, `proof_required`
 */
export function requireOwn(grant: Grant | undefined, caller: Caller, named: NamedGrant): Grant {
  if (grant === undefined) throw unknown('no such grant');
  if (!madeBy(grant, caller)) throw unknown('another workload');
  const { handle } = named;
  if (handle !== undefined && !handleMatches(handle, grant.handleHash)) throw unknown('handle differs');
  if (grant.boundKey === undefined) {
    if (handle === undefined) throw unknown('no handle');
    return grant;
  }
  if (caller.proof === undefined)
    throw handle === undefined ? unknown('no proof') : new Refusal('proof_required');
  if (caller.proof.thumbprint !== grant.boundKey) throw unknown('another key');
  return grant;
}

/** Reads the grant that the caller names. @throws Refusal `grant_unknown`, `proof_required`. */
export async function readOwnGrant(
  deps: Pick<VerifyDeps, 'grants'>,
  caller: Caller,
  named: NamedGrant,
): Promise<Grant> {
  return requireOwn(await deps.grants.get(named.grantId), caller, named);
}

/** Whether this workload made the grant. */
export function madeBy(grant: Grant, caller: Caller): boolean {
  const { workload } = caller;
  return grant.workload.issuer === workload.issuer.issuer && grant.workload.subject === workload.subject;
}

function unknown(detail: string): Refusal {
  return new Refusal('grant_unknown', { detail });
}
