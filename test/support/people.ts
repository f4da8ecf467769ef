// The people's identity provider of tests: a real key made in memory, ID tokens as Cognito and others send them, and
// people with passkeys that were enrolled long ago.

import type { JsonWebKey } from 'node:crypto';
import type { Person } from '../../src/core/model.ts';
import type { Passkey, PeopleIssuer, PersonRecord, VerifiedPerson } from '../../src/core/people/person.ts';
import { asIssuer, type PeopleTrust, verifyPerson } from '../../src/core/people/verify-person.ts';
import { createAuthenticator, type TestAuthenticator } from './authenticator.ts';
import { NOW } from './grant.ts';
import { makeKey, memoryKeys } from './issuer.ts';
import { signJws } from './sign-jws.ts';

export const CONSOLE_ORIGIN = 'https://remit.acme.dev';
export const PEOPLE_ISSUER = 'https://login.acme.dev';

export interface TestPeople {
  readonly config: PeopleIssuer;
  readonly trust: PeopleTrust;
  /** As the issuer publishes it. */
  readonly keySet: { readonly keys: readonly JsonWebKey[] };
  /** An ID token, good for an hour from `now`; claims given here replace or, when undefined, remove the defaults. */
  signIn(who: SignIn): string;
}

export interface SignIn {
  readonly subject: string;
  readonly groups?: readonly string[];
  readonly now?: Date;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Makes the issuer with one fresh key. */
export function createTestPeople(changes: Partial<PeopleIssuer> = {}): TestPeople {
  const config: PeopleIssuer = {
    issuer: PEOPLE_ISSUER,
    audience: 'remit-console',
    groupsClaim: 'groups',
    algorithms: ['ES256'],
    roles: { viewer: ['auditors'], operator: ['remit-operators'], administrator: ['remit-administrators'] },
    ...changes,
  };
  const { privateKey, jwk } = makeKey('ES256');
  const signIn = ({ subject, groups = [], now = NOW, claims, header }: SignIn): string => {
    const iat = Math.floor(now.getTime() / 1000);
    const name = subject.slice(0, 1).toUpperCase() + subject.slice(1);
    const defaults = {
      iss: config.issuer,
      aud: config.audience,
      sub: subject,
      iat,
      exp: iat + 3600,
      name,
      [config.groupsClaim]: groups,
    };
    return signJws(
      {
        header: JSON.stringify({ alg: 'ES256', kid: jwk['kid'], typ: 'JWT', ...header }),
        payload: JSON.stringify({ ...defaults, ...claims }),
      },
      privateKey,
      'ES256',
    );
  };
  const keySet = { keys: [jwk] };
  return { config, trust: { issuer: config, keys: memoryKeys(asIssuer(config), keySet) }, keySet, signIn };
}

/** Somebody of the test company. */
export interface Persona {
  readonly person: Person;
  readonly groups: readonly string[];
  readonly key: TestAuthenticator;
  readonly record: PersonRecord;
  /** An ID token of now. */
  idToken(now?: Date): string;
  verified(now?: Date): Promise<VerifiedPerson>;
}

/** A person of these groups with one passkey that was enrolled a day before. */
export function createPersona(
  people: TestPeople,
  subject: string,
  groups: readonly string[] = ['finance-leads'],
): Persona {
  const key = createAuthenticator(CONSOLE_ORIGIN);
  const person = {
    issuer: people.config.issuer,
    subject,
    name: subject.slice(0, 1).toUpperCase() + subject.slice(1),
  };
  const idToken = (now = NOW) => people.signIn({ subject, groups, now });
  return {
    person,
    groups,
    key,
    record: { person, passkeys: [samplePasskey(key)], version: 1 },
    idToken,
    verified: (now = NOW) => verifyPerson(idToken(now), people.trust, now),
  };
}

/** An active passkey, changed as the test wants. */
export function samplePasskey(key: TestAuthenticator, changes: Partial<Passkey> = {}): Passkey {
  const dayBefore = new Date(NOW.getTime() - 86_400_000);
  return {
    credentialId: key.credentialId,
    publicKey: key.publicKey,
    transports: ['internal'],
    label: 'laptop',
    status: 'active',
    enrolledAt: dayBefore,
    activeSince: dayBefore,
    ...changes,
  };
}
