// What every store of findings does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, FindingStore } from '../../src/core/approve/ports.ts';
import { freshGrantId } from '../support/grant.ts';

export interface FindingStoreUnderTest {
  readonly store: FindingStore;
  close(): Promise<void>;
}

function finding(findingId: string, at: string): Finding {
  return {
    findingId,
    kind: 'break-glass',
    severity: 'high',
    at: new Date(at),
    sentence: 'Somebody approved alone.',
    agent: 'billing-agent',
    grantId: freshGrantId(),
    person: { issuer: 'https://login.acme.dev', subject: 'olga' },
  };
}

export function findingStoreContract(name: string, start: () => Promise<FindingStoreUnderTest>): void {
  describe(`finding store: ${name}`, () => {
    let under: FindingStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    test('[FINDING-1] a finding is written once', async () => {
      const first = finding('once', '2026-03-01T10:00:00.000Z');
      await under.store.putFinding(first);
      await under.store.putFinding({ ...first, sentence: 'Something else.' });
      const range = { from: new Date('2026-03-01'), to: new Date('2026-03-02'), limit: 10 };
      expect(await under.store.listFindings(range)).toEqual([first]);
    });

    test('[FINDING-2] findings are listed from the newest, over days, within a time and a limit', async () => {
      const all = [
        finding('d', '2026-04-01T10:00:00.000Z'),
        finding('a', '2026-04-02T09:00:00.000Z'),
        finding('z', '2026-04-02T08:00:00.000Z'),
        finding('b', '2026-04-04T00:00:00.000Z'),
      ];
      for (const each of all) await under.store.putFinding(each);
      const list = async (from: string, to: string, limit = 10) =>
        (await under.store.listFindings({ from: new Date(from), to: new Date(to), limit })).map(
          (each) => each.findingId,
        );
      expect(await list('2026-04-01', '2026-04-30')).toEqual(['b', 'a', 'z', 'd']);
      expect(await list('2026-04-01', '2026-04-30', 2)).toEqual(['b', 'a']);
      expect(await list('2026-04-01T11:00:00Z', '2026-04-02T08:30:00Z')).toEqual(['z']);
      expect(await list('2026-04-30', '2026-04-01')).toEqual([]);
    });
  });
}
