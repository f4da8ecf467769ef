// The flows of passkeys over the real store, with people whose keys are software.

import { randomBytes } from 'node:crypto';
import { createPeopleStore } from '../../src/adapters/aws/people-table.ts';
import type { Person } from '../../src/core/model.ts';
import { beginConfirmation, confirmPasskey } from '../../src/core/people/confirm.ts';
import { beginEnrolment, type Enrolled, finishEnrolment } from '../../src/core/people/enrol.ts';
import type { PasskeyDeps } from '../../src/core/people/passkey-deps.ts';
import { passkeyChallenge } from '../../src/core/people/passkey-texts.ts';
import type { Passkey } from '../../src/core/people/person.ts';
import type { PasskeyChallengeStore, PeopleStore } from '../../src/core/people/ports.ts';
import { beginRemoval, removePasskey } from '../../src/core/people/remove.ts';
import { createAuthenticator, type TestAuthenticator } from './authenticator.ts';
import { NOW } from './grant.ts';
import { ENROLLED, REQUEST } from './passkey-events.ts';
import { CONSOLE_ORIGIN, createPersona, createTestPeople, type Persona, type TestPeople } from './people.ts';
import { TABLES, type Tables } from './tables.ts';

/** How an enrolment differs from what the page would do. */
export interface Enrolling {
  readonly as: Persona;
  readonly key?: TestAuthenticator;
  readonly label?: string;
  /** Key that vouches. */
  readonly vouching?: TestAuthenticator;
  /** The key that the vouching one is shown. @default the new one */
  readonly shown?: TestAuthenticator;
}

export interface PasskeyScene {
  readonly deps: PasskeyDeps;
  readonly store: PeopleStore & PasskeyChallengeStore;
  readonly people: TestPeople;
  pass(seconds: number): void;
  /** With an active key of the day before, unless told. */
  persona(subject: string, groups?: readonly string[], enrolled?: boolean): Promise<Persona>;
  enrol(enrolling: Enrolling): Promise<Enrolled & { readonly key: TestAuthenticator }>;
  /** With a reason, unless told. */
  confirm(as: Persona, of: Persona, credentialId: string, reason?: string): Promise<Passkey>;
  /** Somebody else's with a reason, unless told. */
  remove(
    as: Persona,
    credentialId: string,
    of?: { readonly person: Person; readonly reason?: string | undefined },
  ): Promise<Passkey>;
}

/** Builds the flows over these tables. */
export function startPasskeys({ client }: Tables): PasskeyScene {
  const people = createTestPeople();
  const store = createPeopleStore({ client, table: TABLES.people });
  const time = { now: NOW };
  const deps: PasskeyDeps = {
    people: store,
    challenges: store,
    issuer: people.config,
    site: { origin: CONSOLE_ORIGIN },
    clock: () => time.now,
    random: { bytes: (count) => randomBytes(count) },
  };

  async function enrol({ as, label = 'phone', vouching, shown, ...given }: Enrolling) {
    const key = given.key ?? createAuthenticator(CONSOLE_ORIGIN);
    const person = await as.verified(time.now);
    const { nonce, options, existing } = await beginEnrolment(deps, { person, label });
    const credential = key.register({ challenge: options.challenge });
    const told = (shown ?? key).register({ challenge: options.challenge }).response;
    const { attestationObject } = told;
    const signed = passkeyChallenge(
      'remit/passkey-add/v1',
      {
        nonce,
        person: as.person,
        terms: { kind: 'enrol', label },
        expiresAt: existing?.expiresAt ?? time.now,
      },
      { attestationObject },
    );
    const answer = vouching && { existing: vouching.assert({ challenge: signed }) };
    return { ...(await finishEnrolment(deps, { person, nonce, credential, ...answer }, REQUEST)), key };
  }

  return {
    deps,
    store,
    people,
    pass: (seconds) => {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
    async persona(subject, groups = ['finance-leads'], enrolled = true) {
      const persona = createPersona(people, subject, groups);
      if (enrolled) await store.putPerson(persona.record, ENROLLED);
      return persona;
    },
    enrol,
    async confirm(as, of, credentialId, reason = 'read out in person') {
      const person = await as.verified(time.now);
      const { nonce, challenge } = await beginConfirmation(deps, {
        person,
        of: of.person,
        credentialId,
        reason,
      });
      return confirmPasskey(deps, { person, nonce, assertion: as.key.assert({ challenge }) }, REQUEST);
    },
    async remove(as, credentialId, of) {
      const person = await as.verified(time.now);
      const reason = of && 'reason' in of ? of.reason : of && 'lost';
      const asked = { person, credentialId, of: of?.person, reason };
      const { nonce, challenge } = await beginRemoval(deps, asked);
      return removePasskey(deps, { person, nonce, assertion: as.key.assert({ challenge }) }, REQUEST);
    },
  };
}
