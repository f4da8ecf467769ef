// Decides whether an ID token proves which person signed in (OpenID Connect Core §3.1.3.7), with the machinery that
// verifies workloads: one issuer, one audience, asymmetric algorithms, bounded life. Access tokens, logout tokens and
// workload tokens of the same issuer are refused.

import type { Issuer } from '../model.ts';
import type { KeySource } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { parseCompact } from '../verify/compact-jws.ts';
import { Flaw, must } from '../verify/flaw.ts';
import { checkHeader } from '../verify/header.ts';
import type { JsonObject } from '../verify/json.ts';
import { type Kind, plainKind } from '../verify/kinds/kind.ts';
import { isPlainWords } from '../verify/plain-text.ts';
import { checkRegisteredClaims } from '../verify/registered-claims.ts';
import { verifySignature } from '../verify/signature.ts';
import type { PeopleIssuer, VerifiedPerson } from './person.ts';

/** Longest life of an ID token; Cognito lets it be set up to this. */
const MAX_ID_TOKEN_SECONDS = 86_400;
const MAX_GROUPS = 500;
const MAX_GROUP_CHARACTERS = 256;
const MAX_NAME_CHARACTERS = 200;

/** Claims that only workloads' tokens have, and the one of logout tokens. */
const FOREIGN_CLAIMS = ['kubernetes.io', 'https://sts.amazonaws.com/', 'events'];

/** ID tokens say their type or none; Entra names its certificate. */
const idTokens: Kind = {
  ...plainKind,
  headers: [...plainKind.headers, 'x5t'],
  types: [undefined, 'JWT'],
  maxLifetimeSeconds: MAX_ID_TOKEN_SECONDS,
};

/** Whom to believe about people. */
export interface PeopleTrust {
  readonly issuer: PeopleIssuer;
  readonly keys: KeySource;
}

/**
 * The person behind an ID token that was good at `at`.
 * @throws Refusal `sign_in_rejected`; `issuer_unavailable` when the issuer's keys cannot be had
 */
export async function verifyPerson(idToken: string, trust: PeopleTrust, at: Date): Promise<VerifiedPerson> {
  try {
    return await verify(idToken, trust, at);
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('sign_in_rejected', { detail: error.message, cause: error.cause });
  }
}

async function verify(idToken: string, trust: PeopleTrust, now: Date): Promise<VerifiedPerson> {
  const issuer = asIssuer(trust.issuer);
  const { header, claims } = parseCompact(idToken);
  must(issuer.issuer !== '' && claims['iss'] === issuer.issuer, 'issuer');
  const { alg, kid } = checkHeader(header, issuer, idTokens);
  const key = await trust.keys.find(issuer, { alg, ...(kid !== undefined && { kid }) });
  must(key !== undefined, 'key');
  must(key.algorithm === alg, 'key algorithm');
  verifySignature(idToken, key);
  const { subject, expiresAt } = checkRegisteredClaims(claims, { issuer, kind: idTokens, now });
  checkIsIdToken(claims, issuer.audience);
  const name = claims['name'];
  return makePerson({
    person: {
      issuer: issuer.issuer,
      subject,
      ...(isPlainWords(name, MAX_NAME_CHARACTERS) && { name }),
    },
    groups: readGroups(claims[trust.issuer.groupsClaim]),
    issuedAt: new Date(Number(claims['iat']) * 1000),
    expiresAt,
  });
}

/** The people's issuer in the form that keys are found by. */
export function asIssuer(people: PeopleIssuer): Issuer {
  return {
    name: 'people',
    kind: 'oidc',
    issuer: people.issuer,
    audience: people.audience,
    algorithms: people.algorithms,
    maxLifetimeSeconds: MAX_ID_TOKEN_SECONDS,
    replay: 'reusable',
    ...(people.jwksUri !== undefined && { jwksUri: people.jwksUri }),
  };
}

function checkIsIdToken(claims: JsonObject, audience: string): void {
  // Cognito and Keycloak say in the claims what the header leaves open
  must(claims['token_use'] === undefined || claims['token_use'] === 'id', 'token_use');
  must(claims['typ'] === undefined || claims['typ'] === 'ID', 'typ claim');
  must(claims['azp'] === undefined || claims['azp'] === audience, 'azp');
  for (const name of FOREIGN_CLAIMS) must(claims[name] === undefined, 'claim of another kind of token');
}

/** Groups as a list of texts; none when the person is in none. */
function readGroups(value: unknown): readonly string[] {
  if (value === undefined) return [];
  must(Array.isArray(value) && value.length <= MAX_GROUPS, 'groups');
  for (const group of value) must(isPlainWords(group, MAX_GROUP_CHARACTERS), 'groups');
  return Object.freeze([...(value as string[])]);
}

function makePerson(
  verified: Pick<VerifiedPerson, 'person' | 'groups' | 'issuedAt' | 'expiresAt'>,
): VerifiedPerson {
  return Object.freeze({ ...verified }) as unknown as VerifiedPerson;
}
