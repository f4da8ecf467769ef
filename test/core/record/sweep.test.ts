// The sweeper ends what is due, and goes on past what fails.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Grant } from '../../../src/core/model.ts';
import { sweep } from '../../../src/core/record/sweep.ts';
import type { GrantStoreUnderTest } from '../../contracts/grant-store.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { grantStoreOn } from '../../support/stores.ts';
import { startTables } from '../../support/tables.ts';

let under: GrantStoreUnderTest;
beforeAll(async () => {
  under = grantStoreOn(await startTables());
});
afterAll(() => under.close());

const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const sweepAt = (seconds: number) => sweep({ grants: under.store, clock: () => at(seconds) }, 'sweep-1');

async function put(changes: Partial<Grant>): Promise<Grant> {
  const grant = sampleGrant(changes);
  await under.store.reserve(grant, sampleEvent());
  return grant;
}
const statusOf = async (grant: Grant) => (await under.store.get(grant.grantId))?.status;

test('[SWEEP-1] each open state ends as what it is, at its own deadline', async () => {
  const reserved = await put({});
  const pending = await put({ status: 'pending', expiresAt: at(600) });
  const active = await put({});
  const lease = { leaseCount: 1, leaseKind: 'scoped' as const, accessKeyId: 'A', sessionPolicyDigest: 'd' };
  await under.store.confirmLease({ grantId: active.grantId, ...lease }, sampleEvent());

  expect((await sweepAt(59)).ended).toEqual({});
  expect((await sweepAt(61)).ended).toEqual({ failed: 1 });
  expect(await statusOf(reserved)).toBe('failed');
  expect((await sweepAt(601)).ended).toEqual({ lapsed: 1 });
  expect(await statusOf(pending)).toBe('lapsed');
  expect((await sweepAt(1801)).ended).toEqual({ expired: 1 });
  expect(await statusOf(active)).toBe('expired');
  expect((await sweepAt(9999)).ended).toEqual({});
});

test('[SWEEP-2] more than a page of due grants is swept in one run', async () => {
  await Promise.all(Array.from({ length: 950 }, () => put({})));
  expect((await sweepAt(61)).ended).toEqual({ failed: 950 });
});

test('[SWEEP-3] one that cannot be ended is counted and keeps nobody', async () => {
  const [bad, good] = [await put({}), await put({})];
  const end: typeof under.store.end = (wanted, event) =>
    wanted.grantId === bad.grantId ? Promise.reject(new Error('throttled')) : under.store.end(wanted, event);
  const grants = { ...under.store, end };
  expect(await sweep({ grants, clock: () => at(61) }, 'sweep-1')).toEqual({
    ended: { failed: 1 },
    failures: 1,
  });
  expect([await statusOf(bad), await statusOf(good)]).toEqual(['reserved', 'failed']);
});
