// Does what was signed, and nothing else: act, target, details and reason are those of the challenge's row. The
// signature is verified and kept there before anything is done, and how it ended afterwards, so that whoever asks again
// with the same signature is told, and nothing is done twice.

import { CHALLENGE_SECONDS } from '../approve/challenge.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { actChallenge, type By, requireMay } from './act.ts';
import type { ActDeps, ActOutcome, KeptAct, SignedAct } from './act-ports.ts';
import type { ActTerms } from './act-text.ts';
import { type Answered, doAct, progressOf, whenPatient } from './do-act.ts';
import { type PasskeyAnswer, requireActive, requirePasskeySignature } from './passkey-deps.ts';
import { type Passkey, samePerson } from './person.ts';

/** An act that has not ended by then has broken off: no function runs this long. */
export const ACT_SECONDS = 330;

/** What was signed, and what has come of it. */
export interface Performed extends Answered {
  readonly terms: ActTerms;
}

/**
 * Performs the act that this answer signs, or tells what came of it when it was performed before.
 * @throws Refusal `challenge_unknown`, `role_missing`, `passkey_unknown`, `passkey_rejected`, `act_interrupted`, those of
 * the order
 */
export async function performAct(deps: ActDeps, answer: PasskeyAnswer & By): Promise<Performed> {
  const { nonce, assertion, requestId } = answer;
  const kept = await requireOwn(deps, answer);
  const { terms } = kept;
  // groups and owners may have changed since
  await requireMay(deps, answer.person, terms);
  if (kept.signed !== undefined) return { terms, ...(await tellAgain(deps, kept, answer)) };
  const signedAt = deps.clock();
  if (terms.expiresAt <= signedAt) throw new Refusal('challenge_unknown', { detail: 'too old' });
  const passkeys = await requireSigners(deps, terms);
  await requirePasskeySignature(deps, assertion, { challenge: actChallenge(terms), passkeys });
  const signed = { assertion, signedAt, requestId };
  if (await deps.acts.signAct(nonce, signed))
    return { terms, ...(await perform(deps, terms, { signed, answer })) };
  // somebody was faster: this very call, repeated on its way, or another answer
  return { terms, ...(await tellAgain(deps, await requireOwn(deps, answer), answer)) };
}

async function requireOwn(deps: ActDeps, { nonce, person }: PasskeyAnswer & By): Promise<KeptAct> {
  const kept = await deps.acts.findAct(nonce);
  if (kept === undefined) throw new Refusal('challenge_unknown');
  if (samePerson(kept.terms.actor, person.person)) return kept;
  throw new Refusal('challenge_unknown', { detail: 'made for somebody else' });
}

/** The person's passkeys that counted when the challenge was made. */
async function requireSigners(deps: ActDeps, { actor, expiresAt }: ActTerms): Promise<readonly Passkey[]> {
  const openedAt = addSeconds(expiresAt, -CHALLENGE_SECONDS);
  const active = await requireActive(deps, actor, 'passkey_unknown');
  return active.filter(({ activeSince }) => activeSince !== undefined && activeSince <= openedAt);
}

interface Performing {
  readonly signed: SignedAct;
  readonly answer: PasskeyAnswer & By;
}

async function perform(deps: ActDeps, terms: ActTerms, { signed, answer }: Performing): Promise<Answered> {
  const order = { by: answer.person.person, reason: terms.reason };
  const moment = momentOf(terms, signed);
  const work = doAct(deps, { ...terms, order, moment, evidenceId: terms.nonce });
  return whenPatient(deps, { ...terms, moment }, keep(deps, terms.nonce, work));
}

function momentOf({ nonce }: ActTerms, { signedAt, requestId }: SignedAct) {
  return { at: signedAt, requestId, evidenceId: nonce };
}

/** Keeps how the work ended, beside what was signed. */
async function keep(deps: ActDeps, nonce: string, work: Promise<unknown>): Promise<unknown> {
  // what was done stays done when the word of it cannot be kept: asking again then tells that it broke off
  const end = (outcome: ActOutcome) => deps.acts.endAct(nonce, outcome).catch(() => undefined);
  try {
    const result = await work;
    await end({ result: JSON.stringify(result) });
    return result;
  } catch (error) {
    await end(refusedAs(error));
    throw error;
  }
}

/** What is not a decision of ours may have left the act half done. */
function refusedAs(error: unknown): ActOutcome {
  if (!(error instanceof Refusal) || MAY_BE_HALF.has(error.error))
    return { refused: 'act_interrupted', members: {} };
  return { refused: error.code, members: error.members };
}

const MAY_BE_HALF: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error']);

/** Only who has the very signature hears of it: another one over the same challenge is a second use. */
async function tellAgain(
  deps: ActDeps,
  { terms, signed, outcome }: KeptAct,
  answer: PasskeyAnswer,
): Promise<Answered> {
  if (signed === undefined || !isSame(signed.assertion, answer.assertion))
    throw new Refusal('challenge_unknown');
  if (outcome !== undefined && 'refused' in outcome)
    throw new Refusal(outcome.refused, { members: outcome.members });
  if (outcome !== undefined) return { done: true, result: JSON.parse(outcome.result) };
  const progress = await progressOf(deps, { ...terms, moment: momentOf(terms, signed) });
  if (progress !== undefined) return progress;
  if (deps.clock() < addSeconds(signed.signedAt, ACT_SECONDS)) return { done: false };
  throw new Refusal('act_interrupted');
}

function isSame(one: PasskeyAnswer['assertion'], other: PasskeyAnswer['assertion']): boolean {
  return (['credentialId', 'authenticatorData', 'clientDataJSON', 'signature'] as const).every(
    (member) => one[member] === other[member],
  );
}
