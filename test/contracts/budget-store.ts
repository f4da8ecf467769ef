// What every store of budgets does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BudgetStore } from '../../src/core/budget/ports.ts';
import { type BudgetState, UNUSED } from '../../src/core/budget/take.ts';
import type { Grant, GrantId } from '../../src/core/model.ts';
import { freshGrantId, NOW, sampleGrant } from '../support/grant.ts';

export interface BudgetStoreUnderTest {
  readonly store: BudgetStore;
  putGrant(grant: Grant): Promise<void>;
  /** Writes the row of an agent as somebody else might have left it. */
  putRow(agent: string, attributes: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

const keepUntil = new Date(NOW.getTime() + 86_400_000);
let counter = 0;
const freshAgent = () => {
  counter += 1;
  return `agent-${counter}`;
};

function stateOf(grantId: GrantId): BudgetState {
  return {
    held: new Map([
      [
        grantId,
        {
          task: 'refund',
          at: 1_800_000_000,
          until: 1_800_000_900,
          amounts: new Map([['constructor', 5]]),
          shared: true as const,
        },
      ],
    ]),
    begun: new Map([['constructor', [{ at: 1_800_000_000, count: 2 }]]]),
    sums: new Map([
      ['refund', new Map([['amount', [{ at: 1_800_000_000, count: Number.MAX_SAFE_INTEGER }]]])],
    ]),
  };
}

const usedBy = (use: object) => JSON.stringify({ held: {}, begun: { refund: [use] }, sums: {} });

export function budgetStoreContract(name: string, start: () => Promise<BudgetStoreUnderTest>): void {
  describe(`budget store: ${name}`, () => {
    let under: BudgetStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    test('an agent that nobody counted has used nothing', async () => {
      expect(await under.store.readBudget(freshAgent())).toEqual({ state: UNUSED, version: undefined });
    });

    test('[AWAIT-11] requests of an agent are counted within their hour, exactly, also many at once', async () => {
      const [agent, other] = [freshAgent(), freshAgent()];
      const count = (of: string, at = NOW) => under.store.countAsked(of, at, 3);
      const counted = await Promise.all(Array.from({ length: 8 }, () => count(agent)));
      expect(counted.filter((isCounted) => isCounted)).toHaveLength(3);
      expect([await count(agent), await count(other)]).toEqual([false, true]);
      const hour = Math.floor(NOW.getTime() / 3_600_000) * 3_600_000;
      expect(await count(agent, new Date(hour + 3_599_999))).toBe(false);
      expect(await count(agent, new Date(hour + 3_600_000))).toBe(true);
      expect(await under.store.readBudget(agent)).toEqual({ state: UNUSED, version: undefined });
    });

    test('what is written reads back', async () => {
      const agent = freshAgent();
      const state = stateOf(freshGrantId());
      const seen = await under.store.readBudget(agent);
      expect(await under.store.writeBudget(agent, seen, { state, keepUntil })).toBe(true);
      expect((await under.store.readBudget(agent)).state).toEqual(state);
    });

    test('[BUDGET-12] the row is written only as it was seen', async () => {
      const agent = freshAgent();
      const next = { state: stateOf(freshGrantId()), keepUntil };
      const nothing = await under.store.readBudget(agent);
      expect(await under.store.writeBudget(agent, nothing, next)).toBe(true);
      expect(await under.store.writeBudget(agent, nothing, next)).toBe(false);
      const seen = await under.store.readBudget(agent);
      expect(await under.store.writeBudget(agent, seen, next)).toBe(true);
      expect(await under.store.writeBudget(agent, seen, next)).toBe(false);
    });

    test('[BUDGET-12] of twenty racing writes one goes through', async () => {
      const agent = freshAgent();
      const seen = await under.store.readBudget(agent);
      const writes = Array.from({ length: 20 }, () =>
        under.store.writeBudget(agent, seen, { state: stateOf(freshGrantId()), keepUntil }),
      );
      expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1);
    });

    test.each([
      ['nothing used', { version: 1 }],
      ['no JSON', { version: 1, used: '{' }],
      ['a text where a number belongs', { version: 1, used: usedBy({ at: 'x', count: 1 }) }],
      ['a use that gives back', { version: 1, used: usedBy({ at: 1, count: -5 }) }],
    ])('[BUDGET-14] a row with %s refuses', async (_, attributes) => {
      const agent = freshAgent();
      await under.putRow(agent, attributes);
      await expect(under.store.readBudget(agent)).rejects.toMatchObject({ code: 'misconfigured' });
    });

    test('tells the states of grants, of more than one call can read, and nothing of those without a row', async () => {
      const grants = Array.from({ length: 3 }, () =>
        sampleGrant({ grantId: freshGrantId(), status: 'active' }),
      );
      for (const grant of grants) await under.putGrant(grant);
      const strangers = Array.from({ length: 120 }, freshGrantId);
      const rows = await under.store.readSlots([...strangers, ...grants.map(({ grantId }) => grantId)]);
      const expected = grants.map(({ grantId, status, expiresAt, leaseExpiresAt }) => ({
        grantId,
        status,
        expiresAt,
        leaseExpiresAt,
      }));
      expect(new Set(rows)).toEqual(new Set(expected));
      expect(await under.store.readSlots([])).toEqual([]);
    });
  });
}
