// Decisions of the fake API: the rules in short, the challenge and the signature for real.

import { randomBytes } from 'node:crypto';
import type { AssertionBody, DecisionTold, RequestView, Standing } from '../../console/api/answers.ts';
import type { Decision } from '../../src/core/model.ts';
import { base64url, challengeOver, type FakePerson, isSignedBy } from './fake-passkeys.ts';
import { type FakeCall, FakeRefusal, type FakeWorld } from './fake-people-api.ts';

const CHALLENGE_MS = 120_000;

/** `/api/approvals…` */
export async function decisionAnswers(world: FakeWorld, call: FakeCall): Promise<unknown> {
  const [, grantId, action] = call.parts;
  if (grantId === undefined) return { approvals: list(world, call.person) };
  const view = world.requests.get(grantId);
  if (view === undefined) throw new FakeRefusal('request_unknown', 404);
  if (action === 'challenge') return challenge(world, call, view);
  if (action === 'decision') return decide(world, call, view);
  return world.tamper({ ...view, mine: standing(view, call.person) });
}

function list(world: FakeWorld, person: FakePerson): RequestView[] {
  if (world.isEmpty) return [];
  const open = [...world.requests.values()].filter(({ status }) => status === 'pending');
  return open.map((view) => ({
    ...view,
    mine: standing(view, person),
    same: open.filter(({ sameAs }) => sameAs === view.sameAs).length,
  }));
}

function standing({ decisions, owner, approvers, breakGlass }: RequestView, person: FakePerson): Standing {
  if (decisions.some(({ approver }) => approver.subject === person.subject)) return 'decided';
  if (owner.subject === person.subject) return 'owner';
  if (person.groups.some((group) => approvers.includes(group))) return 'can-decide';
  return breakGlass !== undefined && person.groups.includes(breakGlass) ? 'break-glass' : 'not-an-approver';
}

function requireMay(view: RequestView, person: FakePerson): void {
  if (view.status !== 'pending' || Date.parse(view.expiresAt) <= Date.now())
    throw new FakeRefusal('request_closed', 409);
  const mine = standing(view, person);
  if (mine === 'decided') throw new FakeRefusal('decided_already', 409);
  if (mine === 'owner') throw new FakeRefusal('owner_may_not_decide', 403);
  if (mine === 'not-an-approver') throw new FakeRefusal('not_an_approver', 403);
}

function challenge(world: FakeWorld, { body, person }: FakeCall, view: RequestView) {
  requireMay(view, person);
  const nonce = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + CHALLENGE_MS).toISOString();
  const text = {
    domain: 'remit/approval/v1',
    grantId: view.grantId,
    requestDigest: view.requestDigest,
    decision: body['decision'],
    reason: body['reason'] ?? '',
    approver: { issuer: person.issuer, subject: person.subject },
    nonce,
    expiresAt,
  };
  const computed = base64url(challengeOver(text));
  world.challenges.set(nonce, { text, challenge: computed, isUsed: false });
  const keys = (world.passkeys.get(person.subject) ?? []).filter(({ status }) => status === 'active');
  if (keys.length === 0) throw new FakeRefusal('passkey_unknown');
  const credentialIds = keys.map(({ credentialId }) => credentialId);
  return { nonce, expiresAt, challenge: computed, credentialIds, rpId: 'localhost' };
}

async function decide(world: FakeWorld, call: FakeCall, view: RequestView) {
  const { body, person, path, token } = call;
  world.decisions.push({ path, body, token });
  const open = world.challenges.get(String(body['nonce']));
  if (open === undefined || open.isUsed) throw new FakeRefusal('challenge_unknown');
  open.isUsed = true;
  requireMay(view, person);
  const keys = (world.passkeys.get(person.subject) ?? []).filter(({ status }) => status === 'active');
  const { origin } = world;
  const assertion = body['assertion'] as AssertionBody;
  if (!(await isSignedBy(keys, { origin, assertion, challenge: open.challenge })))
    throw new FakeRefusal('passkey_rejected');
  const { decision, reason } = open.text as { decision: Decision; reason: string };
  const { groups: _, ...approver } = person;
  const told = { approver, decision, decidedAt: new Date().toISOString(), reason };
  const after = withDecision(view, told);
  world.requests.set(view.grantId, after);
  const { grantId, status, approved, quorum } = after;
  return { grantId, status, approved, quorum };
}

function withDecision(view: RequestView, told: DecisionTold): RequestView {
  const decisions = [...view.decisions, told];
  const approved = decisions.filter(({ decision }) => decision !== 'deny').length;
  const breakGlassUsed = told.decision === 'break-glass';
  const isEnough = breakGlassUsed || approved >= view.quorum;
  const status = told.decision === 'deny' ? 'denied' : isEnough ? 'approved' : 'pending';
  return { ...view, decisions, approved, status, breakGlassUsed };
}
