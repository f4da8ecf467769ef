// What every store of administrative acts does, whatever it stands on.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActStore, SignedAct } from '../../src/core/people/act-ports.ts';
import type { ActTerms } from '../../src/core/people/act-text.ts';

export interface ActStoreUnderTest {
  readonly store: ActStore;
  close(): Promise<void>;
}

const terms = (changes: Partial<ActTerms> = {}): ActTerms => ({
  act: 'agent.transfer',
  target: 'billing-agent',
  reason: 'Grace has left.\nAda takes over.',
  details: { owner: { issuer: 'https://login.acme.dev', subject: 'ada', name: 'Ada  Ü' } },
  actor: { issuer: 'https://login.acme.dev', subject: 'dora' },
  nonce: randomBytes(32).toString('base64url'),
  expiresAt: new Date('2026-11-24T12:02:00.000Z'),
  ...changes,
});
const signed = (changes: Partial<SignedAct> = {}): SignedAct => ({
  assertion: { credentialId: 'a', authenticatorData: 'b', clientDataJSON: 'c', signature: 'd' },
  signedAt: new Date('2026-11-24T12:01:00.000Z'),
  requestId: 'request-1',
  ...changes,
});

export function actStoreContract(name: string, start: () => Promise<ActStoreUnderTest>): void {
  describe(`act store: ${name}`, () => {
    let under: ActStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    async function opened(changes: Partial<ActTerms> = {}): Promise<ActTerms> {
      const each = terms(changes);
      await under.store.openAct(each);
      return each;
    }

    test('[PAPI-17] what was opened reads back to the letter', async () => {
      const each = await opened();
      expect(await under.store.findAct(each.nonce)).toEqual({ terms: each });
      const { details: _, ...bare } = terms();
      await under.store.openAct(bare);
      expect(await under.store.findAct(bare.nonce)).toEqual({ terms: bare });
    });

    test.each(['', 'unknown', '../x', 'a'.repeat(500)])(
      '[PAPI-17] nothing is there for %j',
      async (nonce) => {
        expect(await under.store.findAct(nonce)).toBeUndefined();
        expect(await under.store.signAct(nonce, signed())).toBe(false);
      },
    );

    test('[PAPI-17] of many signatures at once one counts, and stays', async () => {
      const { nonce } = await opened();
      const each = Array.from({ length: 8 }, (_, at) => signed({ requestId: `request-${at}` }));
      const counted = await Promise.all(each.map((one) => under.store.signAct(nonce, one)));
      expect(counted.filter(Boolean)).toHaveLength(1);
      const kept = await under.store.findAct(nonce);
      expect(kept?.signed).toEqual(each[counted.indexOf(true)]);
      expect(await under.store.signAct(nonce, signed())).toBe(false);
    });

    test('[PAPI-17] none counts from its end on', async () => {
      const { nonce, expiresAt } = await opened();
      expect(await under.store.signAct(nonce, signed({ signedAt: expiresAt }))).toBe(false);
      expect((await under.store.findAct(nonce))?.signed).toBeUndefined();
    });

    test('[PAPI-19] how it ended is said once, and only of what was signed', async () => {
      const { nonce } = await opened();
      await under.store.endAct(nonce, { result: '"too early"' });
      expect((await under.store.findAct(nonce))?.outcome).toBeUndefined();
      await under.store.signAct(nonce, signed());
      await under.store.endAct(nonce, { result: '{"status":"active"}' });
      await under.store.endAct(nonce, { refused: 'agent_changed', members: {} });
      expect((await under.store.findAct(nonce))?.outcome).toEqual({ result: '{"status":"active"}' });
    });

    test('[PAPI-19] a refusal is kept with what it names', async () => {
      const { nonce } = await opened();
      await under.store.signAct(nonce, signed());
      const outcome = { refused: 'group_not_assignable', members: { group: 'billing', count: 2 } } as const;
      await under.store.endAct(nonce, outcome);
      expect((await under.store.findAct(nonce))?.outcome).toEqual(outcome);
    });
  });
}
