// Budgets in every order: requests at once on functions whose clocks differ, requests that die anywhere, answers that
// get lost, grants that end. Whatever happens, no window ever holds more than its limit.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SlotRow } from '../../../src/core/budget/slots.ts';
import { type BudgetDeps, giveBack, type Spending, spend } from '../../../src/core/budget/spend.ts';
import { countsUntil, returnBudget, takeBudget, UNUSED } from '../../../src/core/budget/take.ts';
import { REQUEST_SECONDS } from '../../../src/core/issue/hand-over.ts';
import type { GrantId } from '../../../src/core/model.ts';
import { budgetedAgent, budgetsInMemory } from '../../support/budgets.ts';
import { sampleTask } from '../../support/catalog.ts';

const START = 1_800_000_000;
/** Clocks of functions are at most this far from the true time, in milliseconds. */
const APART_MS = 2400;
const MOST_REQUESTS = 12;

interface Limits {
  readonly concurrent: number;
  readonly perHour: number;
  readonly amount: number;
  readonly agentPerHour: number;
}

/** Each of them is the tightest sometimes. */
const budgets: fc.Arbitrary<Limits> = fc.record({
  concurrent: fc.constantFrom(1, 2, 100),
  perHour: fc.constantFrom(1, 3, 100),
  amount: fc.constantFrom(12, 20, 1000),
  agentPerHour: fc.constantFrom(2, 100),
});
const taskUnder = ({ concurrent, perHour, amount }: Limits) =>
  sampleTask({
    id: 'refund',
    maxDurationSeconds: 1800,
    budget: { concurrent, perHour, perDay: { amount } },
  });

const requests = fc.array(
  fc.record({
    amount: fc.integer({ min: 0, max: 12 }),
    /** True seconds before it begins. */
    afterSeconds: fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 30_000 }),
      fc.integer({ min: 600, max: 2000 }),
      // where windows, grants and reservations end
      ...[60, 1800, 3600, 86_400].map((end) => fc.integer({ min: end - 8, max: end + 12 })),
    ),
    clockMs: fc.integer({ min: -APART_MS, max: APART_MS }),
    /** How it goes on once it was counted. */
    fate: fc.constantFrom('active', 'active', 'completed', 'failed', 'dies', 'gives back', 'redeemed'),
    /** Seconds until the one that completes does. */
    lives: fc.integer({ min: 1, max: 300 }),
  }),
  { minLength: 2, maxLength: MOST_REQUESTS },
);

interface Counted {
  /** True epoch milliseconds. */
  readonly at: number;
  readonly amount: number;
  /** From when, and until when a lease of it may be in somebody’s hands. */
  readonly from: number;
  readonly until: number;
}

describe('budgets under concurrency', () => {
  test('[BUDGET-1] [BUDGET-2] [BUDGET-3] hold in every interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(budgets, requests, fc.scheduler(), async (limits, asked, scheduler) => {
        const task = taskUnder(limits);
        const agent = budgetedAgent({ perHour: limits.agentPerHour });
        const world = { ms: START * 1000 };
        const rows = new Map<string, SlotRow>();
        const store = budgetsInMemory(rows);
        const step = <Result>(run: () => Promise<Result>) =>
          scheduler.schedule(Promise.resolve()).then(() => {
            world.ms += 7;
            return run();
          });
        const counted: Counted[] = [];

        async function go(each: (typeof asked)[number], index: number): Promise<void> {
          const grantId = `grant-${index}` as GrantId;
          const startedAt = world.ms;
          let decidedAt = 0;
          const deps: BudgetDeps = {
            budgets: {
              readBudget: (id) => step(() => store.readBudget(id)),
              writeBudget: (id, seen, next) => step(() => store.writeBudget(id, seen, next)),
              countAsked: (...asked) => step(() => store.countAsked(...asked)),
              readSlots: (ids) => step(() => store.readSlots(ids)),
            },
            clock: () => {
              decidedAt = world.ms;
              return new Date(world.ms + each.clockMs);
            },
            pause: () => step(async () => undefined),
            random: { bytes: (count) => new Uint8Array(count) },
          };
          const redeemableUntil = new Date(startedAt + each.clockMs + 2400_000);
          const spending: Spending = {
            grantId,
            agent,
            task,
            parameters: { amount: each.amount },
            ...(each.fate === 'redeemed' && { redeemableUntil }),
          };
          if (each.fate === 'redeemed')
            rows.set(grantId, { grantId, status: 'approved', expiresAt: redeemableUntil });
          try {
            if (!(await spend(deps, spending))) return;
          } catch {
            return;
          }
          if (each.fate === 'gives back') return giveBack(deps, spending).catch(() => undefined);
          await step(async () => undefined);
          if (each.fate === 'redeemed') return redeemAgain(spending, deps, each, decidedAt);
          const expiresAt = new Date(startedAt + each.clockMs + task.maxDurationSeconds * 1000);
          const leaseExpiresAt = new Date(world.ms + each.lives * 1000 + 60_000);
          const isLate = world.ms - startedAt > REQUEST_SECONDS * 1000;
          const fate = isLate && each.fate !== 'dies' ? 'failed' : each.fate;
          const hasEnd = fate === 'completed';
          const ends = { active: expiresAt, completed: leaseExpiresAt }[fate as string] ?? new Date(world.ms);
          counted.push({ at: decidedAt, amount: each.amount, from: world.ms, until: ends.getTime() });
          if (fate === 'dies') return;
          const status = fate as 'active' | 'completed' | 'failed';
          rows.set(grantId, { grantId, status, expiresAt, ...(hasEnd && { leaseExpiresAt }) });
        }

        /** The mint of the first try failed; the poll comes again whenever it likes. */
        async function redeemAgain(
          spending: Spending,
          deps: BudgetDeps,
          { amount, clockMs }: (typeof asked)[number],
          at: number,
        ): Promise<void> {
          const { grantId, redeemableUntil = new Date(0) } = spending;
          const startedAt = world.ms + clockMs;
          const counts = { at, amount, from: world.ms };
          if (startedAt >= redeemableUntil.getTime()) {
            counted.push({ ...counts, until: world.ms });
            rows.set(grantId, { grantId, status: 'lapsed', expiresAt: redeemableUntil });
            return;
          }
          const passed = await spend(deps, spending).then(
            () => true,
            () => false,
          );
          const expiresAt = new Date(startedAt + task.maxDurationSeconds * 1000);
          const isLate = !passed || world.ms + clockMs - startedAt > REQUEST_SECONDS * 1000;
          counted.push({ ...counts, from: world.ms, until: isLate ? world.ms : expiresAt.getTime() });
          rows.set(grantId, { grantId, status: isLate ? 'failed' : 'active', expiresAt });
        }

        const all = asked.map((each, index) =>
          scheduler.schedule(Promise.resolve()).then(() => {
            world.ms += each.afterSeconds * 1000;
            return go(each, index);
          }),
        );
        await scheduler.waitFor(Promise.all(all));
        requireKept(counted, limits);
      }),
      { numRuns: 4000 },
    );
  });
});

