// The routes of requests that people decide: what waits, what exactly is asked, and the two calls of a decision. Who
// may see and decide what is the core's to say.

import * as z from 'zod';
import { type DecideDeps, openChallenge, recordDecision } from '../../../core/approve/decide.ts';
import { readFacts } from '../../../core/approve/facts.ts';
import { countApprovals } from '../../../core/approve/rules.ts';
import { listRequests, showRequest, type ViewDeps } from '../../../core/approve/view.ts';
import { DECISIONS, type Grant, type GrantId } from '../../../core/model.ts';
import { Refusal } from '../../../core/refusal.ts';
import { parseGrantId } from '../../../core/verify/handle.ts';
import { answered } from './fields.ts';
import { anySignedIn, type Call, get, NOTHING, type PeopleRoute, post } from './route.ts';

/** What the approvals function needs. */
export type ApprovalsDeps = DecideDeps & ViewDeps;

const intent = z.strictObject({
  decision: z.enum(DECISIONS),
  // its length and characters are the core's to check: they are part of what is signed
  reason: z.string().exactOptional(),
});

/** The routes of the approvals function. */
export function approvalRoutes(deps: ApprovalsDeps): readonly PeopleRoute[] {
  return [
    get({
      path: '/api/approvals',
      operation: 'list-approvals',
      admit: anySignedIn,
      input: NOTHING,
      run: ({ person }) => listRequests(deps, person),
    }),
    get({
      path: '/api/approvals/{grantId}',
      operation: 'show-approval',
      admit: anySignedIn,
      input: NOTHING,
      run: (call) => showRequest(deps, call.person, grantOf(call)),
    }),
    post({
      path: '/api/approvals/{grantId}/challenge',
      operation: 'open-challenge',
      admit: anySignedIn,
      input: intent,
      run: (call) => challenge(deps, call),
    }),
    post({
      path: '/api/approvals/{grantId}/decision',
      operation: 'decide',
      admit: anySignedIn,
      input: answered,
      run: (call) => decide(deps, call),
    }),
  ];
}

async function challenge(deps: ApprovalsDeps, call: Call<z.output<typeof intent>>) {
  const { person, input, context } = call;
  const grantId = grantOf(call);
  context.log.note({ decision: input.decision });
  const opened = await openChallenge(deps, { person, grantId, ...input }, context);
  const { terms, ...rest } = opened;
  return { nonce: terms.nonce, expiresAt: terms.expiresAt, ...rest };
}

async function decide(deps: ApprovalsDeps, call: Call<z.output<typeof answered>>) {
  const { person, idToken, input, context } = call;
  const grantId = grantOf(call);
  const grant = await recordDecision(deps, { person, idToken, grantId, ...input }, context);
  return outcome(grant);
}

function outcome(grant: Grant) {
  const { grantId, status, approvals } = grant;
  return { grantId, status, approved: countApprovals(approvals), quorum: readFacts(grant).approval.quorum };
}

/** @throws Refusal `request_unknown` when the path names no grant. */
function grantOf({ path, context }: Call<unknown>): GrantId {
  const grantId = parseGrantId(path['grantId'] ?? '');
  if (grantId === undefined) throw new Refusal('request_unknown', { detail: 'path' });
  context.log.note({ grantId });
  return grantId;
}
