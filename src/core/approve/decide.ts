// A person's decision, in two calls. The first hands out a challenge over exactly what is decided; the second verifies
// the answer, writes the evidence, and then moves the row once. Only the row's move counts, and at the mint only the
// evidence: what happens after it (waking, telling) may fail, and is made up for by the sweeper.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { Approval, Decision, Grant, GrantId } from '../model.ts';
import { rpIdOf, type Site, verifyPasskeySignature } from '../people/passkey-signature.ts';
import { keyOf, type Passkey, samePerson, type VerifiedPerson } from '../people/person.ts';
import { type PeopleTrust, verifyPerson } from '../people/verify-person.ts';
import type { Random, Registry } from '../ports.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { Flaw } from '../verify/flaw.ts';
import { announceBreakGlass, recordBreakGlass, watchRate } from './aftermath.ts';
import { CHALLENGE_SECONDS, challengeOf } from './challenge.ts';
import type { DecisionTerms, PasskeyAssertion } from './evidence.ts';
import { agentOwner } from './owner.ts';
import type {
  ApprovalCounter,
  ApprovalWorkflow,
  ChallengeStore,
  DecisionStore,
  EvidenceWriter,
  FindingStore,
  Notifier,
  PeopleReader,
} from './ports.ts';
import { requireReason } from './reason.ts';
import { recordOnRow } from './record-decision.ts';
import { hasDecided, mayDecide, passkeysFor } from './rules.ts';
import { readStanding, type StandingDeps, type StandingRequest } from './standing.ts';

/** Everything that a decision needs of the world. */
export interface DecideDeps extends StandingDeps, Pick<ExchangeDeps, 'clock'> {
  readonly registry: Pick<Registry, 'findAgent' | 'readStanding'>;
  readonly decisions: DecisionStore;
  readonly people: PeopleReader;
  readonly evidence: EvidenceWriter;
  readonly challenges: ChallengeStore;
  readonly counter: ApprovalCounter;
  readonly findings: Pick<FindingStore, 'putFinding'>;
  readonly notifier: Notifier;
  readonly workflow: Pick<ApprovalWorkflow, 'wake'>;
  readonly trust: PeopleTrust;
  readonly site: Site;
  readonly random: Random;
}

/** What a person is about to decide. */
export interface Intent {
  readonly person: VerifiedPerson;
  readonly grantId: GrantId;
  readonly decision: Decision;
  /** The person's own words. */
  readonly reason?: string | undefined;
}

/** What the browser needs to ask the passkey. */
export interface OpenedChallenge {
  readonly terms: DecisionTerms;
  /** Base64url of `challengeOf(terms)`. */
  readonly challenge: string;
  /** The person's passkeys that can decide this request. */
  readonly credentialIds: readonly string[];
  readonly rpId: string;
}

/**
 * Hands out the challenge of one decision.
 * @throws Refusal `request_unknown`, `request_closed`, `request_changed`, `not_an_approver`, `owner_may_not_decide`,
 *   `decided_already`, `reason_missing`, `passkey_unknown`, `passkey_too_new`
 */
export async function openChallenge(
  deps: DecideDeps,
  intent: Intent,
  context: RequestContext,
): Promise<OpenedChallenge> {
  const now = deps.clock();
  const { person, grantId, decision } = intent;
  const reason = requireReason(decision, intent.reason);
  const standing = await readStanding(deps, { grantId, now }, context);
  await requireQualified(deps, { standing, person, decision });
  const passkeys = await usablePasskeys(deps, person, standing.grant);
  const terms: DecisionTerms = {
    grantId,
    requestDigest: standing.grant.requestDigest,
    decision,
    reason,
    approver: keyOf(person.person),
    nonce: Buffer.from(deps.random.bytes(32)).toString('base64url'),
    expiresAt: addSeconds(now, CHALLENGE_SECONDS),
  };
  await deps.challenges.openChallenge(terms);
  return {
    terms,
    challenge: Buffer.from(challengeOf(terms)).toString('base64url'),
    credentialIds: passkeys.map(({ credentialId }) => credentialId),
    rpId: rpIdOf(deps.site),
  };
}

/** The answer of a person's passkey to a challenge. */
export interface Answer {
  readonly person: VerifiedPerson;
  /** As sent: it becomes evidence, and is verified here once more. */
  readonly idToken: string;
  readonly grantId: GrantId;
  readonly nonce: string;
  readonly assertion: PasskeyAssertion;
}

/**
 * Records a decision. Repeating the call that was recorded answers with the row.
 * @throws Refusal those of `openChallenge`, `challenge_unknown`, `passkey_rejected`, `sign_in_rejected`
 */