function requireKept(counted: readonly Counted[], limits: Limits): void {
  for (const { at, from } of counted) {
    const inHour = counted.filter((other) => other.at >= at && other.at < at + 3_600_000);
    expect(inHour.length).toBeLessThanOrEqual(Math.min(limits.perHour, limits.agentPerHour));
    const inDay = counted.filter((other) => other.at >= at && other.at < at + 86_400_000);
    expect(inDay.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(limits.amount);
    const atOnce = counted.filter((other) => other.from <= from && from < other.until);
    expect(atOnce.length).toBeLessThanOrEqual(limits.concurrent);
  }
}

describe('the row of an agent', () => {
  test('[BUDGET-16] keeps a day of a hundred busy tasks in few entries', () => {
    let state = UNUSED;
    for (let index = 0; index < 6000; index += 1) {
      const now = START + index * 10;
      const taking = takeBudget(state, {
        grantId: `grant-${index}` as GrantId,
        task: `task-${index % 100}`,
        limits: [{ scope: 'agent', window: 'hour', most: 1e9 }],
        amounts: new Map([['amount', 1]]),
        until: now + 20,
        now,
      });
      if (taking.kind === 'taken') state = taking.next;
    }
    const entries = [...state.sums.values()].flatMap((sums) => [...sums.values()].flat());
    expect(entries.length + [...state.begun.values()].flat().length).toBeLessThanOrEqual(2000);
    expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(6000);
  });

  const uses = fc.array(
    fc.record({
      after: fc.oneof(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 0, max: 400 })),
      amount: fc.integer({ min: 1, max: 9 }),
      task: fc.integer({ min: 0, max: 200 }),
    }),
    { minLength: 40, maxLength: 3000, size: 'max' },
  );

  test('[BUDGET-16] stays small, and what it keeps less finely never counts for less', () => {
    fc.assert(
      fc.property(uses, (all) => {
        let state = UNUSED;
        let now = START;
        let latest = START;
        const taken: { at: number; amount: number }[] = [];
        const most = 1e9;
        for (const [index, { after, amount, task: name }] of all.entries()) {
          now += after;
          latest = Math.max(latest, now);
          const taking = takeBudget(state, {
            grantId: `grant-${index}` as GrantId,
            task: `task-${name}`,
            limits: [{ scope: 'agent', window: 'hour', most }],
            amounts: new Map([['amount', amount]]),
            until: now + 20,
            now,
          });
          if (taking.kind !== 'taken') throw new Error(taking.kind);
          state = taking.next;
          taken.push({ at: now, amount });
        }
        const entries = [...state.sums.values()].flatMap((sums) => [...sums.values()].flat());
        const begun = [...state.begun.values()].flat();
        expect(entries.length + begun.length).toBeLessThanOrEqual(2000);
        const inDay = taken.filter(({ at }) => at > latest - 86_400);
        expect(entries.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(
          inDay.reduce((sum, { amount }) => sum + amount, 0),
        );
        expect(begun.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(
          taken.filter(({ at }) => at > latest - 3600).length,
        );
        expect(countsUntil(state)).toBeGreaterThanOrEqual(latest + 86_400);
      }),
      { numRuns: 15 },
    );
  });

  test('what is given back takes nothing from the others', () => {
    fc.assert(
      fc.property(uses, fc.nat(), (all, pick) => {
        const asked = all.slice(0, 40).map(({ amount, after, task: name }, index) => ({
          grantId: `grant-${index}` as GrantId,
          task: `task-${name % 2}`,
          limits: [{ scope: 'agent' as const, window: 'hour' as const, most: 1e9 }],
          amounts: new Map([['amount', amount]]),
          until: START + 99_999,
          now: START + index * (after > 200 ? 0 : 20),
        }));
        const gone = pick % asked.length;
        const totals = (skip: number | undefined) => {
          let state = UNUSED;
          for (const [index, request] of asked.entries()) {
            const taking = takeBudget(state, request);
            state = ('next' in taking ? taking.next : undefined) ?? state;
            if (index === skip) state = returnBudget(state, request);
          }
          return [...state.sums.values()].flatMap((sums) => [...sums.values()].flat());
        };
        const sum = (entries: readonly { count: number }[]) =>
          entries.reduce((total, { count }) => total + count, 0);
        expect(sum(totals(gone))).toBe(sum(totals(undefined)) - (all[gone]?.amount ?? 0));
      }),
      { numRuns: 200 },
    );
  });
});
