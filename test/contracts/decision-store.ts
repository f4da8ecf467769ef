// What every store of decisions does to the row of a grant, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionStore } from '../../src/core/approve/ports.ts';
import type { Approval, Grant, GrantId } from '../../src/core/model.ts';
import type { GrantStore } from '../../src/core/ports.ts';
import { OPEN_SHARDS } from '../../src/core/record/sweep.ts';
import { NOW, sampleEvent, sampleGrant } from '../support/grant.ts';

export interface DecisionStoreUnderTest {
  readonly decisions: DecisionStore;
  readonly grants: GrantStore;
  /** The raw row, to look at what readers do not see. */
  row(grantId: string): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
let counter = 0;

export function decisionStoreContract(name: string, start: () => Promise<DecisionStoreUnderTest>): void {
  describe(`decision store: ${name}`, () => {
    let under: DecisionStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    async function pending(changes: Partial<Grant> = {}): Promise<Grant> {
      const { leaseExpiresAt, ...rest } = sampleGrant({ status: 'pending', leaseCount: 0, ...changes });
      expect(await under.grants.reserve(rest, sampleEvent('grant.pending'))).toBe(true);
      return rest;
    }
    function approval(grant: Grant, changes: Partial<Approval> = {}): Approval {
      counter += 1;
      return {
        approver: { issuer: 'https://login.acme.dev', subject: `person-${counter}`, name: 'Ben' },
        decision: 'approve',
        requestDigest: grant.requestDigest,
        decidedAt: later(20),
        evidenceId: `evidence-${counter}`,
        ...changes,
      };
    }
    const decide = (seen: Grant, to: 'pending' | 'approved' | 'denied', changes: Partial<Approval> = {}) =>
      under.decisions.decide({ seen, approval: approval(seen, changes), to }, sampleEvent('grant.decided'));
    async function decided(to: 'approved' | 'denied'): Promise<Grant> {
      const grant = await decide(await pending(), to);
      if (grant === undefined) throw new Error('not decided');
      return grant;
    }
    async function due(grantId: GrantId, before: Date): Promise<boolean> {
      const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) =>
        under.grants.listDue(shard, before, 100),
      );
      return (await Promise.all(shards)).flat().some((each) => each.grantId === grantId);
    }

    test('[DECIDE-1] a decision is appended to the row, with its event in the same write', async () => {
      const grant = await pending();
      const first = approval(grant);
      const after = await under.decisions.decide(
        { seen: grant, approval: first, to: 'pending' },
        sampleEvent('grant.decided'),
      );
      expect(after).toMatchObject({ status: 'pending', approvals: [first] });
      expect(after && (await decide(after, 'approved'))).toMatchObject({ status: 'approved' });
      const row = await under.row(grant.grantId);
      expect(row).toMatchObject({ eventNumber: 3, event: { type: 'grant.decided' } });
    });

    test('[DECIDE-2] of twenty decisions at once one is appended', async () => {
      const grant = await pending();
      const results = await Promise.all(Array.from({ length: 20 }, () => decide(grant, 'approved')));
      expect(results.filter((each) => each !== undefined)).toHaveLength(1);
      expect((await under.grants.get(grant.grantId))?.approvals).toHaveLength(1);
    });

    test('a repeated write of the same decision counts as the first', async () => {
      const grant = await pending();
      const move = { seen: grant, approval: approval(grant), to: 'approved' as const };
      const first = await under.decisions.decide(move, sampleEvent());
      expect(await under.decisions.decide(move, sampleEvent())).toEqual(first);
    });

    test('[DECIDE-3] nothing is decided past its time, on another digest, or once it has ended', async () => {
      const grant = await pending({ expiresAt: later(30) });
      expect(await decide(grant, 'approved', { decidedAt: later(30) })).toBeUndefined();
      expect(await decide(grant, 'approved', { requestDigest: 'sha256:other' })).toBeUndefined();
      const end = { status: 'lapsed', reason: 'x', at: later(9), from: ['pending'] } as const;
      await under.grants.end({ grantId: grant.grantId, ...end }, sampleEvent());
      expect(await decide(grant, 'approved')).toBeUndefined();
      expect((await under.grants.get(grant.grantId))?.approvals).toEqual([]);
      expect(await decide(sampleGrant(), 'approved')).toBeUndefined();
    });

    test('a denied row has ended, and may go after its retention', async () => {
      const grant = await decided('denied');
      expect(grant).toMatchObject({ status: 'denied', endedAt: later(20) });
      expect(grant.purgeAt).toEqual(later(20 + 90 * 86_400));
    });

    test('break-glass flags the row for every list', async () => {
      const grant = await pending();
      const after = await decide(grant, 'approved', { decision: 'break-glass', reason: 'outage' });
      expect(after?.flags).toEqual(['break-glass']);
    });

    test('[DECIDE-4] a request that no workflow has taken over is due after a minute, then again', async () => {
      const { grantId } = await pending();
      expect(await due(grantId, later(59))).toBe(false);
      expect(await due(grantId, later(61))).toBe(true);
      await under.decisions.postponeStart(grantId, later(120));
      expect(await due(grantId, later(119))).toBe(false);
      expect(await due(grantId, later(121))).toBe(true);
    });

    test('[DECIDE-5] a request that a workflow took over is due at its own end', async () => {
      const grant = await pending();
      const taken = await under.decisions.takeOver(grant.grantId, later(2));
      expect(taken).toEqual({ ...grant, workflowAt: later(2) });
      expect(await under.decisions.takeOver(grant.grantId, later(3))).toMatchObject({ workflowAt: later(2) });
      await under.decisions.postponeStart(grant.grantId, later(60));
      expect(await due(grant.grantId, later(1799))).toBe(false);
      expect(await due(grant.grantId, later(1801))).toBe(true);
    });

    test('no workflow takes over what is decided, or what is not there', async () => {
      const grant = await decided('approved');
      expect(await under.decisions.takeOver(grant.grantId, later(30))).toBeUndefined();
      expect(await under.decisions.takeOver(sampleGrant().grantId, later(30))).toBeUndefined();
    });

    test('[DECIDE-6] a task token is kept on the row and is no part of the grant', async () => {
      const grant = await pending();
      expect(await under.decisions.waitingToken(grant.grantId)).toBeUndefined();
      expect(await under.decisions.keepWaiting(grant.grantId, 'token-1')).toEqual(grant);
      await under.decisions.keepWaiting(grant.grantId, 'token-2');
      expect(await under.decisions.waitingToken(grant.grantId)).toBe('token-2');
      expect(JSON.stringify(await under.grants.get(grant.grantId))).not.toContain('token-');
      expect(await under.decisions.keepWaiting(sampleGrant().grantId, 'token')).toBeUndefined();
      expect(await under.decisions.waitingToken(sampleGrant().grantId)).toBeUndefined();
    });

    test.each(['approved', 'denied'] as const)(
      '[DECIDE-7] what was %s is due half a minute later, until its workflow was woken',
      async (to) => {
        const { grantId } = await decided(to);
        await under.decisions.keepWaiting(grantId, 'token');
        expect(await due(grantId, later(49))).toBe(false);
        expect(await due(grantId, later(51))).toBe(true);
        await under.decisions.woken(grantId, 'another token');
        expect(await due(grantId, later(51))).toBe(true);
        await under.decisions.woken(grantId, 'token');
        expect(await due(grantId, later(1799))).toBe(false);
        expect(await due(grantId, later(1801))).toBe(to === 'approved');
        expect(await under.decisions.waitingToken(grantId)).toBeUndefined();
      },
    );

    test('without a workflow that waits, nobody has to be woken; with one, its token is needed', async () => {
      const { grantId } = await decided('denied');
      await under.decisions.keepWaiting(grantId, 'token');
      await under.decisions.woken(grantId, undefined);
      expect(await under.decisions.waitingToken(grantId)).toBe('token');
      const alone = await decided('denied');
      await under.decisions.woken(alone.grantId, undefined);
      expect(await under.row(alone.grantId)).not.toHaveProperty('openShard');
    });

    test('a woken token of a request that still waits leaves it due as before', async () => {
      const { grantId } = await pending();
      await under.decisions.takeOver(grantId, later(1));
      await under.decisions.keepWaiting(grantId, 'token');
      await under.decisions.woken(grantId, 'token');
      expect(await under.decisions.waitingToken(grantId)).toBeUndefined();
      expect(await due(grantId, later(1801))).toBe(true);
    });

    test('a denied row is not listed as open', async () => {
      const { grantId } = await decided('denied');
      const pages = Array.from({ length: OPEN_SHARDS }, (_, shard) =>
        under.grants.listOpen(shard, { limit: 100 }),
      );
      const listed = (await Promise.all(pages)).flatMap((page) => page.grants);
      expect(listed.some((each) => each.grantId === grantId)).toBe(false);
    });

    test('[DECIDE-8] the first lease redeems: the grant lives from then on, and is woken all the same', async () => {
      const grant = await decided('approved');
      const { grantId } = grant;
      const begun = await under.grants.beginLease(
        { grantId, seen: grant, leaseExpiresAt: later(85), catalogDigest: 'sha256:c1' },
        sampleEvent('lease.begun'),
      );
      expect(begun).toMatchObject({ status: 'approved', leaseCount: 1, expiresAt: grant.expiresAt });
      const record = {
        grantId,
        leaseCount: 1,
        leaseKind: 'scoped' as const,
        accessKeyId: 'ASIAEXAMPLE',
        sessionPolicyDigest: 'sha256:p1',
        redeemed: { at: later(25), expiresAt: later(3625) },
      };
      const active = await under.grants.confirmLease(record, sampleEvent('lease.issued'));
      expect(active).toMatchObject({ status: 'active', redeemedAt: later(25), expiresAt: later(3625) });
      expect(await due(grantId, later(51))).toBe(true);
      await under.decisions.woken(grantId, undefined);
      expect(await due(grantId, later(3624))).toBe(false);
      expect(await due(grantId, later(3626))).toBe(true);
    });

    test('[POLL-1] a poll too early makes all later ones wait five seconds longer', async () => {
      const grant = await pending();
      const poll = async (seconds: number) => {
        const seen = (await under.grants.get(grant.grantId)) ?? grant;
        return under.decisions.recordPoll(seen, later(seconds));
      };
      expect(await poll(1)).toEqual({ tooEarly: false, seconds: 5 });
      expect(await poll(6)).toEqual({ tooEarly: false, seconds: 5 });
      expect(await poll(8)).toEqual({ tooEarly: true, seconds: 10 });
      expect(await poll(15)).toEqual({ tooEarly: true, seconds: 15 });
      expect(await poll(30)).toEqual({ tooEarly: false, seconds: 15 });
      expect(await under.grants.get(grant.grantId)).toMatchObject({ polledAt: later(30), pollSeconds: 15 });
    });

    test('[POLL-2] of two polls at once one is too early', async () => {
      const grant = await pending();
      const polls = await Promise.all([3, 3.2].map((at) => under.decisions.recordPoll(grant, later(at))));
      expect(polls.map((poll) => poll?.tooEarly).sort()).toEqual([false, true]);
    });

    test('[POLL-3] a proof that came with a poll counts once', async () => {
      const grant = await pending();
      const poll = async (at: number, proof: number) => {
        const seen = (await under.grants.get(grant.grantId)) ?? grant;
        return under.decisions.recordPoll(seen, later(at), later(proof));
      };
      expect(await poll(10, 9)).toEqual({ tooEarly: false, seconds: 5 });
      expect(await poll(20, 9)).toBeUndefined();
      expect(await poll(20, 8)).toBeUndefined();
      expect(await poll(20, 19)).toEqual({ tooEarly: false, seconds: 5 });
      expect(await under.grants.get(grant.grantId)).toMatchObject({
        polledAt: later(20),
        proofIssuedAt: later(19),
      });
    });

    test('a poll of what was decided meanwhile counts nothing', async () => {
      const grant = await pending();
      await decide(grant, 'approved');
      expect(await under.decisions.recordPoll(grant, later(30))).toEqual({ tooEarly: false, seconds: 5 });
      expect((await under.grants.get(grant.grantId))?.polledAt).toBeUndefined();
    });
  });
}
