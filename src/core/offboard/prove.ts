// Makes the proof that a retired agent's access is gone. It watches from its own first sight of the status, waits out
// the longest lease by its own clock, looks at everything, and only then signs. Whoever asks again gets the same proof.

import { type Moment, requireAgent } from '../lifecycle/orders.ts';
import type { RegisteredAgent } from '../model.ts';
import type { AuditEvent } from '../ports.ts';
import { digestOf } from '../record/digest.ts';
import { Refusal } from '../refusal.ts';
import type { CheckState, ToldCheck } from './check.ts';
import { checkAll, checkEarly, type Frame, retirementOf, verdictOf, waitedUntil } from './checks.ts';
import {
  keyDigest,
  type OffboardingProof,
  type ProofStatement,
  pemOf,
  proofBytes,
  proofSchema,
  verifyProof,
  writeProof,
} from './document.ts';
import { observe } from './observe.ts';
import type { OffboardDeps, Offboarding, ProofRow, Watch } from './ports.ts';

/**
 * How far the offboarding of an agent is; with its last step, the proof.
 * @throws Refusal `agent_not_found`, `agent_not_retired`, `store_unavailable`
 */
export async function proveOffboarding(
  deps: OffboardDeps,
  agentId: string,
  requestId: string,
): Promise<Offboarding> {
  const { agent } = await requireAgent(deps.agents, agentId);
  if (agent.status !== 'retired') throw new Refusal('agent_not_retired', { detail: agent.status });
  const row = (await deps.proofs.read(agentId)) ?? (await beginWatch(deps, agentId));
  if (row.document !== undefined) return proven(deps, agentId, row.document);
  const frame = frameOf(deps, agent, row.watch);
  const checks = await look(deps, frame);
  const state = verdictOf(checks);
  if (state !== 'dead') return { agent: agentId, state, checks: checks.map(toldOf), ...untilOf(checks) };
  const document = await sign(deps, frame, { checks, requestId });
  const event = provenEvent(document, { at: frame.now, requestId });
  if (await deps.proofs.store(agentId, writeProof(document), event))
    return proven(deps, agentId, writeProof(document));
  // another request was faster: there is one proof, and it is that one
  const stored = (await deps.proofs.read(agentId))?.document;
  if (stored === undefined) throw new Refusal('store_unavailable', { detail: 'the proof was not kept' });
  return proven(deps, agentId, stored);
}

/** The clock is read after the status: whatever read the old one began before. */
async function beginWatch({ proofs, catalog, clock }: OffboardDeps, agent: string): Promise<ProofRow> {
  const longestLeaseSeconds = Math.max(0, ...catalog.tasks.map(({ leaseSeconds }) => leaseSeconds));
  const watch: Watch = { agent, seenAt: clock(), longestLeaseSeconds };
  await proofs.begin(watch);
  const row = await proofs.read(agent);
  if (row === undefined) throw new Refusal('store_unavailable', { detail: 'the watch was not kept' });
  return row;
}

function frameOf({ catalog, account, clock }: OffboardDeps, agent: RegisteredAgent, watch: Watch): Frame {
  return { agent, watch, catalog, account, now: clock() };
}

async function look(deps: OffboardDeps, frame: Frame): Promise<readonly CheckState[]> {
  const retirement = retirementOf(frame.agent);
  // looking is for after the wait: what is seen before it proves nothing, and costs as much
  if (retirement === undefined || frame.now < waitedUntil(frame, [])) return checkEarly(frame);
  return checkAll(frame, await observe(deps, frame.agent, retirement.at));
}

function toldOf({ until, ...check }: CheckState): ToldCheck {
  return { ...check, ...(until && { until: until.toISOString() }) };
}

function untilOf(checks: readonly CheckState[]): { readonly until?: string } {
  const times = checks.flatMap(({ state, until }) =>
    state === 'waiting' && until !== undefined ? [until.getTime()] : [],
  );
  return times.length === 0 ? {} : { until: new Date(Math.max(...times)).toISOString() };
}

async function sign(
  deps: OffboardDeps,
  { agent, catalog, now }: Frame,
  { checks, requestId }: { readonly checks: readonly CheckState[]; readonly requestId: string },
): Promise<OffboardingProof> {
  const retirement = retirementOf(agent);
  if (retirement === undefined) throw new TypeError('only a retirement is proven');
  const publicKey = pemOf(await deps.key.publicKey());
  const { id, owner, purpose, environment } = agent;
  const { by, reason, at } = retirement;
  const statement: ProofStatement = {
    domain: 'remit/offboarding/v1',
    deployment: deps.deployment,
    agent: { id, owner, purpose, environment },
    retired: { by, reason, at: at.toISOString() },
    checks: checks.map(({ state: _, until: __, evidence, ...check }) => ({
      ...check,
      evidence: Object.fromEntries(
        Object.entries(evidence).map(([name, value]) => [
          name,
          typeof value === 'object' ? [...value] : value,
        ]),
      ),
    })),
    catalogDigest: catalog.digest,
    generatedAt: now.toISOString(),
    requestId,
    signedBy: keyDigest(publicKey),
  };
  const signature = Buffer.from(await deps.key.sign(proofBytes(statement))).toString('base64url');
  // read through its own schema: what is handed out is what anybody can read back
  return proofSchema.parse({ statement, signature, publicKey });
}

function provenEvent({ statement }: OffboardingProof, { at, requestId }: Moment): AuditEvent {
  return {
    type: 'agent.proven',
    at,
    requestId,
    facts: {
      agent: statement.agent.id,
      actor: 'offboarding',
      proof: digestOf(statement),
      signedBy: statement.signedBy,
    },
  };
}

/** The stored proof with its checks, all of them done. @throws Refusal `proof_damaged` for one that this key has not signed */
async function proven({ key }: OffboardDeps, agent: string, document: string): Promise<Offboarding> {
  const verdict = verifyProof(document, await key.publicKey());
  if (!verdict.isValid) throw new Refusal('proof_damaged', { detail: verdict.why });
  const { statement } = verdict.proof;
  if (statement.agent.id !== agent) throw new Refusal('proof_damaged', { detail: 'of another agent' });
  const checks = statement.checks.map((check): ToldCheck => ({ ...check, state: 'done' }));
  return { agent, state: 'dead', checks, proof: document };
}
