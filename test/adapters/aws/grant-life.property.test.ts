// The life of a grant on the real store: whoever does whatever to it, in any order and with rows read long ago, an ended
// grant stays as it is, a lease in hand ends no later than the row says, and leases are only counted upwards.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDecisionStore } from '../../../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../../../src/adapters/aws/grants-table.ts';
import type { Approval, Grant, GrantStatus } from '../../../src/core/model.ts';
import { addSeconds, isOpen, leaseEnd } from '../../../src/core/record/lifetime.ts';
import { sweep } from '../../../src/core/record/sweep.ts';
import { freshGrantId, NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { OLGA } from '../../support/orders.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const RUNS = 24;
/** So many times over, until leases were handed over and grants have ended in more than two ways. */
const ROUNDS = 6;
const MOST_STEPS = 12;
/** Longer than any grant lives. */
const FOR_EVER = 100_000;
const OPEN = ['reserved', 'pending', 'approved', 'active'] as const;
/** Where a grant may go; from everywhere else nowhere. */
const MOVES: Readonly<Partial<Record<GrantStatus, readonly GrantStatus[]>>> = {
  reserved: ['active', 'completed', 'killed', 'failed'],
  pending: ['approved', 'denied', 'completed', 'killed', 'lapsed'],
  approved: ['active', 'completed', 'killed', 'lapsed'],
  active: ['completed', 'killed', 'expired'],
};

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

/** One step: `seen` chooses which of the rows read so far the actor acts on, the newest or an old one. */
interface Step {
  readonly what: keyof Life['steps'];
  readonly seen: number;
  readonly seconds: number;
}
type Life = Awaited<ReturnType<typeof begin>>;

/** A grant on the store, and everybody who may touch it. */
async function begin(status: 'reserved' | 'pending') {
  const rows = { client: tables.client, table: TABLES.grants };
  const [grants, decisions] = [createGrantStore(rows), createDecisionStore(rows)];
  const workflow = { start: async () => undefined, wake: async () => true };
  let now = NOW;
  let count = 0;
  const grantId = freshGrantId();
  const { leaseExpiresAt: _, ...bare } = sampleGrant({ grantId });
  const grant: Grant = status === 'reserved' ? sampleGrant({ grantId }) : { ...bare, status, leaseCount: 0 };
  const handed: Date[] = [];
  const decide = (to: 'pending' | 'approved' | 'denied') => (seen: Grant) => {
    count += 1;
    const approval: Approval = {
      approver: OLGA,
      decision: to === 'denied' ? 'deny' : 'approve',
      requestDigest: seen.requestDigest,
      decidedAt: now,
      evidenceId: `evidence-${count}`,
    };
    return decisions.decide({ seen, approval, to }, sampleEvent('approval.decided'));
  };
  const end = (how: 'completed' | 'killed') => () =>
    grants.end({ grantId, status: how, reason: 'x', at: now, from: OPEN }, sampleEvent('grant.ended'));
  const steps = {
    reserve: () => grants.reserve(sampleGrant({ grantId }), sampleEvent()),
    renew: (seen: Grant) => {
      const leaseExpiresAt = leaseEnd(now, seen.leaseSeconds, seen.expiresAt);
      return grants.beginLease(
        { grantId, seen, leaseExpiresAt, catalogDigest: 'c' },
        sampleEvent('lease.begun'),
      );
    },
    async activate(seen: Grant) {
      const { leaseCount } = seen;
      const lease = {
        leaseKind: 'scoped',
        accessKeyId: `ASIA${leaseCount}`,
        sessionPolicyDigest: 'd',
      } as const;
      const after = await grants.confirmLease({ grantId, leaseCount, ...lease }, sampleEvent('lease.issued'));
      // the mint goes by the row that it wrote, and no later one may have another end
      if (after !== undefined && seen.leaseExpiresAt !== undefined) handed.push(seen.leaseExpiresAt);
    },
    approve: decide('approved'),
    approveFirst: decide('pending'),
    deny: decide('denied'),
    poll: (seen: Grant) => decisions.recordPoll(seen, now),
    takeOver: () => decisions.takeOver(grantId, now),
    wait: () => decisions.keepWaiting(grantId, 'token'),
    woken: () => decisions.woken(grantId, 'token'),
    complete: end('completed'),
    kill: end('killed'),
    sweep: () => sweep({ grants, decisions, workflow, clock: () => now }, 'sweep'),
    pass: async () => undefined,
  };
  expect(await grants.reserve(grant, sampleEvent())).toBe(true);
  const read = async (): Promise<Grant> => {
    const row = await grants.get(grantId);
    if (row === undefined) throw new Error('a grant is never gone');
    return row;
  };
  const pass = (seconds: number) => {
    now = addSeconds(now, seconds);
  };
  return { steps, handed, read, pass };
}

function check(before: Grant, after: Grant, handed: readonly Date[]): void {
  if (!isOpen(before)) expect(after).toEqual(before);
  if (after.status !== before.status) expect(MOVES[before.status]).toContain(after.status);
  expect(after.leaseCount - before.leaseCount).toBeGreaterThanOrEqual(0);
  expect(after.leaseCount - before.leaseCount).toBeLessThanOrEqual(1);
  for (const end of handed)
    expect(end.getTime()).toBeLessThanOrEqual(after.leaseExpiresAt?.getTime() ?? Number.NEGATIVE_INFINITY);
}

const often = ['renew', 'activate', 'activate', 'approve', 'pass'] as const;
const all = [
  'reserve',
  'approveFirst',
  'deny',
  'poll',
  'takeOver',
  'wait',
  'woken',
  'complete',
  'kill',
  'sweep',
] as const;
const NEEDS_A_ROW = new Set<Step['what']>(['renew', 'activate', 'approve', 'deny', 'poll']);
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...often, ...often, ...all),
  // mostly the newest row
  seen: fc.constantFrom(0, 0, 0, 1, 2, 5),
  seconds: fc.constantFrom(0, 1, 20, 61, 1_900),
});

