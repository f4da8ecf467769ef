// What every store of evidence does, whatever it stands on.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionTerms, Evidence } from '../../src/core/approve/evidence.ts';
import type {
  ApprovalCounter,
  ChallengeStore,
  EvidenceReader,
  EvidenceWriter,
} from '../../src/core/approve/ports.ts';
import type { PersonRecord } from '../../src/core/people/person.ts';
import { freshGrantId, NOW } from '../support/grant.ts';

export interface EvidenceStoreUnderTest {
  readonly store: EvidenceWriter & ChallengeStore & ApprovalCounter;
  readonly reader: EvidenceReader;
  putPerson(record: PersonRecord): Promise<void>;
  close(): Promise<void>;
}

const ben = { issuer: 'https://login.acme.dev', subject: 'ben' };
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

function sampleTerms(): DecisionTerms {
  return {
    grantId: freshGrantId(),
    requestDigest: 'sha256:r1',
    decision: 'approve',
    reason: '',
    approver: ben,
    nonce: randomBytes(32).toString('base64url'),
    expiresAt: later(120),
  };
}

function sampleEvidence(): Evidence {
  const terms = sampleTerms();
  return {
    evidenceId: terms.nonce,
    terms,
    decidedAt: later(10),
    idToken: 'header.payload.signature',
    assertion: { credentialId: 'c', authenticatorData: 'a', clientDataJSON: 'j', signature: 's' },
  };
}

function samplePerson(subject: string): PersonRecord {
  return {
    person: { ...ben, subject, name: 'Ben' },
    passkeys: [
      {
        credentialId: 'c',
        publicKey: 'k',
        transports: ['internal'],
        label: 'laptop',
        status: 'active',
        enrolledAt: later(-1000),
        activeSince: later(-900),
        confirmedBy: { issuer: ben.issuer, subject: 'dora' },
      },
    ],
    version: 2,
  };
}

export function evidenceStoreContract(name: string, start: () => Promise<EvidenceStoreUnderTest>): void {
  describe(`evidence store: ${name}`, () => {
    let under: EvidenceStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    test('[EVIDENCE-1] evidence is written once and never changed', async () => {
      const first = sampleEvidence();
      expect(await under.store.putEvidence(first)).toBe(true);
      expect(await under.store.putEvidence({ ...first, idToken: 'another' })).toBe(false);
      const { evidence } = await under.reader.readEvidence([first.evidenceId], []);
      expect(evidence).toEqual([first]);
    });

    test('[EVIDENCE-2] evidence and the people behind it come in one read', async () => {
      const one = sampleEvidence();
      const other = sampleEvidence();
      await under.store.putEvidence(one);
      await under.store.putEvidence(other);
      const person = samplePerson('chloe');
      await under.putPerson(person);
      const read = await under.reader.readEvidence(
        [one.evidenceId, other.evidenceId, one.evidenceId],
        [person.person, person.person, { ...ben, subject: 'nobody' }],
      );
      expect(read.evidence).toHaveLength(2);
      expect(read.evidence).toEqual(expect.arrayContaining([one, other]));
      expect(read.people).toEqual([person]);
    });

    test('what is not there, or can have no name, is left out', async () => {
      const hostile = ['', 'x'.repeat(5000), 'EVIDENCE#1', '\u0000', sampleEvidence().evidenceId];
      expect(await under.reader.readEvidence(hostile, [])).toEqual({ evidence: [], people: [] });
      expect(await under.reader.readEvidence([], [])).toEqual({ evidence: [], people: [] });
    });

    test('[CHALLENGE-1] a challenge is used once, also by fifty at once', async () => {
      const terms = sampleTerms();
      await under.store.openChallenge(terms);
      const uses = await Promise.all(
        Array.from({ length: 50 }, () => under.store.useChallenge(terms.nonce, later(5))),
      );
      expect(uses.filter((use) => use !== undefined)).toEqual([terms]);
      expect(await under.store.useChallenge(terms.nonce, later(6))).toBeUndefined();
    });

    test('[CHALLENGE-2] a challenge that is unknown, hostile or too old is none', async () => {
      const terms = sampleTerms();
      await under.store.openChallenge(terms);
      expect(await under.store.useChallenge(terms.nonce, later(120))).toBeUndefined();
      for (const nonce of ['unknown', '', 'x'.repeat(5000), '\u0000']) {
        expect(await under.store.useChallenge(nonce, later(1))).toBeUndefined();
      }
    });

    test('evidence is no challenge, and a challenge no evidence', async () => {
      const evidence = sampleEvidence();
      await under.store.putEvidence(evidence);
      expect(await under.store.useChallenge(evidence.evidenceId, later(1))).toBeUndefined();
      const terms = sampleTerms();
      await under.store.openChallenge(terms);
      expect((await under.reader.readEvidence([terms.nonce], [])).evidence).toEqual([]);
    });

    test("[RATE-1] a person's approvals are counted over the hour that ends now, across an edge of the clock", async () => {
      const person = { ...ben, subject: 'counted' };
      expect(await under.store.countApproval(person, later(0))).toBe(1);
      expect(await under.store.countApproval(person, later(60))).toBe(2);
      expect(await under.store.countApproval({ ...ben, subject: 'other' }, later(60))).toBe(1);
      // both are within the hour, or were five minutes ago
      expect(await under.store.countApproval(person, later(3600))).toBe(3);
      expect(await under.store.countApproval(person, later(3600 + 600))).toBe(2);
      expect(await under.store.countApproval(person, later(3 * 3600))).toBe(1);
      const edge = new Date('2026-03-01T13:00:00.000Z').getTime();
      const busy = { ...ben, subject: 'busy' };
      for (let count = 1; count <= 40; count += 1) {
        const at = new Date(edge + (count - 20) * 60_000);
        expect(await under.store.countApproval(busy, at)).toBe(count);
      }
    });
  });
}
