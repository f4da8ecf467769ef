// What a budget has room for, and from when on.

import { describe, expect, test } from 'vitest';
import { type Limit, limitsOf, MAX_HELD } from '../../../src/core/budget/budget.ts';
import { freeSlots } from '../../../src/core/budget/slots.ts';
import {
  type BudgetRequest,
  type BudgetState,
  countsUntil,
  returnBudget,
  takeBudget,
  UNUSED,
} from '../../../src/core/budget/take.ts';
import type { GrantId, GrantStatus } from '../../../src/core/model.ts';

const T = 1_800_000_000;
let number = 0;

function asking(limits: readonly Limit[], changes: Partial<BudgetRequest> = {}): BudgetRequest {
  number += 1;
  const grantId = `grant-${number}` as GrantId;
  return { grantId, task: 'refund', limits, amounts: new Map(), until: T + 900, now: T, ...changes };
}

/** Takes each in order; the state afterwards, or how the first was refused. */
function takeAll(requests: readonly BudgetRequest[], from: BudgetState = UNUSED) {
  let state = from;
  for (const request of requests) {
    const taking = takeBudget(state, request);
    if (taking.kind === 'short') return { state, shortages: taking.shortages };
    state = ('next' in taking ? taking.next : undefined) ?? state;
  }
  return { state, shortages: undefined };
}

const hourly: Limit = { scope: 'task', window: 'hour', most: 2 };
const daily: Limit = { scope: 'task', window: 'day', parameter: 'amount', most: 500 };
const atOnce: Limit = { scope: 'task', window: 'concurrent', most: 2 };
const amount = (value: number) => ({ amounts: new Map([['amount', value]]) });

describe('limits', () => {
  test('come of the task and of the agent, and there are none without a budget', () => {
    expect(limitsOf({}, {})).toEqual([]);
    expect(
      limitsOf({ budget: { perHour: 9 } }, { budget: { concurrent: 3, perDay: { amount: 5 } } }),
    ).toEqual([
      { scope: 'task', window: 'concurrent', most: 3 },
      { scope: 'task', window: 'day', parameter: 'amount', most: 5 },
      { scope: 'agent', window: 'hour', most: 9 },
      { scope: 'agent', window: 'concurrent', most: MAX_HELD },
    ]);
  });
});

describe('grants per hour', () => {
  test('[BUDGET-1] are refused from the limit on, until the oldest has left the hour', () => {
    const { state, shortages } = takeAll([
      asking([hourly]),
      asking([hourly], { now: T + 600 }),
      asking([hourly], { now: T + 1200 }),
    ]);
    expect(shortages).toEqual([{ limit: hourly, freeAt: T + 3605 }]);
    expect(takeBudget(state, asking([hourly], { now: T + 3604 })).kind).toBe('short');
    expect(takeBudget(state, asking([hourly], { now: T + 3605 })).kind).toBe('taken');
  });

  test('of an agent count all its tasks, those of a task only its own', () => {
    const { state } = takeAll([asking([hourly]), asking([hourly], { task: 'export' })]);
    expect(takeBudget(state, asking([hourly])).kind).toBe('taken');
    expect(takeBudget(state, asking([{ ...hourly, scope: 'agent' }])).kind).toBe('short');
  });

  test('[BUDGET-1] count as of the last one when a clock is behind', () => {
    const { state } = takeAll([asking([hourly], { now: T + 100 }), asking([hourly], { now: T })]);
    expect(takeBudget(state, asking([hourly], { now: T + 3650 })).kind).toBe('short');
    expect(takeBudget(state, asking([hourly], { now: T + 3705 })).kind).toBe('taken');
  });
});

