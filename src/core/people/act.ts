// People's administrative acts. Each needs a reason and a role; a dangerous one the signature of an own passkey over
// the act, its target, its details and the reason, used once. The evidence is kept before anything is done.

import { createHash } from 'node:crypto';
import { CHALLENGE_SECONDS } from '../approve/challenge.ts';
import { requireAgent } from '../lifecycle/orders.ts';
import type { Person } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { type AskedAct, readAct } from './act-form.ts';
import type { ActDeps } from './act-ports.ts';
import { type ActTerms, actText } from './act-text.ts';
import { ACTS, type Act, requireMayAct } from './acts.ts';
import { doAct } from './do-act.ts';
import {
  type PasskeyAnswer,
  type PasskeyQuestion,
  requireActive,
  requirePasskeySignature,
} from './passkey-deps.ts';
import { rpIdOf } from './passkey-signature.ts';
import { keyOf, samePerson, type VerifiedPerson } from './person.ts';

interface By {
  readonly person: VerifiedPerson;
  readonly requestId: string;
}

/** The WebAuthn challenge of an act, 32 bytes. */
export function actChallenge(terms: ActTerms): Uint8Array {
  return createHash('sha256').update(actText(terms)).digest();
}

/** Does an act that needs no signature. @throws Refusal `role_missing`, `reason_missing`, `act_unsigned`, those of the order */
export async function actUnsigned(deps: ActDeps, asked: AskedAct & By): Promise<unknown> {
  await requireMay(deps, asked.person, asked);
  const act = readAct(asked);
  if (ACTS[act.act].needsPasskey) throw new Refusal('act_unsigned');
  return doAct(deps, { ...act, ...orderOf(deps, asked, act.reason) });
}

/** Opens the challenge of an act that needs one. @throws Refusal `role_missing`, `reason_missing`, `passkey_unknown` */
export async function openAct(deps: ActDeps, asked: AskedAct & By): Promise<PasskeyQuestion> {
  const { person } = asked.person;
  await requireMay(deps, asked.person, asked);
  const act = readAct(asked);
  if (!ACTS[act.act].needsPasskey) throw new Refusal('body_malformed', { detail: 'needs no passkey' });
  const passkeys = await requireActive(deps, person, 'passkey_unknown');
  const terms: ActTerms = {
    ...act,
    actor: keyOf(person),
    nonce: Buffer.from(deps.random.bytes(32)).toString('base64url'),
    expiresAt: addSeconds(deps.clock(), CHALLENGE_SECONDS),
  };
  await deps.acts.openAct(terms);
  return {
    nonce: terms.nonce,
    challenge: Buffer.from(actChallenge(terms)).toString('base64url'),
    credentialIds: passkeys.map(({ credentialId }) => credentialId),
    expiresAt: terms.expiresAt,
    rpId: rpIdOf(deps.site),
  };
}

/**
 * Does what was signed, and nothing else: act, target, details and reason are those of the challenge.
 * @throws Refusal `challenge_unknown`, `role_missing`, `passkey_unknown`, `passkey_rejected`, those of the order
 */
export async function performAct(
  deps: ActDeps,
  answer: PasskeyAnswer & By,
): Promise<{ readonly terms: ActTerms; readonly result: unknown }> {
  const { person } = answer.person;
  const terms = await deps.acts.useAct(answer.nonce, deps.clock());
  if (terms === undefined) throw new Refusal('challenge_unknown');
  if (!samePerson(terms.actor, person))
    throw new Refusal('challenge_unknown', { detail: 'made for somebody else' });
  // groups and owners may have changed since
  await requireMay(deps, answer.person, terms);
  const passkeys = await requireActive(deps, person, 'passkey_unknown');
  await requirePasskeySignature(deps, answer.assertion, { challenge: actChallenge(terms), passkeys });
  const { order, moment } = orderOf(deps, answer, terms.reason);
  const { assertion, requestId, nonce } = answer;
  await deps.acts.keepAct(nonce, { assertion, signedAt: moment.at, requestId });
  return { terms, result: await doAct(deps, { ...terms, order, moment, evidenceId: nonce }) };
}

function orderOf(deps: ActDeps, { person, requestId }: By, reason: string) {
  return { order: { by: person.person, reason }, moment: { at: deps.clock(), requestId } };
}

async function requireMay(
  deps: ActDeps,
  person: VerifiedPerson,
  { act, target }: { readonly act: Act; readonly target: string },
): Promise<void> {
  const owner = ACTS[act].ownerMay ? await ownerOf(deps, target) : undefined;
  requireMayAct(person, deps.issuer, { act, owner });
}

/** The agent's owner. Somebody who is nobody here must not learn which agents there are. */
async function ownerOf(deps: ActDeps, target: string): Promise<Person | undefined> {
  try {
    return (await requireAgent(deps.agents, target)).agent.owner;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'agent_not_found') return undefined;
    throw error;
  }
}