export async function recordDecision(
  deps: DecideDeps,
  answer: Answer,
  context: RequestContext,
): Promise<Grant> {
  const now = deps.clock();
  const person = await verifyAgain(deps, answer, now);
  const terms = await deps.challenges.useChallenge(answer.nonce, now);
  if (terms === undefined) return repeated(deps, answer);
  if (terms.grantId !== answer.grantId || !samePerson(terms.approver, person.person))
    throw new Refusal('challenge_unknown', { detail: 'made for something else' });
  const { decision } = terms;
  const standing = await readStanding(deps, { grantId: terms.grantId, now }, context);
  if (terms.requestDigest !== standing.grant.requestDigest) throw new Refusal('request_changed');
  await requireQualified(deps, { standing, person, decision });
  await requireSigned(deps, { terms, assertion: answer.assertion, grant: standing.grant, person });

  const approval = approvalOf(terms, person, now);
  const evidence = { evidenceId: terms.nonce, terms, decidedAt: now, idToken: answer.idToken };
  const isNew = await deps.evidence.putEvidence({ ...evidence, assertion: answer.assertion });
  if (!isNew) throw new Refusal('challenge_unknown', { detail: 'there is evidence of this id' });
  await recordBreakGlass(deps, standing.grant, approval);
  const grant = await recordOnRow(deps, { standing, approval }, context);
  await watchRate(deps, approval, context);
  await announceBreakGlass(deps, { grant, task: standing.task, approval }, context);
  return grant;
}

/** The token that will be evidence must verify now, and be of the one who asks. */
async function verifyAgain(deps: DecideDeps, answer: Answer, now: Date): Promise<VerifiedPerson> {
  const verified = await verifyPerson(answer.idToken, deps.trust, now);
  if (samePerson(verified.person, answer.person.person)) return verified;
  throw new Refusal('sign_in_rejected', { detail: 'another person' });
}

/** The decision of this very challenge may be on the row already: the answer was lost on its way. */
async function repeated(deps: DecideDeps, { grantId, nonce, person }: Answer): Promise<Grant> {
  const grant = await deps.grants.get(grantId);
  const isOwn = grant?.approvals.some(
    ({ evidenceId, approver }) => evidenceId === nonce && samePerson(approver, person.person),
  );
  if (grant !== undefined && isOwn === true) return grant;
  throw new Refusal('challenge_unknown');
}

async function requireQualified(
  deps: DecideDeps,
  asked: { readonly standing: StandingRequest; readonly person: VerifiedPerson; readonly decision: Decision },
): Promise<void> {
  const { standing, person: verified, decision } = asked;
  const { person, groups } = verified;
  const owners = await agentOwner(deps, standing.grant, decision);
  const refused = mayDecide({ rule: standing.task.approval, owners, person, groups, decision });
  if (refused !== undefined) throw new Refusal(refused);
  if (hasDecided(standing.grant.approvals, person)) throw new Refusal('decided_already');
}

/** Passkeys that count, and counted when the request was made. */
async function usablePasskeys(
  deps: DecideDeps,
  { person }: VerifiedPerson,
  grant: Grant,
): Promise<readonly Passkey[]> {
  const record = await deps.people.findPerson(keyOf(person));
  const { active, usable } = passkeysFor(record, grant.requestedAt);
  if (active.length === 0) throw new Refusal('passkey_unknown', { detail: 'none is active' });
  if (usable.length === 0) throw new Refusal('passkey_too_new');
  return usable;
}

async function requireSigned(
  deps: DecideDeps,
  signed: {
    readonly terms: DecisionTerms;
    readonly assertion: PasskeyAssertion;
    readonly grant: Grant;
    readonly person: VerifiedPerson;
  },
): Promise<void> {
  const { terms, assertion, grant, person } = signed;
  const usable = await usablePasskeys(deps, person, grant);
  const passkey = usable.find(({ credentialId }) => credentialId === assertion.credentialId);
  if (passkey === undefined) throw new Refusal('passkey_unknown', { detail: 'not one that can decide this' });
  try {
    await verifyPasskeySignature(assertion, { passkey, challenge: challengeOf(terms), site: deps.site });
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('passkey_rejected', { detail: error.message, cause: error.cause });
  }
}

function approvalOf(terms: DecisionTerms, { person }: VerifiedPerson, decidedAt: Date): Approval {
  return {
    approver: person,
    decision: terms.decision,
    requestDigest: terms.requestDigest,
    decidedAt,
    ...(terms.reason !== '' && { reason: terms.reason }),
    evidenceId: terms.nonce,
  };
}
