// What every store of people and their passkeys does, whatever it stands on.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Passkey, PersonRecord } from '../../src/core/people/person.ts';
import type { PasskeyChallenge, PasskeyChallengeStore, PeopleStore } from '../../src/core/people/ports.ts';
import { NOW } from '../support/grant.ts';
import { ENROLLED } from '../support/passkey-events.ts';

export interface PeopleStoreUnderTest {
  readonly store: PeopleStore & PasskeyChallengeStore;
  close(): Promise<void>;
}

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const randomName = () => randomBytes(12).toString('base64url');
const somebody = () => ({ issuer: 'https://login.acme.dev', subject: randomName(), name: 'Ben' });

function passkey(changes: Partial<Passkey> = {}): Passkey {
  return {
    credentialId: randomName(),
    publicKey: 'pQECAyYgASFYIA',
    transports: ['internal'],
    label: 'laptop',
    status: 'active',
    enrolledAt: NOW,
    activeSince: later(5),
    confirmedBy: somebody(),
    ...changes,
  };
}

function waiting(enrolledAt: Date): Passkey {
  const { credentialId, publicKey, transports, label } = passkey();
  return { credentialId, publicKey, transports, label, status: 'waiting', enrolledAt };
}

export function peopleStoreContract(name: string, start: () => Promise<PeopleStoreUnderTest>): void {
  describe(`people store: ${name}`, () => {
    let under: PeopleStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    async function written(changes: Partial<PersonRecord> = {}): Promise<PersonRecord> {
      const record = { person: somebody(), passkeys: [passkey()], version: 1, ...changes };
      expect(await under.store.putPerson(record, ENROLLED)).toBe(true);
      return record;
    }

    test('[PEOPLE-1] gives back a person whole, and knows nobody else', async () => {
      const record = await written({ passkeys: [passkey(), passkey({ status: 'removed', removedAt: NOW })] });
      expect(await under.store.findPerson(record.person)).toEqual(record);
      expect(await under.store.findPerson({ ...record.person, issuer: 'https://other.dev' })).toBeUndefined();
      expect(await under.store.findPerson(somebody())).toBeUndefined();
    });

    test('[PEOPLE-2] a row is written against the version that was seen', async () => {
      const record = await written();
      expect(await under.store.putPerson(record, ENROLLED)).toBe(false);
      const second = { ...record, passkeys: [], version: 2 };
      expect(await under.store.putPerson(second, ENROLLED)).toBe(true);
      expect(await under.store.putPerson({ ...record, version: 2 }, ENROLLED)).toBe(false);
      expect(await under.store.putPerson({ ...record, version: 4 }, ENROLLED)).toBe(false);
      expect(await under.store.findPerson(record.person)).toEqual(second);
      expect(await under.store.putPerson({ ...record, person: somebody(), version: 2 }, ENROLLED)).toBe(
        false,
      );
    });

    test('[PEOPLE-2] of changes at once one is written', async () => {
      const record = await written();
      const rivals = Array.from({ length: 20 }, () => ({ ...record, passkeys: [passkey()], version: 2 }));
      const results = await Promise.all(rivals.map((rival) => under.store.putPerson(rival, ENROLLED)));
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    test("[PEOPLE-3] a credential id is one person's for ever", async () => {
      const [one, other] = [somebody(), somebody()];
      const id = randomName();
      const claims = await Promise.all([one, other].map((each) => under.store.claimCredential(id, each)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      const [owner, rival] = claims[0] ? [one, other] : [other, one];
      expect(await under.store.claimCredential(id, owner)).toBe(true);
      expect(await under.store.claimCredential(id, rival)).toBe(false);
      expect(await under.store.claimCredential(id, { ...owner, issuer: 'https://other.dev' })).toBe(false);
    });

    test('[PEOPLE-4] who waits for a confirmation is listed, newest first and not for ever, until it is given', async () => {
      const first = await written({ passkeys: [waiting(later(-900)), waiting(later(-200))] });
      const second = await written({ passkeys: [waiting(later(-300))] });
      await written({ passkeys: [waiting(later(-100)), passkey()] });
      const listed = async (limit: number, since = later(-1000)) =>
        (await under.store.listWaiting(limit, since)).map(({ person }) => person.subject);
      expect(await listed(5)).toEqual([first.person.subject, second.person.subject]);
      expect(await listed(1)).toEqual([first.person.subject]);
      expect(await listed(5, later(-300))).toEqual([first.person.subject, second.person.subject]);
      expect(await listed(5, later(-299))).toEqual([first.person.subject]);
      await under.store.putPerson({ ...first, passkeys: [passkey()], version: 2 }, ENROLLED);
      expect(await listed(5)).toEqual([second.person.subject]);
    });

    const person = { issuer: 'https://login.acme.dev', subject: 'ben' };
    test.each([
      { kind: 'enrol', label: 'phone' },
      { kind: 'confirm', of: person, credentialId: 'abc' },
      { kind: 'remove', of: person, credentialId: 'abc' },
    ] as const)('[PEOPLE-5] a challenge to $kind is used once, in time', async (terms) => {
      const challenge: PasskeyChallenge = { nonce: randomName(), person, terms, expiresAt: later(120) };
      await under.store.openPasskeyChallenge(challenge);
      const uses = await Promise.all(
        Array.from({ length: 10 }, () => under.store.usePasskeyChallenge(challenge.nonce, later(119))),
      );
      expect(uses.filter((use) => use !== undefined)).toEqual([challenge]);
      const late = { ...challenge, nonce: randomName() };
      await under.store.openPasskeyChallenge(late);
      expect(await under.store.usePasskeyChallenge(late.nonce, later(120))).toBeUndefined();
      for (const nonce of [randomName(), '', 'PERSON#x', 'a'.repeat(5000)])
        expect(await under.store.usePasskeyChallenge(nonce, NOW)).toBeUndefined();
    });
  });
}
