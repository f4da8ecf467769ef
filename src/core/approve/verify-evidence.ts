// The issuing function's own verification of people's decisions, before every mint. It believes neither the decision
// endpoint nor the row: each approval must have evidence of its own that verifies from the ID token to the passkey's
// signature over exactly this request. Any flaw anywhere is a refusal.

import type { Agent, Approval, Grant, Task } from '../model.ts';
import { type Site, verifyPasskeySignature } from '../people/passkey-signature.ts';
import { activePasskeys, type PersonRecord, samePerson } from '../people/person.ts';
import { type PeopleTrust, verifyPerson } from '../people/verify-person.ts';
import { canonicalText } from '../record/canonical.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { Flaw, must } from '../verify/flaw.ts';
import { CLOCK_LEEWAY_SECONDS } from '../verify/registered-claims.ts';
import { CHALLENGE_SECONDS, challengeOf } from './challenge.ts';
import type { Evidence } from './evidence.ts';
import { readFacts } from './facts.ts';
import type { EvidenceReader } from './ports.ts';
import { mayDecide, outcomeOf } from './rules.ts';

/** What verification needs: evidence, the people's issuer with its keys, and the site of the passkeys. */
export interface EvidenceDeps {
  readonly evidence: EvidenceReader;
  readonly people: PeopleTrust;
  readonly site: Site;
}

/** The grant that is about to get a lease, under the catalog and the registry of now. */
export interface ApprovedGrant {
  readonly grant: Grant;
  /** Of the current catalog. */
  readonly task: Task;
  /** Of the registry: its owner of now does not decide either. */
  readonly agent: Pick<Agent, 'owner'>;
  readonly now: Date;
}

/**
 * Verifies every decision on the row and that together they approve it.
 * @throws Refusal `approval_invalid`; `issuer_unavailable` and `store_unavailable` when it cannot be known now
 */
export async function verifyApprovals(deps: EvidenceDeps, approved: ApprovedGrant): Promise<void> {
  try {
    await verify(deps, approved);
  } catch (error) {
    if (error instanceof Flaw) throw invalid(error.message, error.cause);
    if (error instanceof Refusal && (error.code === 'request_damaged' || error.code === 'sign_in_rejected'))
      throw invalid(`${error.code}: ${error.detail ?? ''}`, error);
    throw error;
  }
}

async function verify(deps: EvidenceDeps, approved: ApprovedGrant): Promise<void> {
  const { grant, task, now } = approved;
  const { approvals } = grant;
  must(approvals.length > 0, 'no approval');
  const facts = readFacts(grant);
  must(task.id === facts.task, 'task');
  must(canonicalText(facts.approval) === canonicalText(task.approval), 'approval rule');
  must(isDistinct(approvals.map(({ evidenceId }) => evidenceId)), 'evidence is used once');
  must(
    approvals.every(
      ({ approver }, index) => !approvals.slice(0, index).some((one) => samePerson(one.approver, approver)),
    ),
    'a person decides once',
  );
  const found = await deps.evidence.readEvidence(
    approvals.map(({ evidenceId }) => evidenceId),
    approvals.map(({ approver }) => approver),
  );
  for (const approval of approvals) {
    const evidence = found.evidence.find(({ evidenceId }) => evidenceId === approval.evidenceId);
    must(evidence !== undefined, 'evidence');
    checkTerms(approval, evidence, grant);
    checkTimes(evidence, { grant, task, now });
    await checkPerson(deps, evidence, approved);
    await checkPasskey(deps, { evidence, grant, people: found.people });
  }
  must(outcomeOf(task.approval, approvals) === 'approved', 'quorum');
}

/** The row says what was signed, and what was signed is this request. */
function checkTerms(approval: Approval, { evidenceId, terms, decidedAt }: Evidence, grant: Grant): void {
  must(terms.nonce === evidenceId, 'nonce');
  must(terms.grantId === grant.grantId, 'grant');
  must(terms.requestDigest === grant.requestDigest, 'request digest');
  must(approval.requestDigest === grant.requestDigest, 'request digest of the row');
  must(terms.decision === approval.decision, 'decision');
  must(terms.decision !== 'deny', 'denied');
  must(terms.reason === (approval.reason ?? ''), 'reason');
  must(samePerson(terms.approver, approval.approver), 'approver');
  must(decidedAt.getTime() === approval.decidedAt.getTime(), 'time of the decision');
}

/**
 * Decided after the request was made, before it lapsed, while the challenge lived, and not in the future, as far as
 * the clocks of functions may differ. The end of
 * the challenge is signed: however the row's times are written, an approval is worth nothing once a grant made under
 * it must be over.
 */
function checkTimes(
  { terms, decidedAt }: Evidence,
  { grant, task, now }: Pick<ApprovedGrant, 'grant' | 'task' | 'now'>,
): void {
  const { expiresAfterSeconds } = task.approval;
  const decided = decidedAt.getTime();
  const challengeEnd = terms.expiresAt.getTime();
  // the functions that took the request, opened the challenge and took the answer each have a clock
  const leeway = CLOCK_LEEWAY_SECONDS * 1000;
  must(decided >= grant.requestedAt.getTime() - leeway, 'decided before it was asked');
  must(decided < addSeconds(grant.requestedAt, expiresAfterSeconds).getTime(), 'decided after it lapsed');
  must(decided < challengeEnd, 'challenge was over');
  must(decided >= challengeEnd - CHALLENGE_SECONDS * 1000 - leeway, 'challenge of later');
  must(decided <= addSeconds(now, CLOCK_LEEWAY_SECONDS).getTime(), 'decided in the future');
  const last = addSeconds(terms.expiresAt, expiresAfterSeconds + task.maxDurationSeconds);
  must(now.getTime() < last.getTime(), 'the approval is too old');
}

/** Who decided, by the ID token as it was then, under the rule of now. */
async function checkPerson(
  { people }: EvidenceDeps,
  { idToken, terms, decidedAt }: Evidence,
  { grant, task, agent }: ApprovedGrant,
): Promise<void> {
  const { person, groups } = await verifyPerson(idToken, people, decidedAt);
  must(samePerson(person, terms.approver), 'person of the ID token');
  const owners = [grant.owner, agent.owner];
  const refused = mayDecide({ rule: task.approval, owners, person, groups, decision: terms.decision });
  must(refused === undefined, refused ?? 'may decide');
}

/** Signed by a passkey that still counts, and counted when the request was made. */
async function checkPasskey(
  { site }: EvidenceDeps,
  found: { readonly evidence: Evidence; readonly grant: Grant; readonly people: readonly PersonRecord[] },
): Promise<void> {
  const { terms, assertion } = found.evidence;
  const record = found.people.find(({ person }) => samePerson(person, terms.approver));
  const passkey = activePasskeys(record).find(({ credentialId }) => credentialId === assertion.credentialId);
  must(passkey?.activeSince !== undefined, 'passkey');
  must(
    passkey.activeSince.getTime() <= found.grant.requestedAt.getTime(),
    'passkey is newer than the request',
  );
  await verifyPasskeySignature(assertion, { passkey, challenge: challengeOf(terms), site });
}

function isDistinct(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}

function invalid(detail: string, cause: unknown): Refusal {
  return new Refusal('approval_invalid', { detail, cause });
}
