// One decision: challenge, signature, answer. What is signed is written from the facts that the page has verified and
// shows, never from what the server says beside them.

import { decisionText } from '../../src/core/approve/challenge-text.ts';
import type { Decision, GrantId, Person } from '../../src/core/model.ts';
import type { Challenge, Outcome } from '../api/answers.ts';
import type { Api } from '../api/client.ts';
import { signText } from './ceremony.ts';
import type { VerifiedFacts } from './facts.ts';

/** What the reader has decided. */
export interface Deciding {
  readonly verified: VerifiedFacts;
  readonly decision: Decision;
  readonly reason: string;
  readonly approver: Person;
}

/** Signs and sends the decision. @throws ApiFailure, PasskeyFailure */
export async function decide(api: Api, { verified, decision, reason, approver }: Deciding): Promise<Outcome> {
  const { grantId } = verified.facts;
  const address = `/api/approvals/${encodeURIComponent(grantId)}`;
  const challenge = await api.post<Challenge>(`${address}/challenge`, { decision, reason });
  const text = decisionText({
    grantId: grantId as GrantId,
    requestDigest: verified.requestDigest,
    decision,
    reason,
    approver,
    nonce: challenge.nonce,
    expiresAt: new Date(challenge.expiresAt),
  });
  const assertion = await signText(text, challenge);
  return api.post<Outcome>(`${address}/decision`, { nonce: challenge.nonce, assertion });
}
