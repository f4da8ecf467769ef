// The process dies around every step between a request that waits and the lease that people approved.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewLease, startTask } from '../../../src/core/exchange.ts';
import { sweep } from '../../../src/core/record/sweep.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { type ApprovalsUnderTest, startApprovals, type Waiting } from '../../support/approvals.ts';
import { Crash } from '../../support/exchange.ts';
import { askFor, refusalOf } from '../../support/requests.ts';
import { decisionStoreOn } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const STEPS = [
  'getWithWorkload',
  'record',
  'readStanding',
  'readEvidence',
  'beginLease',
  'assumeRole',
  'scopeDown',
  'confirmLease',
];
const points = STEPS.flatMap((name, step) => [
  { when: 'before' as const, name, step },
  { when: 'after' as const, name, step },
]);

async function approved(): Promise<{ approvals: ApprovalsUnderTest; request: Waiting }> {
  const approvals = await startApprovals(tables);
  const request = await approvals.ask('wire-money');
  await approvals.decide(request);
  return { approvals, request };
}

async function poll(approvals: ApprovalsUnderTest, request: Waiting) {
  const { deps, context } = approvals.exchange;
  return renewLease(deps, await approvals.poll(request), context);
}

describe('a redemption', () => {
  test.each(points)('[REDEEM-7] dies $when $name', async ({ when, name, step }) => {
    const { approvals, request } = await approved();
    const { exchange } = approvals;
    const asked = await approvals.poll(request);
    exchange.crashAt(step, when);
    await expect(renewLease(exchange.deps, asked, exchange.context)).rejects.toThrow(Crash);
    exchange.restart();

    const row = await approvals.row(request);
    const isSpent = name === 'confirmLease' && when === 'after';
    expect(row.status).toBe(isSpent ? 'active' : 'approved');
    const minted = exchange.minted.assumed.length;
    // no key without a row that says until when it works
    if (minted > 0) expect(row.leaseExpiresAt?.getTime()).toBeGreaterThan(exchange.deps.clock().getTime());

    exchange.pass(20);
    if (isSpent) expect((await refusalOf(poll(approvals, request))).code).toBe('approval_redeemed');
    else expect((await poll(approvals, request)).grant).toMatchObject({ status: 'active' });
    expect(exchange.minted.scoped.length).toBeLessThanOrEqual(2);
  });

  test.each(STEPS.map((name, step) => ({ name, step })))(
    '[REDEEM-7] $name is throttled or times out: the approval can still be redeemed',
    async ({ step }) => {
      const { approvals, request } = await approved();
      const { exchange } = approvals;
      const code = step === 5 || step === 6 ? 'credentials_unavailable' : 'store_unavailable';
      const asked = await approvals.poll(request);
      exchange.failAt(step, new Refusal(code));
      expect((await refusalOf(renewLease(exchange.deps, asked, exchange.context))).code).toBe(code);
      exchange.restart();
      expect((await approvals.row(request)).status).toBe('approved');
      exchange.pass(20);
      expect((await poll(approvals, request)).grant.status).toBe('active');
    },
  );

  test('[REDEEM-7] a sweep between mint and confirmation ends it, and the lease is dropped', async () => {
    const { approvals, request } = await approved();
    const { deps, context, pass } = approvals.exchange;
    const { decisions } = decisionStoreOn(tables);
    const workflow = { ...deps.workflow, wake: async () => true };
    const sts = {
      ...deps.sts,
      async assumeRole(asked: Parameters<typeof deps.sts.assumeRole>[0]) {
        pass(2);
        await sweep({ ...deps, decisions, workflow }, 'sweep-1');
        return deps.sts.assumeRole(asked);
      },
    };
    pass(599);
    const renewal = await approvals.poll(request);
    expect((await refusalOf(renewLease({ ...deps, sts }, renewal, context))).code).toBe('grant_ended');
    expect((await approvals.row(request)).status).toBe('lapsed');
  });
});

describe('a request that starts to wait', () => {
  test.each(['before', 'after'] as const)(
    '[AWAIT-2] dies %s its workflow is started: the sweeper starts it',
    async (when) => {
      const approvals = await startApprovals(tables);
      const { exchange } = approvals;
      const asked = await askFor(exchange, { task: 'close-account', parameters: { amount: 3 } });
      exchange.restart();
      await refusalOf(
        startTask(
          exchange.deps,
          await askFor(exchange, { task: 'close-account', parameters: { amount: 2 } }),
          exchange.context,
        ),
      );
      const step = exchange.calls.indexOf('start');
      exchange.crashAt(step, when);
      // what the dead process would have answered tells which grant it was
      const { members } = await refusalOf(startTask(exchange.deps, asked, exchange.context));
      exchange.restart();
      exchange.pass(61);
      const started: string[] = [];
      const { decisions } = decisionStoreOn(tables);
      const workflow = { start: async (id: string) => void started.push(id), wake: async () => true };
      await sweep({ ...exchange.deps, decisions, workflow }, 'sweep-1');
      expect(started).toContain(members['grant_id']);
    },
  );
});

describe('a decision whose function dies before it wakes the workflow', () => {
  test('[REDEEM-10] is redeemed all the same, and the sweeper wakes the workflow', async () => {
    const approvals = await startApprovals(tables);
    const { exchange } = approvals;
    const { decisions } = decisionStoreOn(tables);
    const request = await approvals.ask('wire-money');
    await decisions.takeOver(request.grantId, exchange.deps.clock());
    await decisions.keepWaiting(request.grantId, 'TOKEN');
    approvals.stopWaking();
    expect((await approvals.decide(request)).status).toBe('approved');
    expect((await poll(approvals, request)).grant.status).toBe('active');

    const woken: string[] = [];
    const workflow = { ...exchange.deps.workflow, wake: async (token: string) => woken.push(token) > 0 };
    exchange.pass(31);
    await sweep({ ...exchange.deps, decisions, workflow }, 'sweep-1');
    expect(woken).toContain('TOKEN');
    expect(await decisions.waitingToken(request.grantId)).toBeUndefined();
    expect((await approvals.row(request)).status).toBe('active');
  });
});
