// People are asked for no more than they can read.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTask } from '../../../src/core/exchange.ts';
import { type ApprovalsUnderTest, startApprovals } from '../../support/approvals.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { askFor, refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
  approvals = await startApprovals(tables);
  await fill(49, 'two-people');
});
afterAll(() => tables.close());

/** Requests of that task which wait for the leads of finance. */
async function fill(count: number, task: string, expiresAt = new Date(NOW.getTime() + 600_000)) {
  const { leaseExpiresAt: _, ...waiting } = sampleGrant({
    status: 'pending',
    task,
    leaseCount: 0,
    expiresAt,
  });
  for (let each = 0; each < count; each += 1) {
    const { grantId } = sampleGrant();
    await approvals.exchange.deps.grants.reserve({ ...waiting, grantId }, sampleEvent('grant.pending'));
  }
}

describe('the queue of one group of approvers', () => {
  test('[AWAIT-4] takes requests up to its limit, and no more of any task of that group', async () => {
    const { exchange } = approvals;
    // over already, and not theirs: neither counts
    await fill(10, 'two-people', NOW);
    await fill(10, 'no-such-task');
    await approvals.ask('close-account');
    const more = await askFor(exchange, { task: 'close-account', parameters: { amount: 1 } });
    const refusal = await refusalOf(startTask(exchange.deps, more, exchange.context));
    expect(refusal).toMatchObject({ code: 'approval_queue_full', error: 'temporarily_unavailable' });
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
