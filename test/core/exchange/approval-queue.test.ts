// People are asked for no more than they can read.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ASKED_PER_HOUR } from '../../../src/core/approve/queue.ts';
import { startTask } from '../../../src/core/exchange.ts';
import { oldestWaitingSeconds } from '../../../src/core/record/oldest-waiting.ts';
import { type ApprovalsUnderTest, startApprovals } from '../../support/approvals.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { askFor, refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const LATER = new Date(NOW.getTime() + 600_000);
let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
  approvals = await startApprovals(tables);
  await fill(49, 'two-people');
});
afterAll(() => tables.close());

interface Filling {
  readonly of?: ApprovalsUnderTest;
  readonly expiresAt?: Date;
  /** @default many */
  readonly agent?: string;
}

/** Requests of that task which wait for the leads of finance. */
async function fill(count: number, task: string, { of = approvals, expiresAt = LATER, agent }: Filling = {}) {
  const { leaseExpiresAt: _, ...waiting } = sampleGrant({
    status: 'pending',
    task,
    leaseCount: 0,
    expiresAt,
  });
  for (let each = 0; each < count; each += 1) {
    const { grantId } = sampleGrant();
    const row = { ...waiting, grantId, agent: agent ?? `agent-${each % 5}` };
    await of.exchange.deps.grants.reserve(row, sampleEvent('grant.pending'));
  }
}

describe('the queue of one group of approvers', () => {
  test('[AWAIT-4] is counted before the row: those of one moment may pass together, and none that comes later', async () => {
    const own = await startTables();
    const many = await startApprovals(own);
    await fill(49, 'two-people', { of: many });
    const settled = await Promise.allSettled([1, 2, 3, 4].map(() => many.ask('close-account')));
    const passed = settled.filter(({ status }) => status === 'fulfilled').length;
    expect(passed).toBeGreaterThanOrEqual(1);
    const late = await askFor(many.exchange, { task: 'close-account', parameters: { amount: 1 } });
    const refusal = await refusalOf(startTask(many.exchange.deps, late, many.exchange.context));
    const detail = `${49 + passed}, of this agent ${passed}`;
    expect(refusal).toMatchObject({ code: 'approval_queue_full', detail });
    await own.close();
  });

  test('[AWAIT-9] tells how long the oldest request that is not over has waited', async () => {
    const own = await startTables();
    const { deps } = (await startApprovals(own)).exchange;
    const calls: number[] = [];
    const grants = {
      listOpen: (...asked: Parameters<typeof deps.grants.listOpen>) => {
        calls.push(asked[0]);
        return deps.grants.listOpen(...asked);
      },
    };
    const age = () => oldestWaitingSeconds({ grants, clock: () => NOW });
    expect(await age()).toBe(0);
    const put = (status: 'pending' | 'active', seconds: number, left: number) =>
      deps.grants.reserve(
        sampleGrant({
          status,
          requestedAt: new Date(NOW.getTime() - seconds * 1000),
          expiresAt: new Date(NOW.getTime() + left * 1000),
        }),
        sampleEvent(),
      );
    await put('pending', 60, 600);
    await put('pending', 4000, 600);
    await put('pending', 9000, 0);
    await put('active', 8000, 600);
    calls.length = 0;
    expect(await age()).toBe(4000);
    expect(calls).toHaveLength(8);
    await own.close();
  });

  test('[AWAIT-4] takes requests up to its limit, and no more of any task of that group', async () => {
    const { exchange } = approvals;
    // over already, and not theirs: neither counts
    await fill(10, 'two-people', { expiresAt: NOW });
    await fill(10, 'no-such-task');
    await approvals.ask('close-account');
    const more = await askFor(exchange, { task: 'close-account', parameters: { amount: 1 } });
    const refusal = await refusalOf(startTask(exchange.deps, more, exchange.context));
    expect(refusal).toMatchObject({ code: 'approval_queue_full', error: 'temporarily_unavailable' });
  });

  test('[AWAIT-10] is filled by no single agent: it is told so, and the others are heard', async () => {
    const own = await startTables();
    const few = await startApprovals(own);
    const { exchange } = few;
    const asked = () => askFor(exchange, { task: 'close-account', parameters: { amount: 1 } });
    const { grantId } = await few.ask('close-account');
    const agent = (await exchange.deps.grants.get(grantId))?.agent ?? '';
    await fill(18, 'two-people', { of: few, agent });
    await fill(20, 'no-such-task', { of: few, agent });
    await few.ask('close-account');
    const refusal = await refusalOf(startTask(exchange.deps, await asked(), exchange.context));
    expect(refusal).toMatchObject({ code: 'approval_queue_full', detail: '20, of this agent 20' });
    const other = await askFor(exchange, {
      task: 'close-account',
      parameters: { amount: 1 },
      subject: 'sibling',
    });
    expect((await refusalOf(startTask(exchange.deps, other, exchange.context))).code).toBe('grant_pending');
    await own.close();
  });

  test('[AWAIT-11] hears of one agent so often an hour, whatever it takes back; the others are heard', async () => {
    const own = await startTables();
    const few = await startApprovals(own);
    const { deps, context, pass } = few.exchange;
    const asked = (subject = 'billing') =>
      askFor(few.exchange, { task: 'close-account', parameters: { amount: 1 }, subject });
    const { grantId } = await few.ask('close-account');
    const agent = (await deps.grants.get(grantId))?.agent ?? '';
    for (let each = 1; each < ASKED_PER_HOUR; each += 1)
      expect(await deps.budgets.countAsked(agent, deps.clock(), ASKED_PER_HOUR)).toBe(true);
    const refusal = await refusalOf(startTask(deps, await asked(), context));
    expect(refusal).toMatchObject({ code: 'asked_too_often', error: 'temporarily_unavailable' });
    const { retryAfterSeconds = 0 } = refusal;
    expect((await refusalOf(startTask(deps, await asked('sibling'), context))).code).toBe('grant_pending');
    pass(retryAfterSeconds - 1);
    expect((await refusalOf(startTask(deps, await asked(), context))).code).toBe('asked_too_often');
    pass(1);
    expect((await refusalOf(startTask(deps, await asked(), context))).code).toBe('grant_pending');
    await own.close();
  });

  test('[AWAIT-4] keeps nothing from those who need nobody', async () => {
    const { exchange } = approvals;
    const asked = await askFor(exchange, { task: 'close-account', parameters: { amount: 1 } });
    expect((await refusalOf(startTask(exchange.deps, asked, exchange.context))).code).toBe(
      'approval_queue_full',
    );
    const { grant } = await startTask(exchange.deps, await askFor(exchange), exchange.context);
    expect(grant.status).toBe('active');
  });

  test('[AWAIT-4] is looked at in a bounded number of calls', async () => {
    const { exchange } = approvals;
    exchange.restart();
    await refusalOf(
      startTask(
        exchange.deps,
        await askFor(exchange, { task: 'two-people', parameters: { amount: 1 } }),
        exchange.context,
      ),
    );
    expect(exchange.calls.filter((name) => name === 'listOpen')).toHaveLength(8);
    expect(exchange.calls).not.toContain('reserve');
  });
});
