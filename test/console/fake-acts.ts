// Acts of the fake API: roles and signatures by the core's own table and text, what they do in short.

import { randomBytes } from 'node:crypto';
import type { AgentStory } from '../../console/api/admin-answers.ts';
import type { AssertionBody } from '../../console/api/answers.ts';
import { ACTS, type Act, type ActRule } from '../../src/core/people/acts.ts';
import { changeAgent, digestOfAgent, digestOfReview } from './fake-agents.ts';
import { base64url, challengeOver, type FakePerson, isSignedBy } from './fake-passkeys.ts';
import { type FakeCall, FakeRefusal, type FakeWorld, fakeRoles } from './fake-people-api.ts';

const CHALLENGE_MS = 120_000;

type Agent = AgentStory['agent'];

/** What was ordered. */
export interface FakeAct {
  readonly act: Act;
  readonly target: string;
  readonly reason: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** `/api/acts…` */
export function actAnswers(world: FakeWorld, call: FakeCall): Promise<unknown> | unknown {
  const [, step] = call.parts;
  if (step === 'challenge') return challenge(world, call);
  if (step === 'signed') return signed(world, call);
  if (step === 'progress') return progress(world, call);
  const asked = readAct(world, call);
  if (ACTS[asked.act].needsPasskey) throw new FakeRefusal('act_unsigned');
  return answered(world, perform(world, asked, call.person));
}

function answered(world: FakeWorld, result: unknown) {
  const isKill = typeof result === 'object' && result !== null && 'killId' in result;
  return { done: !(isKill && world.areKillsLong), result };
}

/** One more grant is ended than the order told. */
function progress(world: FakeWorld, { query }: FakeCall) {
  if (query.get('killId') !== KILL_ID) throw new FakeRefusal('kill_target_unknown', 404);
  return answered(world, { ...toldOfKill(), ended: 3 });
}

const KILL_ID = '01KC2Y5T8Q4ZV3N7R6W9XK0001';
const toldOfKill = () => ({
  killId: KILL_ID,
  ended: 2,
  deadBy: new Date(Date.now() + 60_000).toISOString(),
});

function readAct(world: FakeWorld, { body, person }: FakeCall): FakeAct {
  const asked = body as unknown as FakeAct;
  requireMay(world, asked, person);
  if (asked.reason.trim() === '') throw new FakeRefusal('reason_missing');
  return asked;
}

function requireMay(world: FakeWorld, { act, target }: FakeAct, person: FakePerson): void {
  const { roles, ownerMay }: ActRule = ACTS[act];
  const isOwner = world.agents.get(target)?.owner.subject === person.subject;
  const mine: readonly string[] = fakeRoles(person);
  if (!roles.some((role) => mine.includes(role)) && !(ownerMay && isOwner))
    throw new FakeRefusal('role_missing', 403);
}

const activeKeys = (world: FakeWorld, { subject }: FakePerson) =>
  (world.passkeys.get(subject) ?? []).filter(({ status }) => status === 'active');

function challenge(world: FakeWorld, call: FakeCall) {
  const { act, target, reason, details } = readAct(world, call);
  const { issuer, subject } = call.person;
  const nonce = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + CHALLENGE_MS).toISOString();
  const text = {
    domain: 'remit/act/v1',
    act,
    target,
    reason,
    ...(details && { details }),
    actor: { issuer, subject },
    nonce,
    expiresAt,
  };
  const computed = base64url(challengeOver(text));
  world.challenges.set(nonce, { text, challenge: computed, isUsed: false });
  const credentialIds = activeKeys(world, call.person).map(({ credentialId }) => credentialId);
  if (credentialIds.length === 0) throw new FakeRefusal('passkey_unknown');
  return { nonce, expiresAt, challenge: computed, credentialIds, rpId: 'localhost' };
}

