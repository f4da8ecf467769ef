// What a compromised decision endpoint, or whoever may write the tables, could leave behind: evidence of any making
// and rows that claim an approval.

import { randomBytes } from 'node:crypto';
import { challengeOf } from '../../src/core/approve/challenge.ts';
import type { DecisionTerms, Evidence } from '../../src/core/approve/evidence.ts';
import type { Approval, Grant } from '../../src/core/model.ts';
import { keyOf } from '../../src/core/people/person.ts';
import type { Ceremony, TestAuthenticator } from './authenticator.ts';
import type { DecisionScene } from './decisions.ts';
import type { Persona } from './people.ts';

/** How the forgery differs from what the person would have made. */
export interface Forging {
  readonly grant: Grant;
  readonly as: Persona;
  readonly terms?: Partial<DecisionTerms>;
  readonly evidence?: Partial<Evidence>;
  readonly approval?: Partial<Approval>;
  readonly ceremony?: Partial<Ceremony>;
  /** @default the persona's own */
  readonly key?: TestAuthenticator;
}

/** Writes the evidence. @returns the row that claims it, approved */
export async function forgeApproval(scene: DecisionScene, forging: Forging): Promise<Grant> {
  const { grant, as, key = as.key } = forging;
  const now = scene.exchange.deps.clock();
  const nonce = randomBytes(32).toString('base64url');
  const terms: DecisionTerms = {
    grantId: grant.grantId,
    requestDigest: grant.requestDigest,
    decision: 'approve',
    reason: '',
    approver: keyOf(as.person),
    nonce,
    expiresAt: new Date(now.getTime() + 120_000),
    ...forging.terms,
  };
  await scene.deps.evidence.putEvidence({
    evidenceId: nonce,
    terms,
    decidedAt: now,
    idToken: as.idToken(now),
    assertion: key.assert({ challenge: challengeOf(terms), ...forging.ceremony }),
    ...forging.evidence,
  });
  return claimed(grant, {
    approver: as.person,
    decision: 'approve',
    requestDigest: grant.requestDigest,
    decidedAt: now,
    evidenceId: nonce,
    ...forging.approval,
  });
}

/** The row with one more approval, as whoever writes it likes. */
export function claimed(grant: Grant, approval: Approval): Grant {
  return { ...grant, status: 'approved', approvals: [...grant.approvals, approval] };
}
