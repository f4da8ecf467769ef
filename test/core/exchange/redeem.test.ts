// From a request that waits to the leases that people approved.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthorizer } from '../../../src/core/authorize/authorizer.ts';
import type { ExchangeDeps } from '../../../src/core/deps.ts';
import { renewLease } from '../../../src/core/exchange.ts';
import type { Catalog } from '../../../src/core/model.ts';
import { sweep } from '../../../src/core/record/sweep.ts';
import { type ApprovalsUnderTest, startApprovals, type Waiting } from '../../support/approvals.ts';
import { refusalOf } from '../../support/requests.ts';
import { decisionStoreOn, setStatus } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function waiting(task?: string): Promise<Waiting> {
  approvals = await startApprovals(tables);
  return approvals.ask(task);
}

async function approved(task?: string): Promise<Waiting> {
  const request = await waiting(task);
  approvals.exchange.pass(10);
  await approvals.decide(request);
  return request;
}

const poll = async (request: Waiting, deps: ExchangeDeps = approvals.exchange.deps) =>
  renewLease(deps, await approvals.poll(request), approvals.exchange.context);
const renew = async (request: Waiting) =>
  renewLease(
    approvals.exchange.deps,
    await approvals.poll(request, { byPoll: false }),
    approvals.exchange.context,
  );
const minted = () => approvals.exchange.minted.assumed.length;

/** The function after a deployment. */
function deploy(change: (catalog: Catalog) => Catalog): ExchangeDeps {
  const { deps } = approvals.exchange;
  const catalog = change(deps.catalog);
  return { ...deps, catalog, authorizer: createAuthorizer(catalog) };
}

const shorter = (catalog: Catalog): Catalog => ({
  ...catalog,
  digest: 'sha256:newer',
  tasks: catalog.tasks.map((task) => ({ ...task, leaseSeconds: 30 })),
});

describe('a request that waits', () => {
  test('[AWAIT-1] starts its workflow and says for whom it waits', async () => {
    const request = await waiting();
    expect(approvals.exchange.started).toEqual([request.grantId]);
    expect(request.members).toMatchObject({
      interval: 5,
      expires_in: 600,
      approvers: 'finance-leads',
      quorum: 1,
      approved: 0,
      approval_url: `https://remit.acme.dev/console/#/approvals/${request.grantId}`,
    });
    expect(request.members['binding_code']).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  });

  test('[AWAIT-2] waits also when its workflow cannot be started, and the sweeper starts it', async () => {
    approvals = await startApprovals(tables);
    const { exchange } = approvals;
    const workflow = { start: () => Promise.reject(new Error('throttled')) };
    Object.assign(exchange.deps, { workflow });
    const request = await approvals.ask();
    expect(exchange.notes).toMatchObject({ startFailed: 'Error' });
    const started: string[] = [];
    const { decisions } = decisionStoreOn(tables);
    exchange.pass(61);
    await sweep(
      {
        ...exchange.deps,
        decisions,
        workflow: { start: async (id) => void started.push(id), wake: async () => true },
      },
      'sweep-1',
    );
    expect(started).toContain(request.grantId);
  });

  test('[AWAIT-3] is told to slow down, five seconds more each time', async () => {
    const request = await waiting();
    const { exchange } = approvals;
    exchange.pass(5);
    expect(await refusalOf(poll(request))).toMatchObject({
      code: 'grant_pending',
      members: { interval: 5, expires_in: 595, approved: 0, grant_id: request.grantId },
    });
    exchange.pass(1);
    expect(await refusalOf(poll(request))).toMatchObject({
      code: 'poll_too_early',
      members: { interval: 10 },
    });
    exchange.pass(5);
    expect(await refusalOf(poll(request))).toMatchObject({
      code: 'poll_too_early',
      members: { interval: 15 },
    });
    exchange.pass(15);
    expect(await refusalOf(poll(request))).toMatchObject({
      code: 'grant_pending',
      members: { interval: 15 },
    });
  });

  test('counts the approvals it has', async () => {
    const request = await waiting('two-people');
    await approvals.decide(request);
    approvals.exchange.pass(5);
    expect(await refusalOf(poll(request))).toMatchObject({
      code: 'grant_pending',
      members: { quorum: 2, approved: 1 },
    });
    expect(minted()).toBe(0);
    await approvals.decide(request, 'approve', approvals.chloe);
    expect((await poll(request)).grant.status).toBe('active');
  });

  test('[AWAIT-6] is told that it was denied, or that nobody decided in time', async () => {
    const denied = await waiting();
    const late = await approvals.ask();
    await approvals.decide(denied, 'deny');
    expect((await refusalOf(poll(denied))).code).toBe('grant_denied');
    approvals.exchange.pass(600);
    expect((await refusalOf(poll(late))).code).toBe('grant_lapsed');
    expect(minted()).toBe(0);
  });
});

