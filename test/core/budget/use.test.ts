// What people see of budgets: how much is used, when it comes back, and what a request would use.

import { describe, expect, test } from 'vitest';
import { limitsOf } from '../../../src/core/budget/budget.ts';
import type { BudgetStore } from '../../../src/core/budget/ports.ts';
import { seeShares, seeUses } from '../../../src/core/budget/see.ts';
import { type BudgetState, takeBudget, UNUSED } from '../../../src/core/budget/take.ts';
import { sharesOf, usesOf } from '../../../src/core/budget/use.ts';
import { shareInWords } from '../../../src/core/budget/words.ts';
import type { GrantId } from '../../../src/core/model.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { budgetedAgent } from '../../support/budgets.ts';
import { sampleTask } from '../../support/catalog.ts';
import { sampleGrant } from '../../support/grant.ts';

const T = 1_800_000_000;
const at = (seconds: number) => new Date((T + seconds) * 1000);
const agent = budgetedAgent({ concurrent: 5, perHour: 9 });
const refund = sampleTask({ id: 'refund', budget: { concurrent: 3, perDay: { amount: 100 } } });
const other = sampleTask({ id: 'other', budget: { perHour: 4 } });
const elsewhere = sampleTask({ id: 'elsewhere', environment: 'moon', budget: { perHour: 1 } });
const free = sampleTask({ id: 'free' });
const catalog = { tasks: [refund, other, elsewhere, free] };

function taken(state: BudgetState, id: string, { task = refund, amount = 40, now = 0 } = {}): BudgetState {
  const taking = takeBudget(state, {
    grantId: id as GrantId,
    task: task.id,
    limits: limitsOf(agent, task),
    amounts: new Map(task === refund ? [['amount', amount]] : []),
    until: T + now + 900,
    now: T + now,
  });
  if (taking.kind !== 'taken') throw new Error(taking.kind);
  return taking.next;
}
const twice = taken(taken(UNUSED, 'one'), 'two', { amount: 20, now: 1800 });

describe('what is used', () => {
  test('[BUDGETUSE-1] of each budget, and when the first part of it comes back', () => {
    const state = taken(UNUSED, 'one');
    expect(usesOf(state, { agent, tasks: [refund, other, free] }, at(60))).toEqual([
      { scope: 'agent', window: 'concurrent', most: 5, used: 1, freesAt: at(905) },
      { scope: 'agent', window: 'hour', most: 9, used: 1, freesAt: at(3605) },
      { scope: 'task', task: 'refund', window: 'concurrent', most: 3, used: 1, freesAt: at(905) },
      {
        scope: 'task',
        task: 'refund',
        window: 'day',
        parameter: 'amount',
        most: 100,
        used: 40,
        freesAt: at(86_405),
      },
      { scope: 'task', task: 'other', window: 'hour', most: 4, used: 0 },
    ]);
  });

  test('[BUDGETUSE-1] what has left its window counts no more', () => {
    const uses = usesOf(twice, { agent, tasks: [refund] }, at(3605));
    expect(uses.map(({ used }) => used)).toEqual([0, 1, 0, 60]);
    expect(usesOf(twice, { agent, tasks: [refund] }, at(90_000)).every(({ used }) => used === 0)).toBe(true);
  });
});

const reading = (state: BudgetState | Refusal) => {
  let reads = 0;
  const budgets: Pick<BudgetStore, 'readBudget'> = {
    async readBudget() {
      reads += 1;
      if (state instanceof Refusal) throw state;
      return { state, version: 1 };
    },
  };
  return { deps: { budgets, catalog, clock: () => at(60) }, reads: () => reads };
};
const nothing = async () => ({ rows: [], isWhole: true });
const whole = (status: 'active' | 'completed') => async () => ({
  rows: [sampleGrant({ grantId: 'one' as GrantId, status, expiresAt: at(900), leaseExpiresAt: at(30) })],
  isWhole: true,
});

describe('looking', () => {
  test('[BUDGETUSE-2] is one read, and none where no budget applies', async () => {
    const { deps, reads } = reading(UNUSED);
    expect(await seeUses(deps, { ...agent, environment: refund.environment }, nothing)).toHaveLength(5);
    expect(reads()).toBe(1);
    expect(await seeUses(deps, { ...budgetedAgent(), environment: 'nowhere' }, nothing)).toEqual([]);
    expect(reads()).toBe(1);
  });

  test('[BUDGETUSE-3] grants that are over hold no place; those that may still be open do', async () => {
    const { deps } = reading(taken(UNUSED, 'one'));
    const places = async (recent: Parameters<typeof seeUses>[2]) =>
      (await seeUses(deps, { ...agent, environment: refund.environment }, recent)).slice(0, 1);
    expect(await places(whole('active'))).toMatchObject([{ used: 1 }]);
    expect(await places(whole('completed'))).toMatchObject([{ used: 0 }]);
    expect(await places(async () => ({ rows: [], isWhole: false }))).toMatchObject([{ used: 1 }]);
  });

  test('[BUDGETUSE-4] at a row that cannot be read or does not read back says so, and nothing else fails', async () => {
    for (const code of ['store_unavailable', 'misconfigured'] as const) {
      const { deps } = reading(new Refusal(code));
      expect(await seeUses(deps, agent, nothing)).toBe('unreadable');
      const request = { grant: sampleGrant(), agent, task: refund };
      expect(await seeShares(deps, request, nothing)).toBe('unreadable');
    }
  });
});

describe('a request that waits', () => {
  const share = (amount: unknown, grantId = 'three') =>
    sharesOf(
      twice,
      {
        grantId: grantId as GrantId,
        agent,
        task: refund,
        parameters: { amount } as Record<string, string | number>,
      },
      at(1800),
    );

  test('[BUDGETUSE-5] would use one grant and its amounts', () => {
    const shares = share(40);
    expect(shares.map(({ wants, used }) => [wants, used])).toEqual([
      [1, 1],
      [1, 2],
      [1, 1],
      [40, 60],
    ]);
    expect(shares.map(shareInWords)).toContain('this request would use 40 of the 40 left today');
    expect(share(41).map(shareInWords)).toContain('this request needs 41, and only 40 are left today');
  });

  test('[BUDGETUSE-5] does not count its own place, and a value that is no number is left to the mint', () => {
    expect(share(40, 'two')[0]).toMatchObject({ used: 0 });
    expect(share('40')).toHaveLength(3);
    expect(share(undefined)).toHaveLength(3);
  });
});
