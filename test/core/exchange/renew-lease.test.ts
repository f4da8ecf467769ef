// Renewals check everything again, every time.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthorizer } from '../../../src/core/authorize/authorizer.ts';
import { type Renewal, renewLease, type Started, startTask } from '../../../src/core/exchange.ts';
import type { Catalog, GrantHandle } from '../../../src/core/model.ts';
import { completeGrant } from '../../../src/core/revoke/complete.ts';
import { createProofKey } from '../../support/dpop.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { askFor, nextLease, refusalOf } from '../../support/requests.ts';
import { setStatus } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function begin(changes: Parameters<typeof askFor>[1] = {}): Promise<{
  exchange: ExchangeUnderTest;
  started: Started;
  renew: (change?: (renewal: Renewal) => Renewal) => ReturnType<typeof renewLease>;
}> {
  const exchange = await startExchange(tables);
  const started = await startTask(exchange.deps, await askFor(exchange, changes), exchange.context);
  const renew = async (change = (renewal: Renewal) => renewal) =>
    renewLease(exchange.deps, change(await nextLease(exchange, started)), exchange.context);
  return { exchange, started, renew };
}

/** The exchange under another catalog, as after a deployment. */
function deploy(exchange: ExchangeUnderTest, change: (catalog: Catalog) => Catalog): ExchangeUnderTest {
  const catalog = change(exchange.catalog);
  return { ...exchange, deps: { ...exchange.deps, catalog, authorizer: createAuthorizer(catalog) } };
}

describe('a renewal', () => {
  test('[RENEW-1] at half the life of a lease gets the next one', async () => {
    const { exchange, started, renew } = await begin();
    exchange.pass(30);
    const { grant, lease } = await renew();
    expect(grant).toMatchObject({ leaseCount: 2, status: 'active' });
    expect(lease.expiresAt).toEqual(new Date(started.lease.expiresAt.getTime() + 30_000));
    expect(grant.leaseExpiresAt).toEqual(lease.expiresAt);
  });

  test('[RENEW-2] takes at most five DynamoDB calls and two STS calls', async () => {
    const { exchange, renew } = await begin();
    exchange.pass(30);
    exchange.restart();
    await renew();
    expect(exchange.calls.filter((name) => /^(assumeRole|scopeDown)$/.test(name))).toHaveLength(2);
    expect(
      exchange.calls.filter((name) => !/^(assumeRole|scopeDown)$/.test(name)).length,
    ).toBeLessThanOrEqual(5);
  });

  test('[RENEW-3] much too early is told when to come', async () => {
    const { exchange, renew } = await begin();
    exchange.pass(10);
    const refusal = await refusalOf(renew());
    expect(refusal).toMatchObject({ code: 'renewal_too_early', retryAfterSeconds: 5 });
    exchange.pass(5);
    expect((await renew()).grant.leaseCount).toBe(2);
  });

  test('[RENEW-4] never reaches past the end of the grant', async () => {
    const { exchange, started, renew } = await begin();
    exchange.pass(1790);
    const { lease } = await renew();
    expect(lease.expiresAt).toEqual(started.grant.expiresAt);
    exchange.pass(10);
    expect((await refusalOf(renew())).code).toBe('grant_ended');
  });

  test('[RENEW-5] of five at once one gets the lease', async () => {
    const { exchange, renew } = await begin();
    exchange.pass(30);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => renew()));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  test('a grant with one lease has no second', async () => {
    const { exchange, renew } = await begin({ task: 'pay-out', parameters: { amount: 1 } });
    exchange.pass(30);
    expect((await refusalOf(renew())).code).toBe('leases_used_up');
  });
});