describe('sums per day', () => {
  test('[BUDGET-2] take what fits and refuse what does not, whatever the order', () => {
    const { state, shortages } = takeAll([
      asking([daily], amount(300)),
      asking([daily], amount(200)),
      asking([daily], amount(1)),
    ]);
    expect(shortages).toEqual([{ limit: daily, freeAt: T + 86_405 }]);
    expect(takeBudget(state, asking([daily], amount(0))).kind).toBe('taken');
  });

  test('[BUDGET-4] there is room when enough has left the day, not when the first has', () => {
    const { shortages } = takeAll([
      asking([daily], amount(100)),
      asking([daily], { ...amount(400), now: T + 3600 }),
      asking([daily], { ...amount(450), now: T + 7200 }),
    ]);
    expect(shortages).toEqual([{ limit: daily, freeAt: T + 3600 + 86_405 }]);
  });

  test('[BUDGET-4] a request that is more than a whole day allows is never told to try again', () => {
    expect(takeAll([asking([daily], amount(501))]).shortages).toEqual([{ limit: daily }]);
  });

  test.each([
    [Number.MAX_SAFE_INTEGER, 1],
    [Number.MAX_SAFE_INTEGER - 1, 2],
    [1, Number.MAX_SAFE_INTEGER],
  ])('[BUDGET-2] %d and then %d are more than the largest budget', (one, other) => {
    const largest = { ...daily, most: Number.MAX_SAFE_INTEGER };
    const { state } = takeAll([asking([largest], amount(one))]);
    expect(takeBudget(state, asking([largest], amount(other))).kind).toBe('short');
  });

  test('[BUDGET-2] a value that was not handed over fits no budget', () => {
    expect(takeBudget(UNUSED, asking([daily])).kind).toBe('short');
  });

  test.each(['constructor', 'toString', 'hasOwnProperty'])(
    'a task or parameter called %s is one like others',
    (name) => {
      const limit = { ...daily, parameter: name };
      const request = () => asking([limit, hourly], { task: name, amounts: new Map([[name, 300]]) });
      expect(takeAll([request(), request()]).shortages).toHaveLength(1);
    },
  );
});

describe('grants at once', () => {
  const two = [asking([atOnce], { until: T + 600 }), asking([atOnce], { until: T + 900 })];
  const full = takeAll(two).state;
  const row = (
    index: number,
    status: GrantStatus,
    seconds: Partial<Record<'expires' | 'lease', number>> = {},
  ) => ({
    grantId: two[index]?.grantId as GrantId,
    status,
    expiresAt: new Date((T + (seconds.expires ?? 900)) * 1000),
    ...(seconds.lease !== undefined && { leaseExpiresAt: new Date((T + seconds.lease) * 1000) }),
  });
  const after = (rows: ReturnType<typeof row>[], now = T) =>
    takeBudget(
      freeSlots(full, { asked: two.map(({ grantId }) => grantId), rows }, now),
      asking([atOnce], { now }),
    );

  test('[BUDGET-3] are refused from the limit on, and told the first end for certain', () => {
    expect(takeBudget(full, asking([atOnce]))).toEqual({
      kind: 'short',
      shortages: [{ limit: atOnce, freeAt: T + 605 }],
    });
    expect(takeBudget(full, asking([atOnce], { now: T + 605 })).kind).toBe('taken');
  });

  test('[BUDGET-4] when the limit was lowered, as many have to end as are too many', () => {
    const one = { ...atOnce, most: 1 };
    expect(takeBudget(full, asking([one]))).toMatchObject({ shortages: [{ freeAt: T + 905 }] });
  });

  test.each<[string, ReturnType<typeof row>[], number, string]>([
    ['an active one', [row(0, 'active'), row(1, 'active')], T, 'short'],
    ['a completed one whose lease lives', [row(0, 'completed', { lease: 50 }), row(1, 'active')], T, 'short'],
    [
      'a completed one whose lease is over',
      [row(0, 'completed', { lease: 50 }), row(1, 'active')],
      T + 55,
      'taken',
    ],
    ['a killed one whose lease lives', [row(0, 'killed', { lease: 50 }), row(1, 'active')], T, 'short'],
    ['an expired one', [row(0, 'expired', { lease: -20 }), row(1, 'active')], T, 'taken'],
    ['one whose mint failed', [row(0, 'failed', { lease: 50 }), row(1, 'active')], T, 'taken'],
    ['one that people approved and nobody redeemed', [row(0, 'approved'), row(1, 'active')], T, 'short'],
    ['one that lapsed', [row(0, 'lapsed'), row(1, 'active')], T, 'taken'],
    ['one whose row is still to be written', [row(1, 'active')], T, 'short'],
    ['one whose row is late', [row(1, 'active')], T + 64, 'short'],
    ['one whose row was never written', [row(1, 'active')], T + 65, 'taken'],
    [
      'an active one that is over by its row',
      [row(0, 'active', { expires: 60 }), row(1, 'active')],
      T + 65,
      'taken',
    ],
  ])('[BUDGET-5] %s', (_, rows, now, kind) => {
    expect(after(rows, now).kind).toBe(kind);
  });
});

