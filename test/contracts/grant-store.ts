// What every grant store does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GrantStore, RegistryWriter } from '../../src/core/ports.ts';
import { OPEN_SHARDS } from '../../src/core/record/sweep.ts';
import { NOW, sampleEvent, sampleGrant } from '../support/grant.ts';

export interface GrantStoreUnderTest {
  readonly store: GrantStore;
  readonly registry: RegistryWriter;
  /** The raw row, to look at what readers do not see. */
  row(grantId: string): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const lease = (leaseCount: number) => ({
  leaseCount,
  leaseKind: 'scoped' as const,
  accessKeyId: 'ASIAEXAMPLE',
  sessionPolicyDigest: 'sha256:p1',
});
const end = { status: 'completed', reason: 'done', at: later(5), from: ['reserved', 'active'] } as const;

export function grantStoreContract(name: string, start: () => Promise<GrantStoreUnderTest>): void {
  describe(`grant store: ${name}`, () => {
    let under: GrantStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    async function reserved(changes: Parameters<typeof sampleGrant>[0] = {}) {
      const grant = sampleGrant(changes);
      expect(await under.store.reserve(grant, sampleEvent())).toBe(true);
      return grant;
    }
    async function active(changes: Parameters<typeof sampleGrant>[0] = {}) {
      const { grantId } = await reserved(changes);
      const grant = await under.store.confirmLease({ grantId, ...lease(1) }, sampleEvent('lease.issued'));
      if (grant === undefined) throw new Error('not confirmed');
      return grant;
    }

    test('[RECORD-1] gives back what was reserved', async () => {
      const grant = await reserved({ outcome: 'x', proofIssuedAt: NOW, maxLeases: 2 });
      expect(await under.store.get(grant.grantId)).toEqual(grant);
    });

    test('[RECORD-2] a grant id is reserved once', async () => {
      const grant = await reserved();
      const other = sampleGrant({ grantId: grant.grantId });
      expect(await under.store.reserve(other, sampleEvent())).toBe(false);
      expect(await under.store.get(grant.grantId)).toEqual(grant);
    });

    test('a repeated write of the same reservation counts as the first', async () => {
      const grant = await reserved();
      expect(await under.store.reserve(grant, sampleEvent())).toBe(true);
    });

    test('[RECORD-3] of fifty racing reservations of one id one wins', async () => {
      const first = sampleGrant();
      const rivals = Array.from({ length: 50 }, () => sampleGrant({ grantId: first.grantId }));
      const results = await Promise.all(rivals.map((rival) => under.store.reserve(rival, sampleEvent())));
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    test('a confirmed grant is active and carries its lease', async () => {
      const grant = await active();
      expect(grant).toMatchObject({ status: 'active', leaseKind: 'scoped', accessKeyId: 'ASIAEXAMPLE' });
      expect(await under.store.get(grant.grantId)).toEqual(grant);
    });

    test('[RECORD-4] a lease is not confirmed once the grant has ended', async () => {
      const grant = await reserved();
      await under.store.end({ grantId: grant.grantId, ...end }, sampleEvent('grant.ended'));
      const confirmed = await under.store.confirmLease(
        { grantId: grant.grantId, ...lease(1) },
        sampleEvent(),
      );
      expect(confirmed).toBeUndefined();
      expect((await under.store.get(grant.grantId))?.accessKeyId).toBeUndefined();
    });

    test('a lease is not confirmed when another was begun since', async () => {
      const grant = await active();
      const begun = await under.store.beginLease(
        { grantId: grant.grantId, seen: grant, leaseExpiresAt: later(120), catalogDigest: 'sha256:c2' },
        sampleEvent('lease.begun'),
      );
      expect(begun).toMatchObject({ leaseCount: 2, leaseExpiresAt: later(120), catalogDigest: 'sha256:c2' });
      expect(
        await under.store.confirmLease({ grantId: grant.grantId, ...lease(1) }, sampleEvent()),
      ).toBeUndefined();
      expect(
        await under.store.confirmLease({ grantId: grant.grantId, ...lease(2) }, sampleEvent()),
      ).toBeDefined();
    });

    test('[RECORD-5] of racing renewals one begins its lease', async () => {
      const grant = await active();
      const intent = {
        grantId: grant.grantId,
        seen: grant,
        leaseExpiresAt: later(90),
        catalogDigest: 'sha256:c1',
      };
      const results = await Promise.all(
        Array.from({ length: 20 }, () => under.store.beginLease(intent, sampleEvent('lease.begun'))),
      );
      expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    });

    test('[RECORD-6] a proof no newer than the last one begins no lease', async () => {
      const grant = await active({ proofIssuedAt: NOW });
      const intent = { grantId: grant.grantId, seen: grant, leaseExpiresAt: later(90), catalogDigest: 'c' };
      const stale = await under.store.beginLease({ ...intent, proofIssuedAt: NOW }, sampleEvent());
      expect(stale).toBeUndefined();
      const fresh = await under.store.beginLease({ ...intent, proofIssuedAt: later(1) }, sampleEvent());
      expect(fresh?.proofIssuedAt).toEqual(later(1));
    });

    test('[RECORD-7] an ended grant never moves again, and says how it ended', async () => {
      const grant = await active();
      const first = await under.store.end({ grantId: grant.grantId, ...end, outcome: 'sent' }, sampleEvent());
      expect(first).toMatchObject({
        moved: true,
        grant: { status: 'completed', endedAt: later(5), outcome: 'sent' },
      });
      const killed = { grantId: grant.grantId, ...end, status: 'killed' as const };
      const second = await under.store.end(killed, sampleEvent());
      expect(second).toMatchObject({ moved: false, grant: { status: 'completed' } });
    });

    test('ending what does not exist finds nothing', async () => {
      const { grantId } = sampleGrant();
      expect(await under.store.end({ grantId, ...end }, sampleEvent())).toEqual({
        grant: undefined,
        moved: false,
      });
      expect(await under.store.get(grantId)).toBeUndefined();
    });

    test('[RECORD-8] each move carries its event and counts it in the same write', async () => {
      const grant = await active();
      await under.store.end({ grantId: grant.grantId, ...end }, sampleEvent('grant.ended'));
      const row = await under.row(grant.grantId);
      expect(row).toMatchObject({ eventNumber: 3, event: { type: 'grant.ended', requestId: 'request-1' } });
    });

    test('[RECORD-9] an ended row leaves the open index and gets its TTL in epoch seconds', async () => {
      const grant = await active();
      await under.store.end({ grantId: grant.grantId, ...end }, sampleEvent());
      const row = await under.row(grant.grantId);
      expect(row).not.toHaveProperty('openShard');
      expect(row?.['purgeAt']).toBe(Math.floor(later(5).getTime() / 1000) + 90 * 86_400);
    });

    test('grant and workload entry come in one read', async () => {
      const grant = await reserved();
      const { issuer, subject } = grant.workload;
      await under.registry.bind('billing-agent', { issuer, subject, claims: { a: 'b' } });
      expect(await under.store.getWithWorkload(grant.grantId, issuer, subject)).toEqual({
        grant,
        workload: { agent: 'billing-agent', claims: { a: 'b' } },
      });
      const nothing = await under.store.getWithWorkload(sampleGrant().grantId, issuer, 'else');
      expect(nothing).toEqual({ grant: undefined, workload: undefined });
    });

    test('[RECORD-10] due grants are found in one of the shards, and only once due', async () => {
      const grant = await reserved({ requestedAt: later(-4000), expiresAt: later(4000) });
      const due = async (before: Date) => {
        const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) =>
          under.store.listDue(shard, before, 100),
        );
        const found = (await Promise.all(shards)).flat();
        return found.some((each) => each.grantId === grant.grantId);
      };
      expect(await due(later(-3941))).toBe(false);
      expect(await due(later(-3939))).toBe(true);
      await under.store.confirmLease({ grantId: grant.grantId, ...lease(1) }, sampleEvent());
      expect(await due(later(3999))).toBe(false);
      expect(await due(later(4001))).toBe(true);
    });

    test("an agent's grants come newest first, page by page, within a time", async () => {
      const agent = `agent-${sampleGrant().grantId.toLowerCase()}`;
      for (const seconds of [1, 3, 2, 9]) await reserved({ agent, requestedAt: later(seconds) });
      const first = await under.store.listByAgent(agent, { limit: 2, to: later(5) });
      expect(first.grants.map((grant) => grant.requestedAt)).toEqual([later(3), later(2)]);
      const second = await under.store.listByAgent(agent, { limit: 2, to: later(5), ...nextOf(first) });
      expect(second.grants.map((grant) => grant.requestedAt)).toEqual([later(1)]);
    });

    test("a task's grants can be listed from a time on", async () => {
      const task = `task-${sampleGrant().grantId.toLowerCase()}`;
      for (const seconds of [1, 2, 3]) await reserved({ task, requestedAt: later(seconds) });
      const page = await under.store.listByTask(task, { limit: 10, from: later(2) });
      expect(page.grants.map((grant) => grant.requestedAt)).toEqual([later(3), later(2)]);
      expect(page.next).toBeUndefined();
    });
  });
}

function nextOf(page: { readonly next?: string }): { next?: string } {
  return page.next === undefined ? {} : { next: page.next };
}
