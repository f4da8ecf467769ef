// A new task: what is checked, what is recorded, what is given.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTask } from '../../../src/core/exchange.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { NOW } from '../../support/grant.ts';
import { askFor, refusalOf } from '../../support/requests.ts';
import { setStatus } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let exchange: ExchangeUnderTest;
beforeAll(async () => {
  tables = await startTables();
  exchange = await startExchange(tables);
});
afterAll(() => tables.close());

const start = async (changes: Parameters<typeof askFor>[1] = {}) =>
  startTask(exchange.deps, await askFor(exchange, changes), exchange.context);

describe('a granted task', () => {
  test('[EXCHANGE-1] gets a lease of its own role, for the seconds of the task', async () => {
    const { grant, lease, handle } = await start();
    expect(lease).toMatchObject({ kind: 'scoped', expiresAt: new Date(NOW.getTime() + 60_000) });
    expect(lease.credentials.accessKeyId).toMatch(/^ASIALEASE/);
    expect(handle.startsWith(`${grant.grantId}.`)).toBe(true);
    expect(exchange.minted.assumed.at(-1)).toMatchObject({
      roleArn: 'arn:aws:iam::111122223333:role/remit/remit-task-export-invoices',
      sourceIdentity: `remit-${grant.grantId}`,
      sessionName: `${grant.grantId}-billing-agent`,
      taskTag: 'export-invoices',
    });
  });

  test('[EXCHANGE-2] is a row that tells who, what, why and until when', async () => {
    const { grant } = await start();
    expect(await exchange.deps.grants.get(grant.grantId)).toMatchObject({
      status: 'active',
      agent: 'billing-agent',
      owner: { subject: 'ada' },
      parameters: { customer: 'cus_12345678', month: '2026-10' },
      purpose: 'monthly statement',
      ruling: { outcome: 'allowed', policies: ['export-invoices.cedar#1'] },
      catalogDigest: exchange.catalog.digest,
      leaseExpiresAt: new Date(NOW.getTime() + 60_000),
      leaseCount: 1,
      leaseKind: 'scoped',
    });
  });

  test('[EXCHANGE-3] keeps the handle as a hash only', async () => {
    const { grant, handle } = await start();
    const row = JSON.stringify(await exchange.deps.grants.get(grant.grantId));
    expect(row).not.toContain(handle.split('.')[1]);
    expect(grant.handleHash).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('[EXCHANGE-4] takes at most five DynamoDB calls and two STS calls', async () => {
    exchange.restart();
    await start();
    const sts: string[] = exchange.calls.filter((name) => name === 'assumeRole' || name === 'scopeDown');
    expect(sts).toEqual(['assumeRole', 'scopeDown']);
    expect(exchange.calls.filter((name) => !sts.includes(name))).toHaveLength(5);
  });

  test('its session policy names the values and ends with the lease', async () => {
    await start({ parameters: { customer: 'cus_ABCDEFGH', month: '2026-01' } });
    const policy = exchange.minted.assumed.at(-1)?.policy ?? '';
    expect(policy).toContain('arn:aws:s3:::acme-invoices/cus_ABCDEFGH/2026-01/*');
    expect(policy).toContain('2026-11-24T10:01:00Z');
    expect(policy.length).toBeLessThanOrEqual(2048);
  });
});

describe('a refused task', () => {
  test.each([
    ['an unknown task', { task: 'no-such-task' }, 'task_unknown'],
    [
      'a parameter with a wildcard',
      { parameters: { customer: 'cus_12345678*', month: '2026-10' } },
      'parameter_invalid',
    ],
    [
      'a parameter too many',
      { parameters: { customer: 'cus_12345678', month: '2026-10', x: 'y' } },
      'parameter_invalid',
    ],
    ['a missing parameter', { parameters: { customer: 'cus_12345678' } }, 'parameter_invalid'],
    [
      'a task of another environment',
      { task: 'test-run', parameters: { amount: 1 } },
      'environment_mismatch',
    ],
    ['a task that demands a key', { task: 'sign-off', parameters: { amount: 1 } }, 'proof_required'],
    ['an identity without agent', { subject: 'stranger' }, 'agent_unknown'],
    ['a token that is none', { assertion: 'x.y.z' }, 'assertion_rejected'],
  ] as const)('[EXCHANGE-5] %s is refused, without a row or a mint', async (_, changes, code) => {
    const before = exchange.minted.assumed.length;
    exchange.restart();
    expect((await refusalOf(start(changes))).code).toBe(code);
    expect(exchange.calls).not.toContain('reserve');
    expect(exchange.minted.assumed).toHaveLength(before);
  });

  test('[EXCHANGE-6] an agent that is not active gets nothing', async () => {
    await setStatus(tables, 'sibling-agent', 'suspended');
    expect((await refusalOf(start({ subject: 'sibling' }))).code).toBe('agent_inactive');
    await setStatus(tables, 'sibling-agent', 'active');
    expect((await start({ subject: 'sibling' })).grant.agent).toBe('sibling-agent');
  });

  test('[EXCHANGE-7] an overdue review stops new grants from the day after', async () => {
    const day = 86_400;
    exchange.pass(90 * day);
    expect((await start()).grant.status).toBe('active');
    exchange.pass(day);
    expect((await refusalOf(start())).code).toBe('review_overdue');
    exchange.pass(-91 * day);
  });

  test('a DynamoDB that is down is a retryable refusal', async () => {
    const broken = {
      ...exchange.deps,
      grants: { ...exchange.deps.grants, reserve: () => Promise.reject(new Error()) },
    };
    await expect(startTask(broken, await askFor(exchange), exchange.context)).rejects.toThrow();
  });
});

describe('a task that needs a person', () => {
  test('[EXCHANGE-8] leaves a pending grant and says how to poll', async () => {
    const refusal = await refusalOf(start({ task: 'refund-customer', parameters: { amount: 51 } }));
    expect(refusal).toMatchObject({ code: 'grant_pending', members: { interval: 5, expires_in: 600 } });
    const grant = await exchange.deps.grants.get(refusal.members['grant_id'] as never);
    expect(grant).toMatchObject({ status: 'pending', leaseCount: 0, ruling: { outcome: 'needs-approval' } });
    expect(grant?.leaseExpiresAt).toBeUndefined();
    expect(grant?.expiresAt).toEqual(new Date(NOW.getTime() + 600_000));
  });

  test('at the limit of its policy no person is needed', async () => {
    const { grant } = await start({ task: 'refund-customer', parameters: { amount: 50 } });
    expect(grant.ruling.outcome).toBe('allowed');
  });

  test('a task that always needs one does whatever the amount', async () => {
    const refusal = await refusalOf(start({ task: 'close-account', parameters: { amount: 1 } }));
    expect(refusal.code).toBe('grant_pending');
  });
});
