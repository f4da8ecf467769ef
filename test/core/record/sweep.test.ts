// The sweeper ends what is due, completes what a crash left of a workflow, and goes on past what fails.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApprovalWorkflow } from '../../../src/core/approve/ports.ts';
import type { Grant } from '../../../src/core/model.ts';
import { sweep } from '../../../src/core/record/sweep.ts';
import type { DecisionStoreUnderTest } from '../../contracts/decision-store.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { decisionStoreOn } from '../../support/stores.ts';
import { startTables } from '../../support/tables.ts';

let under: DecisionStoreUnderTest;
beforeEach(async () => {
  under = decisionStoreOn(await startTables());
});
afterEach(() => under.close());

/** What a workflow was told. */
let told: string[] = [];
let refuses = false;
beforeEach(() => {
  told = [];
  refuses = false;
});
const tell = async (what: string) => {
  if (refuses) throw new Error('throttled');
  told.push(what);
  return true;
};
const workflow: ApprovalWorkflow = {
  start: async (grantId) => void (await tell(`start ${grantId}`)),
  wake: (token) => tell(`wake ${token}`),
};

const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
function sweepAt(seconds: number, changes: object = {}) {
  const { grants, decisions } = under;
  return sweep({ grants, decisions, workflow, clock: () => at(seconds), ...changes }, 'sweep-1');
}
const NOTHING = { ended: {}, started: 0, woken: 0, failures: 0 };

async function put(changes: Partial<Grant>): Promise<Grant> {
  const grant = sampleGrant(changes);
  await under.grants.reserve(grant, sampleEvent());
  return grant;
}
const statusOf = async (grant: Grant) => (await under.grants.get(grant.grantId))?.status;

test('[SWEEP-1] each open state ends as what it is, at its own deadline', async () => {
  const reserved = await put({});
  const pending = await put({ status: 'pending', expiresAt: at(600) });
  await under.decisions.takeOver(pending.grantId, at(1));
  const active = await put({});
  const lease = { leaseCount: 1, leaseKind: 'scoped' as const, accessKeyId: 'A', sessionPolicyDigest: 'd' };
  await under.grants.confirmLease({ grantId: active.grantId, ...lease }, sampleEvent());

  expect((await sweepAt(59)).ended).toEqual({});
  expect((await sweepAt(61)).ended).toEqual({ failed: 1 });
  expect(await statusOf(reserved)).toBe('failed');
  expect((await sweepAt(601)).ended).toEqual({ lapsed: 1 });
  expect(await statusOf(pending)).toBe('lapsed');
  expect((await sweepAt(1801)).ended).toEqual({ expired: 1 });
  expect(await statusOf(active)).toBe('expired');
  expect((await sweepAt(9999)).ended).toEqual({});
});

test('[SWEEP-2] more than a page of due grants is swept in one run', async () => {
  await Promise.all(Array.from({ length: 950 }, () => put({})));
  expect((await sweepAt(61)).ended).toEqual({ failed: 950 });
});

test('[SWEEP-3] one that cannot be ended is counted and keeps nobody', async () => {
  const [bad, good] = [await put({}), await put({})];
  const end: typeof under.grants.end = (wanted, event) =>
    wanted.grantId === bad.grantId ? Promise.reject(new Error('throttled')) : under.grants.end(wanted, event);
  const grants = { ...under.grants, end };
  expect(await sweepAt(61, { grants })).toEqual({ ...NOTHING, ended: { failed: 1 }, failures: 1 });
  expect([await statusOf(bad), await statusOf(good)]).toEqual(['reserved', 'failed']);
});

async function decided(to: 'approved' | 'denied', token: string | undefined): Promise<Grant> {
  const seen = await put({ status: 'pending', leaseCount: 0 });
  if (token !== undefined) {
    await under.decisions.takeOver(seen.grantId, at(1));
    await under.decisions.keepWaiting(seen.grantId, token);
  }
  const approval = {
    approver: { issuer: 'https://login.acme.dev', subject: 'ben' },
    decision: 'approve' as const,
    requestDigest: seen.requestDigest,
    decidedAt: at(10),
    evidenceId: `evidence-${seen.grantId}`,
  };
  const grant = await under.decisions.decide({ seen, approval, to }, sampleEvent());
  if (grant === undefined) throw new Error('not decided');
  return grant;
}

test('[SWEEP-4] a request whose workflow never came gets it started, again and again until one takes over', async () => {
  const { grantId } = await put({ status: 'pending' });
  expect(await sweepAt(59)).toEqual(NOTHING);
  refuses = true;
  expect(await sweepAt(61)).toEqual({ ...NOTHING, failures: 1 });
  refuses = false;
  expect(await sweepAt(70)).toEqual({ ...NOTHING, started: 1 });
  expect(await sweepAt(129)).toEqual(NOTHING);
  expect(await sweepAt(131)).toEqual({ ...NOTHING, started: 1 });
  expect(told).toEqual([`start ${grantId}`, `start ${grantId}`]);
  await under.decisions.takeOver(grantId, at(132));
  expect(await sweepAt(1799)).toEqual(NOTHING);
  expect((await sweepAt(1801)).ended).toEqual({ lapsed: 1 });
});

test.each([
  ['approved', { lapsed: 1 }],
  ['denied', {}],
] as const)('[SWEEP-5] what was %s and whose workflow still waits is woken, once', async (to, ended) => {
  const { grantId } = await decided(to, 'token-1');
  expect(await sweepAt(39)).toEqual(NOTHING);
  refuses = true;
  expect(await sweepAt(41)).toEqual({ ...NOTHING, failures: 1 });
  refuses = false;
  expect(await sweepAt(50)).toEqual({ ...NOTHING, woken: 1 });
  expect(told).toEqual(['wake token-1']);
  expect(await under.decisions.waitingToken(grantId)).toBeUndefined();
  expect(await sweepAt(1799)).toEqual(NOTHING);
  expect((await sweepAt(1801)).ended).toEqual(ended);
});

test('what was decided before any workflow came has it started, to tell the people', async () => {
  const { grantId } = await decided('denied', undefined);
  expect(await sweepAt(41)).toEqual({ ...NOTHING, woken: 1 });
  expect(told).toEqual([`start ${grantId}`]);
  expect(await under.row(grantId)).not.toHaveProperty('openShard');
});

test('a lease taken under an approval does not keep its workflow from being woken', async () => {
  const seen = await decided('approved', 'token-2');
  const { grantId } = seen;
  const intent = { grantId, seen, leaseExpiresAt: at(80), catalogDigest: 'sha256:c1' };
  await under.grants.beginLease(intent, sampleEvent());
  const lease = { leaseCount: 1, leaseKind: 'scoped' as const, accessKeyId: 'A', sessionPolicyDigest: 'd' };
  const redeemed = { at: at(20), expiresAt: at(3000) };
  await under.grants.confirmLease({ grantId, ...lease, redeemed }, sampleEvent());
  expect(await sweepAt(41)).toEqual({ ...NOTHING, woken: 1 });
  expect(told).toEqual(['wake token-2']);
  expect((await sweepAt(2999)).ended).toEqual({});
  expect((await sweepAt(3001)).ended).toEqual({ expired: 1 });
});