async function signed(world: FakeWorld, { body, person }: FakeCall) {
  const open = world.challenges.get(String(body['nonce']));
  if (open === undefined || open.isUsed) throw new FakeRefusal('challenge_unknown');
  open.isUsed = true;
  const assertion = body['assertion'] as AssertionBody;
  const { origin } = world;
  if (!(await isSignedBy(activeKeys(world, person), { origin, assertion, challenge: open.challenge })))
    throw new FakeRefusal('passkey_rejected');
  return answered(world, perform(world, open.text as FakeAct, person));
}

function perform(world: FakeWorld, asked: FakeAct, by: FakePerson): unknown {
  const { act, target, reason, details } = asked;
  world.acts.push({ act, target, reason, ...(details && { details }) });
  const at = new Date().toISOString();
  const move = (status: 'active' | 'suspended' | 'retired', what: string) =>
    changeAgent(world, target, { status, lastChange: { what, by, at, reason } });
  const change = { what: 'stopped', by, at, reason };
  if (act === 'agent.suspend') move('suspended', 'suspended');
  if (act === 'agent.retire') move('retired', 'retired');
  if (act === 'agent.resume') {
    if (details?.['agentDigest'] !== digestOfAgent(world, target))
      throw new FakeRefusal('agent_changed', 409);
    return move('active', 'resumed');
  }
  if (act === 'agent.transfer')
    return changeAgent(world, target, { owner: details?.['owner'] as FakePerson });
  if (act === 'agent.update') return updated(world, asked);
  if (act === 'agent.bind') return bound(world, asked);
  if (act === 'agent.widen') return widened(world, asked);
  if (act === 'review.confirm' && details?.['reviewDigest'] !== digestOfReview(world, target))
    throw new FakeRefusal('agent_changed', 409);
  if (act === 'review.confirm') return changeAgent(world, target, { reviewBy: '2027-02-01' });
  if (act === 'agent.register') return registered(world, asked);
  if (act === 'stop.everything') world.stops.push({ scope: { kind: 'everything' }, change, orders: 1 });
  if (act === 'task.kill' || act === 'issuer.kill')
    world.stops.push({ scope: { kind: ACTS[act].target as 'task', id: target }, change, orders: 1 });
  if (act.endsWith('.restore')) return lift(world, asked);
  return toldOfKill();
}

function updated(world: FakeWorld, { target, details = {} }: FakeAct) {
  const { removeBindings = [], ...change } = details as { removeBindings?: readonly { subject: string }[] };
  const { bindings = [] } = world.agents.get(target) ?? {};
  const isGone = ({ subject }: { subject: string }) =>
    removeBindings.some((each) => each.subject === subject);
  return changeAgent(world, target, { ...change, bindings: bindings.filter((each) => !isGone(each)) });
}

function bound(world: FakeWorld, { target, details }: FakeAct) {
  const { addBindings } = details as { addBindings: Agent['bindings'] };
  const { bindings = [] } = world.agents.get(target) ?? {};
  return changeAgent(world, target, { bindings: [...bindings, ...addBindings] });
}

function widened(world: FakeWorld, { target, details }: FakeAct) {
  const { addGroups } = details as { addGroups: readonly string[] };
  const { groups = [] } = world.agents.get(target) ?? {};
  return changeAgent(world, target, { groups: [...groups, ...addGroups] });
}

function registered(world: FakeWorld, { target, details }: FakeAct) {
  if (world.agents.has(target)) throw new FakeRefusal('agent_exists', 409);
  const registration = (details as { agent: object }).agent;
  const agent = { ...registration, reviewBy: '2027-02-01', status: 'proposed', origin: 'runtime' };
  world.agents.set(target, agent as never);
  return agent;
}

function lift(world: FakeWorld, { act, target }: FakeAct) {
  const kind = act.slice(0, act.indexOf('.'));
  const at = world.stops.findIndex(
    ({ scope }) => scope.kind === kind && ('id' in scope ? scope.id : 'everything') === target,
  );
  if (at < 0) throw new FakeRefusal('kill_target_unknown');
  world.stops.splice(at, 1);
  return { lifted: { kind, id: target } };
}
