// People's administrative acts, before anything is done: each needs a reason and a role; a dangerous one the signature
// of an own passkey over the act, its target, its details and the reason. What is signed is done in perform-act.ts.

import { createHash } from 'node:crypto';
import { CHALLENGE_SECONDS } from '../approve/challenge.ts';
import type { Person } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { type AskedAct, readAct, type WellFormedAct } from './act-form.ts';
import type { ActDeps } from './act-ports.ts';
import { type ActTerms, actText } from './act-text.ts';
import { ACTS, requireMayAct } from './acts.ts';
import { type Answered, doAct, whenPatient } from './do-act.ts';
import { type PasskeyQuestion, requireActive } from './passkey-deps.ts';
import { rpIdOf } from './passkey-signature.ts';
import { keyOf, type VerifiedPerson } from './person.ts';

/** Who acts, in which request. */
export interface By {
  readonly person: VerifiedPerson;
  readonly requestId: string;
}

/** The WebAuthn challenge of an act, 32 bytes. */
export function actChallenge(terms: ActTerms): Uint8Array {
  return createHash('sha256').update(actText(terms)).digest();
}

/** Does an act that needs no signature. @throws Refusal `role_missing`, `reason_missing`, `act_unsigned`, those of the order */
export async function actUnsigned(deps: ActDeps, asked: AskedAct & By): Promise<Answered> {
  const act = await requireAllowed(deps, asked);
  if (ACTS[act.act].needsPasskey) throw new Refusal('act_unsigned');
  const order = { by: asked.person.person, reason: act.reason };
  const moment = { at: deps.clock(), requestId: asked.requestId };
  return whenPatient(deps, { ...act, moment }, doAct(deps, { ...act, order, moment }));
}

/** Opens the challenge of an act that needs one. @throws Refusal `role_missing`, `reason_missing`, `passkey_unknown` */
export async function openAct(deps: ActDeps, asked: AskedAct & By): Promise<PasskeyQuestion> {
  const { person } = asked.person;
  const act = await requireAllowed(deps, asked);
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

/** The form first, which needs nothing of the world: nothing is looked up by a target that cannot be one. */
async function requireAllowed(
  deps: ActDeps,
  { person, act, target, reason, details }: AskedAct & By,
): Promise<WellFormedAct> {
  const read = readAct({ act, target, reason, details });
  await requireMay(deps, person, read);
  return read;
}

/** Whether the person may do this act to this target now. @throws Refusal `role_missing` */
export async function requireMay(
  deps: ActDeps,
  person: VerifiedPerson,
  { act, target }: Pick<WellFormedAct, 'act' | 'target'>,
): Promise<void> {
  const owner = ACTS[act].ownerMay ? await ownerOf(deps, target) : undefined;
  requireMayAct(person, deps.issuer, { act, owner });
}

/** The agent's owner. Somebody who is nobody here must not learn which agents there are. */
async function ownerOf(deps: ActDeps, target: string): Promise<Person | undefined> {
  return (await deps.agents.find(target))?.agent.owner;
}