describe('a deployment while people decide', () => {
  test('[AWAIT-5] that changes what is granted ends the request with that reason', async () => {
    for (const make of [waiting, approved]) {
      const request = await make();
      approvals.exchange.pass(301);
      const after = deploy(shorter);
      expect((await refusalOf(poll(request, after))).code).toBe('grant_changed');
      expect(await approvals.row(request)).toMatchObject({
        status: 'lapsed',
        endReason: 'the catalog changed what is granted (now sha256:newer)',
      });
      expect((await refusalOf(poll(request, after))).code).toBe('grant_changed');
      expect(minted()).toBe(0);
    }
  });

  test('[AWAIT-5] ends no request that a newer catalog may have made, and grants nothing of it', async () => {
    for (const make of [waiting, approved]) {
      const request = await make();
      const { status } = await approvals.row(request);
      expect((await refusalOf(poll(request, deploy(shorter)))).code).toBe('grant_changed');
      expect((await approvals.row(request)).status).toBe(status);
      expect(minted()).toBe(0);
    }
  });

  test('that takes the task away gives nothing', async () => {
    const request = await approved();
    const without = deploy((catalog) => ({
      ...catalog,
      digest: 'sha256:newer',
      tasks: catalog.tasks.filter(({ id }) => id !== 'close-account'),
    }));
    expect((await refusalOf(poll(request, without))).code).toBe('grant_changed');
    expect(minted()).toBe(0);
  });

  test('that changes other things disturbs nobody', async () => {
    const request = await approved();
    const after = deploy((catalog) => ({
      ...catalog,
      digest: 'sha256:newer',
      tasks: catalog.tasks.map((task) => ({ ...task, title: 'Another title' })),
    }));
    expect((await poll(request, after)).grant.status).toBe('active');
  });

  test('[REDEEM-9] that takes the policy back gives nothing, whoever approved', async () => {
    const request = await approved();
    const after = deploy((catalog) => ({ ...catalog, digest: 'sha256:newer', policies: [] }));
    expect((await refusalOf(poll(request, after))).code).toBe('policy_denied');
    expect(minted()).toBe(0);
  });
});

describe('an approved request', () => {
  test('[REDEEM-1] gets its first lease, and its time begins then', async () => {
    const request = await approved();
    approvals.exchange.pass(100);
    const { grant, lease } = await poll(request);
    const at = approvals.exchange.deps.clock();
    expect(lease.expiresAt).toEqual(new Date(at.getTime() + 60_000));
    expect(grant).toMatchObject({
      status: 'active',
      leaseCount: 1,
      leaseExpiresAt: lease.expiresAt,
      redeemedAt: at,
      expiresAt: new Date(at.getTime() + 1_800_000),
    });
    expect(approvals.exchange.minted.assumed[0]?.sourceIdentity).toBe(`remit-${request.grantId}`);
  });

  test('[REDEEM-2] is redeemed once; what comes after are renewals', async () => {
    const request = await approved();
    const { grant } = await poll(request);
    expect((await refusalOf(poll(request))).code).toBe('approval_redeemed');
    approvals.exchange.pass(30);
    const next = await renew(request);
    expect(next.grant).toMatchObject({
      leaseCount: 2,
      expiresAt: grant.expiresAt,
      redeemedAt: grant.redeemedAt,
    });
    expect((await refusalOf(poll(request))).code).toBe('approval_redeemed');
  });

  test('[REDEEM-3] of one lease gives one, also when a mint failed before it', async () => {
    const request = await approved('wire-money');
    const { deps } = approvals.exchange;
    const sts = { ...deps.sts, assumeRole: () => Promise.reject(new Error('throttled')) };
    await expect(poll(request, { ...deps, sts })).rejects.toThrow('throttled');
    approvals.exchange.pass(20);
    expect((await poll(request)).grant).toMatchObject({ status: 'active', leaseCount: 2 });
    approvals.exchange.pass(30);
    expect((await refusalOf(renew(request))).code).toBe('leases_used_up');
    expect((await refusalOf(poll(request))).code).toBe('approval_redeemed');
    expect(minted()).toBe(1);
  });

  test('[REDEEM-4] of five polls at once one gets the lease', async () => {
    const request = await approved('wire-money');
    const polls = await Promise.allSettled(Array.from({ length: 5 }, () => poll(request)));
    expect(polls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(minted()).toBe(1);
  });

  test('[REDEEM-4] a poll while another one mints waits for it', async () => {
    const request = await approved('wire-money');
    const { deps, pass } = approvals.exchange;
    const refused: string[] = [];
    const sts = {
      ...deps.sts,
      async assumeRole(asked: Parameters<typeof deps.sts.assumeRole>[0]) {
        pass(6);
        refused.push((await refusalOf(poll(request))).code);
        return deps.sts.assumeRole(asked);
      },
    };
    expect((await poll(request, { ...deps, sts })).grant.status).toBe('active');
    expect(refused).toEqual(['renewal_conflict']);
  });

  test('[REDEEM-6] gives nothing once its agent is suspended', async () => {
    const request = await approved();
    await setStatus(tables, 'billing-agent', 'suspended');
    try {
      expect((await refusalOf(poll(request))).code).toBe('agent_inactive');
      expect(minted()).toBe(0);
    } finally {
      await setStatus(tables, 'billing-agent', 'active');
    }
  });

  test('lapses when nobody comes for it', async () => {
    const request = await approved();
    approvals.exchange.pass(600);
    expect((await refusalOf(poll(request))).code).toBe('grant_lapsed');
  });

  test('[REDEEM-8] takes one read more than a renewal, and so does each lease after it', async () => {
    const request = await approved();
    const { calls, restart, pass } = approvals.exchange;
    restart();
    await poll(request);
    const steps = [
      'getWithWorkload',
      'record',
      'readStanding',
      'readEvidence',
      'beginLease',
      'assumeRole',
      'scopeDown',
      'confirmLease',
    ];
    expect(calls).toEqual(steps);
    pass(30);
    restart();
    await renew(request);
    expect(calls).toEqual(steps);
  });

  test('[REDEEM-5] goes on only while its evidence verifies', async () => {
    const request = await approved();
    await poll(request);
    approvals.exchange.pass(30);
    const evidence = { readEvidence: async () => ({ evidence: [], people: [] }) };
    const { deps, context } = approvals.exchange;
    const without = { ...deps, approvals: { ...deps.approvals, evidence } };
    const renewal = await approvals.poll(request, { byPoll: false });
    expect((await refusalOf(renewLease(without, renewal, context))).code).toBe('approval_invalid');
    expect(minted()).toBe(1);
  });
});