describe('whose renewal it is', () => {
  const forged = (handle: string) => (renewal: Renewal) => ({
    ...renewal,
    named: { ...renewal.named, handle: handle as GrantHandle },
  });

  test('[RENEW-6] a sibling workload with the right handle is told that there is no such grant', async () => {
    const { exchange, started } = await begin();
    exchange.pass(30);
    const renewal = await nextLease(exchange, started, 'sibling');
    expect((await refusalOf(renewLease(exchange.deps, renewal, exchange.context))).code).toBe(
      'grant_unknown',
    );
  });

  test('[RENEW-7] the right workload without the handle, or with another, is told the same', async () => {
    const { exchange, started, renew } = await begin();
    exchange.pass(30);
    const other = `${started.grant.grantId}.${'A'.repeat(43)}`;
    expect((await refusalOf(renew(forged(other)))).code).toBe('grant_unknown');
    const none = renew((renewal) => ({
      ...renewal,
      named: { grantId: renewal.named.grantId, handle: undefined },
    }));
    expect((await refusalOf(none)).code).toBe('grant_unknown');
  });

  test('[RENEW-8] a grant bound to a key is renewed with that key only', async () => {
    const exchange = await startExchange(tables);
    const key = await createProofKey();
    const url = 'https://broker.acme.dev/oauth2/token';
    const proof = async (prover = key) => ({
      text: await prover.prove({ method: 'POST', url, now: exchange.deps.clock() }),
      method: 'POST',
      url,
    });
    const request = await askFor(exchange, { task: 'sign-off', parameters: { amount: 1 } });
    const shown = { ...request.shown, proof: await proof() };
    const started = await startTask(exchange.deps, { ...request, shown }, exchange.context);
    expect(started.grant.boundKey).toBe(key.thumbprint);

    exchange.pass(30);
    const renewal = await nextLease(exchange, started);
    const withProof = async (prover = key): Promise<Renewal> => ({
      ...renewal,
      shown: { assertion: await exchange.assertion(), proof: await proof(prover) },
    });
    const attempt = (each: Renewal) => renewLease(exchange.deps, each, exchange.context);
    expect((await refusalOf(attempt(renewal))).code).toBe('proof_required');
    expect((await refusalOf(attempt(await withProof(await createProofKey())))).code).toBe('grant_unknown');
    const good = await withProof();
    expect((await attempt(good)).grant.leaseCount).toBe(2);
    exchange.pass(30);
    const replayed = { ...good, shown: { ...good.shown, assertion: await exchange.assertion() } };
    expect((await refusalOf(attempt(replayed))).code).toBe('proof_invalid');
  });
});

describe('what may have changed', () => {
  test('[RENEW-9] a suspended agent gets no further lease', async () => {
    const { exchange, renew } = await begin();
    exchange.pass(30);
    await setStatus(tables, 'billing-agent', 'suspended');
    expect((await refusalOf(renew())).code).toBe('agent_inactive');
    await setStatus(tables, 'billing-agent', 'active');
    expect((await renew()).grant.leaseCount).toBe(2);
  });

  test('[RENEW-10] a completed grant gets no further lease', async () => {
    const { exchange, started, renew } = await begin();
    const { named } = await nextLease(exchange, started);
    const shown = { assertion: await exchange.assertion() };
    await completeGrant(exchange.deps, { shown, named }, exchange.context);
    exchange.pass(30);
    expect((await refusalOf(renew())).code).toBe('grant_ended');
  });

  test('[RENEW-11] a catalog that grants something else ends the renewals', async () => {
    const { exchange, started } = await begin();
    exchange.pass(30);
    const changed = deploy(exchange, (catalog) => ({
      ...catalog,
      tasks: catalog.tasks.map((task) => ({
        ...task,
        permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::other/{customer}/{month}/*'] }],
      })),
    }));
    const renewal = await nextLease(exchange, started);
    expect((await refusalOf(renewLease(changed.deps, renewal, exchange.context))).code).toBe('grant_changed');
  });

  test('[RENEW-12] a catalog that grants the same disturbs nobody', async () => {
    const { exchange, started } = await begin();
    exchange.pass(30);
    const same = deploy(exchange, (catalog) => ({ ...catalog, digest: 'sha256:other', agents: [] }));
    const renewal = await nextLease(exchange, started);
    const { grant } = await renewLease(same.deps, renewal, exchange.context);
    expect(grant).toMatchObject({ leaseCount: 2, catalogDigest: 'sha256:other' });
  });

  test('[RENEW-13] a policy that was taken back ends the renewals', async () => {
    const { exchange, started } = await begin();
    exchange.pass(30);
    const denied = deploy(exchange, (catalog) => ({
      ...catalog,
      policies: catalog.policies.filter((policy) => !policy.id.startsWith('export')),
    }));
    const renewal = await nextLease(exchange, started);
    expect((await refusalOf(renewLease(denied.deps, renewal, exchange.context))).code).toBe('policy_denied');
  });

  test('an overdue review does not stop a running grant', async () => {
    const reviewBy = '2026-11-24';
    const exchange = await startExchange(tables, {
      change: (catalog) => ({
        ...catalog,
        agents: catalog.agents.map((agent) => ({ ...agent, reviewBy })),
      }),
    });
    const start = async () => startTask(exchange.deps, await askFor(exchange), exchange.context);
    exchange.pass((Date.parse(`${reviewBy}T23:59:30Z`) - exchange.deps.clock().getTime()) / 1000);
    const started = await start();
    exchange.pass(40);
    expect((await refusalOf(start())).code).toBe('review_overdue');
    const { grant } = await renewLease(exchange.deps, await nextLease(exchange, started), exchange.context);
    expect(grant.leaseCount).toBe(2);
  });
});
