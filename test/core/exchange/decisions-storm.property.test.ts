// Polls, decisions of two people and a kill, all at once, with every call to the tables put in any order: an approval
// becomes one lease or none, a denial none, and after the kill has returned nothing is handed over.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renewLease } from '../../../src/core/exchange.ts';
import { kill } from '../../../src/core/kill/kill.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { type ApprovalsUnderTest, startApprovals, type Waiting } from '../../support/approvals.ts';
import { ORDER, ordersOver } from '../../support/orders.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const RUNS = 40;
/** So many times over, until each outcome was seen: most storms end in a refusal. */
const ROUNDS = 6;
const POLLS = 6;
let tables: Tables;
let approvals: ApprovalsUnderTest;
/** Holds each call to the tables until it is let go; calls go straight through between runs. */
let hold: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  tables = await startTables();
  const send = tables.client.send.bind(tables.client) as (command: unknown) => Promise<unknown>;
  const held = async (command: unknown) => {
    await hold?.();
    return send(command);
  };
  tables.client.send = held as typeof tables.client.send;
  approvals = await startApprovals(tables);
});
afterAll(() => tables.close());

/** What came of one storm. */
interface Came {
  leases: number;
  afterKill: number;
  denied: boolean;
  approved: number;
}

const CASES = fc.record({
  task: fc.constantFrom('wire-money', 'two-people', 'close-account'),
  decisions: fc.uniqueArray(
    fc.record({
      as: fc.constantFrom('ben', 'chloe'),
      decision: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
    }),
    { minLength: 1, maxLength: 3, selector: ({ as, decision }) => `${as} ${decision}` },
  ),
  kills: fc.constantFrom(true, false, false),
});
type Case = typeof CASES extends fc.Arbitrary<infer Value> ? Value : never;

async function blow(waiting: Waiting, { decisions, kills }: Case, scheduler: fc.Scheduler): Promise<Came> {
  const { exchange } = approvals;
  const came: Came = { leases: 0, afterKill: 0, denied: false, approved: 0 };
  let killed = false;
  // one of the two lets no time pass: else a request would often last longer than its function may
  const poller = async (seconds: number) => {
    for (let times = 0; times < POLLS; times += 1) {
      exchange.pass(seconds);
      await refusedOr(async () => {
        await renewLease(exchange.deps, await approvals.poll(waiting), exchange.context);
        came.leases += 1;
        if (killed) came.afterKill += 1;
      });
    }
  };
  const decide = ({ as, decision }: Case['decisions'][number]) =>
    refusedOr(async () => {
      await approvals.decide(waiting, decision as 'approve' | 'deny', approvals[as as 'ben' | 'chloe']);
      if (decision === 'deny') came.denied = true;
      else came.approved += 1;
    });
  const killer = async () => {
    const scope = { kind: 'grant' as const, id: waiting.grantId };
    const moment = { at: exchange.deps.clock(), requestId: 'storm' };
    await refusedOr(() => kill(ordersOver(tables, exchange), { scope, order: ORDER }, moment));
    killed = true;
  };
  hold = () => scheduler.schedule(Promise.resolve());
  const all = [poller(4), poller(0), ...decisions.map(decide), ...(kills ? [killer()] : [])];
  await scheduler.waitFor(Promise.all(all));
  hold = undefined;
  return came;
}

const ENDS = ['denied', 'lapsed', 'killed', 'completed', 'expired', 'failed'];

/** Everybody once more, after the end. */
async function comeLate(waiting: Waiting): Promise<void> {
  const { exchange } = approvals;
  for (const as of [approvals.ben, approvals.chloe])
    for (const decision of ['deny', 'approve'] as const)
      await refusedOr(() => approvals.decide(waiting, decision, as));
  exchange.pass(10);
  await refusedOr(async () =>
    renewLease(exchange.deps, await approvals.poll(waiting), exchange.context).then(() => {
      throw new Error('a lease after the end');
    }),
  );
}

/** A refusal is an answer; anything else is a failure of ours. */
async function refusedOr(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refusal) || error.error === 'server_error') throw error;
  }
}

test('[REDEEM-2] [REDEEM-4] [APPROVE-11] whatever falls together, an approval becomes one lease at most and a denial none', async () => {
  const seen = { leases: 0, denied: 0, killed: 0 };
  const property = fc.asyncProperty(fc.scheduler(), CASES, async (scheduler, storm) => {
    approvals.exchange.pass(3600);
    const waiting = await approvals.ask(storm.task);
    const came = await blow(waiting, storm, scheduler);
    const row = await approvals.row(waiting);
    expect(came.afterKill).toBe(0);
    expect(came.leases).toBeLessThanOrEqual(1);
    const needed = storm.task === 'two-people' ? 2 : 1;
    if (came.leases === 1) expect(came.approved).toBeGreaterThanOrEqual(needed);
    if (came.denied && row.status === 'denied') expect(came.leases).toBe(0);
    if (['pending', 'approved', 'denied', 'lapsed'].includes(row.status)) expect(came.leases).toBe(0);
    expect(row.redeemedAt === undefined).toBe(came.leases === 0 && row.status !== 'active');
    if (ENDS.includes(row.status)) {
      await comeLate(waiting);
      expect(await approvals.row(waiting)).toEqual(row);
    }
    seen.leases += came.leases;
    if (row.status === 'denied') seen.denied += 1;
    if (row.status === 'killed') seen.killed += 1;
  });
  const isMissing = () => Object.values(seen).includes(0);
  for (let round = 0; round < ROUNDS && (round === 0 || isMissing()); round += 1)
    await fc.assert(property, { numRuns: RUNS });
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