describe('one grant', () => {
  test('[BUDGET-6] counts once, and is then nobody’s to give back', () => {
    const request = asking([hourly]);
    const { state } = takeAll([request]);
    const again = takeBudget(state, request);
    expect(again.kind).toBe('counted');
    expect(takeBudget(again.kind === 'counted' ? (again.next ?? state) : state, request)).toEqual({
      kind: 'counted',
    });
    const shared = again.kind === 'counted' ? again.next : undefined;
    expect(shared && returnBudget(shared, request)).toBe(shared);
  });

  test('[BUDGET-2] [BUDGET-6] is another one when its values are others: both count, and none is given back', () => {
    const small = asking([daily], amount(1));
    const large = { ...small, ...amount(400) };
    const { state } = takeAll([small, large]);
    expect(takeAll([asking([daily], amount(100))], state).shortages).toHaveLength(1);
    expect(takeAll([asking([daily], amount(99))], state).shortages).toBeUndefined();
    expect(returnBudget(state, small)).toBe(state);
    expect(takeBudget(state, { ...small, ...amount(450) }).kind).toBe('short');
  });

  test('[BUDGET-3] [BUDGET-6] of one name for two tasks is refused: the place is the first one’s', () => {
    const request = asking([atOnce]);
    const { state } = takeAll([request]);
    expect(takeBudget(state, { ...request, task: 'export' }).kind).toBe('misnamed');
  });

  test('[BUDGET-1] that comes later than five minutes counts again: room is not kept for another hour', () => {
    const request = asking([hourly, { ...atOnce, most: 1 }], { until: T + 40_000 });
    const { state } = takeAll([request]);
    expect(takeBudget(state, { ...request, now: T + 300 }).kind).toBe('counted');
    const later = takeAll([{ ...request, now: T + 3000 }], state);
    expect(later.shortages).toBeUndefined();
    expect(takeBudget(later.state, asking([hourly], { now: T + 3000 })).kind).toBe('short');
  });

  test('[BUDGET-1] [BUDGET-2] that comes again counts once, from when it came last', () => {
    const limits = [hourly, daily, { ...atOnce, most: 1 }];
    const request = asking(limits, { ...amount(100), until: T + 40_000 });
    const again = takeBudget(takeAll([request]).state, { ...request, now: T + 200 });
    const state = again.kind === 'counted' ? again.next : undefined;
    expect(state?.held.get(request.grantId)).toMatchObject({ at: T + 200, shared: true });
    expect([...(state?.begun.values() ?? [])]).toEqual([[{ at: T + 200, count: 1 }]]);
    expect([...(state?.sums.values() ?? [])].map((sums) => [...sums.values()])).toEqual([
      [[{ at: T + 200, count: 100 }]],
    ]);
  });

  test('[BUDGET-1] whose clock is behind the one before keeps the later time', () => {
    const request = asking([hourly], { until: T + 900 });
    const again = takeBudget(takeAll([request]).state, { ...request, now: T - 4 });
    const state = again.kind === 'counted' ? again.next : undefined;
    expect(state?.held.get(request.grantId)).toMatchObject({ at: T });
    expect([...(state?.begun.values() ?? [])]).toEqual([[{ at: T, count: 1 }]]);
  });

  test('given back leaves room as before', () => {
    const first = asking([hourly, daily], amount(100));
    const second = asking([hourly, daily], { ...amount(400), now: T + 5 });
    const { state } = takeAll([first, second]);
    const { shortages } = takeAll(
      [asking([hourly, daily], { ...amount(400), now: T + 9 })],
      returnBudget(state, second),
    );
    expect(shortages).toBeUndefined();
    expect(takeAll([asking([daily], amount(401))], returnBudget(state, second)).shortages).toHaveLength(1);
  });

  test('leaves nothing once it no longer counts', () => {
    const { state } = takeAll([asking([hourly, daily], amount(100))]);
    expect(countsUntil(state)).toBe(T + 86_405);
    expect(countsUntil(UNUSED)).toBe(0);
  });
});

describe('what is given back', () => {
  const one: Limit = { ...atOnce, most: 1 };

  test('[BUDGET-5] frees the place, the hour and the sum', () => {
    const limits = [one, { ...hourly, most: 1 }, daily];
    const first = asking(limits, amount(500));
    const { state } = takeAll([first]);
    const next = asking(limits, amount(500));
    expect(takeAll([next], state).shortages).toMatchObject(limits.map((limit) => ({ limit })));
    expect(takeBudget(returnBudget(state, first), next).kind).toBe('taken');
  });

  test('[BUDGET-6] is nothing of a grant that another call has counted on as well', () => {
    const first = asking([one], { until: T + 900 });
    const { state } = takeAll([first, { ...first, until: T + 950 }]);
    expect(returnBudget(state, first)).toBe(state);
    expect(takeBudget(state, asking([one])).kind).toBe('short');
    // the later end counts, whichever call came last
    const { state: back } = takeAll([first], state);
    expect(back.held.get(first.grantId)?.until).toBe(T + 950);
  });

  test('[BUDGET-6] is nothing of a grant that nobody counted', () => {
    const { state } = takeAll([asking([one])]);
    expect(returnBudget(state, asking([one]))).toBe(state);
  });
});
