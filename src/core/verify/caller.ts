// Who calls: the verified workload behind the assertion, and the key it proved to hold, if it sent a DPoP proof.

import type { VerifyDeps } from '../deps.ts';
import type { KeyProof, Workload } from '../model.ts';
import { verifyAssertion } from './assertion.ts';
import { verifyProof } from './dpop.ts';

/** What a caller shows, as received. */
export interface Credentials {
  readonly assertion: string;
  /** The DPoP header with the request it must be made for. */
  readonly proof?: { readonly text: string; readonly method: string; readonly url: string };
}

/** A verified caller. */
export interface Caller {
  readonly workload: Workload;
  readonly proof?: KeyProof;
}

/** Verifies assertion and proof. @throws Refusal `assertion_rejected`, `proof_invalid`, `issuer_unavailable`. */
export async function verifyCaller(deps: VerifyDeps, shown: Credentials, now: Date): Promise<Caller> {
  const trust = { issuers: deps.catalog.issuers, keys: deps.keys };
  const workload = await verifyAssertion(shown.assertion, trust, now);
  if (shown.proof === undefined) return { workload };
  const { text, method, url } = shown.proof;
  return { workload, proof: await verifyProof(text, { method, url }, now) };
}
