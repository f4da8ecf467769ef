// A row that claims approvals nobody gave: without evidence, with the evidence of another request, or merely with the
// status. Whoever may write the grant table still cannot get a lease.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvidenceReader } from '../../src/core/approve/ports.ts';
import { verifyApprovals } from '../../src/core/approve/verify-evidence.ts';
import { type DecisionScene, onlyApproval, startDecisions } from '../support/decisions.ts';
import { claimed, forgeApproval } from '../support/forgery.ts';
import type { Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;
let chloe: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben');
  chloe = await scene.persona('chloe');
});
afterAll(() => tables.close());

test('[APPROVE-12] the honest row verifies', async () => {
  const grant = await scene.ask();
  await scene.verify(await forgeApproval(scene, { grant, as: ben }));
});

test('[APPROVE-12] the status alone', async () => {
  const row = { ...(await scene.ask()), status: 'approved' as const };
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'no approval',
  });
});

test('[APPROVE-12] an approval without evidence', async () => {
  const grant = await scene.ask();
  const row = claimed(grant, {
    approver: ben.person,
    decision: 'approve',
    requestDigest: grant.requestDigest,
    decidedAt: scene.exchange.deps.clock(),
    evidenceId: randomBytes(32).toString('base64url'),
  });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'evidence' });
});

test('[APPROVE-12] evidence copied from another request of the same agent', async () => {
  const [one, other] = [await scene.ask(), await scene.ask()];
  const decided = await scene.decide({ grant: one, as: ben });
  const row = claimed(other, { ...onlyApproval(decided), requestDigest: other.requestDigest });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'grant' });
});

test('[APPROVE-12] evidence kept under another id than the nonce that was signed', async () => {
  const evidenceId = randomBytes(32).toString('base64url');
  const grant = await scene.ask();
  const row = await forgeApproval(scene, {
    grant,
    as: ben,
    evidence: { evidenceId },
    approval: { evidenceId },
  });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'nonce' });
});

test('[APPROVE-12] an approval of one task for a mint of another', async () => {
  const grant = await scene.ask('close-account');
  const row = await forgeApproval(scene, { grant, as: ben });
  const { catalog, deps } = scene.exchange;
  const [task] = catalog.tasks.filter(({ id }) => id !== 'close-account');
  const agent = catalog.agents.find(({ id }) => id === grant.agent);
  if (task === undefined || agent === undefined) throw new Error('not in the catalog');
  const { approval } = catalog.tasks.find(({ id }) => id === 'close-account') ?? task;
  const other = { grant: row, task: { ...task, approval }, agent, now: deps.clock() };
  expect(await refusalOf(verifyApprovals(scene.evidenceDeps, other))).toMatchObject({ detail: 'task' });
});

test('[APPROVE-12] the evidence of one person under the name of a second', async () => {
  const grant = await scene.ask('two-people');
  const first = await scene.decide({ grant, as: ben });
  const row = claimed(first, { ...onlyApproval(first), approver: chloe.person });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ detail: 'evidence is used once' });
  const again = await forgeApproval(scene, {
    grant: first,
    as: ben,
    approval: { approver: chloe.person },
  });
  expect(await refusalOf(scene.verify(again))).toMatchObject({ detail: 'approver' });
});

test('[APPROVE-12] evidence that says another time, decision or reason than the row', async () => {
  const grant = await scene.ask('emergency');
  const past = new Date(scene.exchange.deps.clock().getTime() - 1);
  for (const [approval, detail] of [
    [{ decidedAt: past }, 'time of the decision'],
    [{ decision: 'break-glass', reason: 'mine' }, 'decision'],
    [{ reason: 'put into the mouth' }, 'reason'],
    [{ requestDigest: 'sha256:other' }, 'request digest of the row'],
  ] as const) {
    const row = await forgeApproval(scene, { grant, as: ben, approval });
    expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail });
  }
});

test('[APPROVE-12] evidence whose terms were edited after the signature', async () => {
  const grant = await scene.ask();
  const other = await scene.ask();
  const signed = await scene.sign({ grant: other, as: ben });
  const row = await forgeApproval(scene, { grant, as: ben, evidence: { assertion: signed.assertion } });
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'passkey assertion',
  });
});

test.each([
  ['the decision', { decision: 'break-glass', reason: 'mine' }],
  ['the reason', { reason: 'other words' }],
  ['the end of the challenge', { expiresAt: new Date('2026-11-24T10:01:59.000Z') }],
] as const)(
  '[APPROVE-12] %s changed in evidence and row alike, under the signature of before',
  async (_, change) => {
    const grant = await scene.ask('emergency');
    const olga = { ...ben, idToken: () => tokenOfBoth() };
    const honest = await forgeApproval(scene, { grant, as: olga });
    await scene.verify(honest);
    const { evidenceId } = onlyApproval(honest);
    const { evidence } = await scene.evidenceDeps.evidence.readEvidence([evidenceId], [ben.person]);
    const [kept] = evidence;
    if (kept === undefined) throw new Error('no evidence');
    const terms = { ...kept.terms, ...change };
    const approval = { decision: terms.decision, ...(terms.reason !== '' && { reason: terms.reason }) };
    const row = { ...honest, approvals: [{ ...onlyApproval(honest), ...approval }] };
    const reader: EvidenceReader = {
      readEvidence: async (...asked) => ({
        ...(await scene.evidenceDeps.evidence.readEvidence(...asked)),
        evidence: [{ ...kept, terms }],
      }),
    };
    expect(await refusalOf(scene.verify(row, { evidence: reader }))).toMatchObject({
      code: 'approval_invalid',
      detail: 'passkey assertion',
    });
  },
);

/** Of an approver who may break the glass too. */
function tokenOfBoth(): string {
  return scene.people.signIn({ subject: 'ben', groups: ['finance-leads', 'incident-commanders'] });
}