test('[RECORD-4] [RECORD-7] [RECORD-14] no order of steps changes an ended grant, or leaves a lease that outlives its row', async () => {
  const seen = { handed: 0, ended: new Set<GrantStatus>() };
  const last: readonly Step[] = [...new Set([...often, ...all])].map((what) => ({
    what,
    seen: 0,
    seconds: 0,
  }));
  // by the row as it was when it was open
  const late = last.filter(({ what }) => NEEDS_A_ROW.has(what)).map((each) => ({ ...each, seen: FOR_EVER }));
  const property = fc.asyncProperty(
    fc.constantFrom('reserved' as const, 'pending' as const),
    fc.array(step, { maxLength: MOST_STEPS }),
    async (status, drawn) => {
      const life = await begin(status);
      const rows = [await life.read()];
      const over: Step = { what: 'sweep', seen: 0, seconds: FOR_EVER };
      // then it has ended, and everybody tries once more, with the row as it is and as it was at first
      for (const { what, seen: age, seconds } of [...drawn, over, ...last, ...late]) {
        life.pass(seconds);
        const known = rows[Math.max(0, rows.length - 1 - age)];
        const before = rows.at(-1);
        if (known === undefined || before === undefined) throw new Error('it was read');
        await life.steps[what](known);
        const after = await life.read();
        check(before, after, life.handed);
        rows.push(after);
      }
      const end = rows.at(-1);
      expect(end !== undefined && isOpen(end)).toBe(false);
      seen.handed += life.handed.length;
      if (end !== undefined) seen.ended.add(end.status);
    },
  );
  const isInVain = () => seen.handed === 0 || seen.ended.size <= 2;
  for (let round = 0; round < ROUNDS && (round === 0 || isInVain()); round += 1)
    await fc.assert(property, { numRuns: RUNS });
  expect(isInVain()).toBe(false);
});
