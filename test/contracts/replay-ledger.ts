// What every replay ledger does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReplayLedger, Showing } from '../../src/core/ports.ts';
import { freshGrantId, NOW } from '../support/grant.ts';

export interface ReplayLedgerUnderTest {
  readonly ledger: ReplayLedger;
  close(): Promise<void>;
}

let counter = 0;
function showing(changes: Partial<Showing> = {}): Showing {
  counter += 1;
  return {
    issuer: 'https://issuer.acme.dev',
    assertionId: `assertion-${counter}`,
    keepUntil: new Date(NOW.getTime() + 600_000),
    requestHash: 'sha256:request',
    grantId: freshGrantId(),
    ...changes,
  };
}

export function replayLedgerContract(name: string, start: () => Promise<ReplayLedgerUnderTest>): void {
  describe(`replay ledger: ${name}`, () => {
    let under: ReplayLedgerUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());
    const record = (each: Showing) => under.ledger.record(each);

    test('[REPLAY-1] a single-use assertion counts once, and the second showing learns the first', async () => {
      const first = showing();
      expect(await record(first)).toEqual({ kind: 'first' });
      const second = showing({ assertionId: first.assertionId, requestHash: 'sha256:other' });
      expect(await record(second)).toEqual({
        kind: 'refused',
        requestHash: 'sha256:request',
        grantId: first.grantId,
      });
    });

    test('[REPLAY-2] of fifty racing showings one is the first', async () => {
      const one = showing();
      const results = await Promise.all(
        Array.from({ length: 50 }, () => record({ ...one, grantId: freshGrantId() })),
      );
      expect(results.filter((result) => result.kind === 'first')).toHaveLength(1);
      expect(results.filter((result) => result.kind === 'refused')).toHaveLength(49);
    });

    test('the same id from another issuer is another assertion', async () => {
      const one = showing();
      expect(await record(one)).toEqual({ kind: 'first' });
      expect(await record({ ...one, issuer: 'https://other.acme.dev' })).toEqual({ kind: 'first' });
    });

    test('issuer and id do not run into each other', async () => {
      await record(showing({ issuer: 'https://a.dev', assertionId: '#b' }));
      const other = await record(showing({ issuer: 'https://a.dev#', assertionId: 'b' }));
      expect(other).toEqual({ kind: 'first' });
    });

    test('[REPLAY-3] a bound assertion may be shown again with what it is bound to, and not with another', async () => {
      const one = showing({ boundTo: 'handle:a' });
      expect(await record(one)).toEqual({ kind: 'first' });
      expect(await record({ ...one, requestHash: 'sha256:renew' })).toEqual({ kind: 'again' });
      expect(await record({ ...one, boundTo: 'handle:b' })).toMatchObject({ kind: 'refused' });
      const unbound = showing({ assertionId: one.assertionId });
      expect(await record(unbound)).toMatchObject({ kind: 'refused', requestHash: 'sha256:request' });
    });

    test('[REPLAY-4] a DPoP proof counts once with a bound assertion', async () => {
      const one = showing({ boundTo: 'jkt:k', proofId: 'p1' });
      expect(await record(one)).toEqual({ kind: 'first' });
      expect(await record(one)).toMatchObject({ kind: 'refused' });
      expect(await record({ ...one, proofId: 'p2' })).toEqual({ kind: 'again' });
      expect(await record({ ...one, proofId: 'p2' })).toMatchObject({ kind: 'refused' });
      expect(await record({ ...one, proofId: 'p1' })).toMatchObject({ kind: 'refused' });
    });

    test('ids of any length and characters are kept apart', async () => {
      const long = 'x'.repeat(5000);
      expect(await record(showing({ assertionId: `${long}1` }))).toEqual({ kind: 'first' });
      expect(await record(showing({ assertionId: `${long}2` }))).toEqual({ kind: 'first' });
      expect(await record(showing({ assertionId: '\u0000\ud83d\ude00' }))).toEqual({ kind: 'first' });
    });
  });
}
