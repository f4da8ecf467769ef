// Which ID tokens prove a person, and what is read from them.

import { describe, expect, test } from 'vitest';
import { rolesOf } from '../../../src/core/people/roles.ts';
import { asIssuer, verifyPerson } from '../../../src/core/people/verify-person.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { NOW } from '../../support/grant.ts';
import { createTestPeople } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';

const people = createTestPeople();
const SECOND = 1000;
const iat = NOW.getTime() / SECOND;
const at = (seconds: number) => new Date(NOW.getTime() + seconds * SECOND);
const tokenWith = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  people.signIn({ subject: 'ben', groups: ['finance-leads'], claims, header });
const read = (token: string, now = NOW) => verifyPerson(token, people.trust, now);
const codeOf = async (token: string, now = NOW) => (await refusalOf(read(token, now))).code;

describe('[PEOPLE-6] accepted', () => {
  test('a person is issuer and subject, with name, groups and times', async () => {
    expect(await read(tokenWith({}))).toMatchObject({
      person: { issuer: people.config.issuer, subject: 'ben', name: 'Ben' },
      groups: ['finance-leads'],
      issuedAt: NOW,
      expiresAt: at(3600),
    });
  });

  test.each([
    ['without a type', {}, { typ: undefined }],
    ['of Cognito', { token_use: 'id', event_id: 'x', auth_time: iat }, {}],
    ['of Keycloak', { typ: 'ID', azp: 'remit-console', session_state: 'x' }, {}],
    ['with the thumbprint that Entra writes', {}, { x5t: 'abc' }],
    ['of a whole day', { exp: iat + 86_400 }, {}],
    ['of a clock that is a little ahead', { iat: iat + 30, exp: iat + 3600 }, {}],
    ['with an audience in a list of one', { aud: ['remit-console'] }, {}],
  ])('%s', async (_, claims, header) => {
    expect((await read(tokenWith(claims, header))).person.subject).toBe('ben');
  });

  test.each([
    ['a name that cannot be shown', { name: 'Ben\u202e' }],
    ['a name of another type', { name: { first: 'Ben' } }],
    ['no name', { name: undefined }],
  ])('%s is left out', async (_, claims) => {
    expect((await read(tokenWith(claims))).person).toEqual({
      issuer: people.config.issuer,
      subject: 'ben',
    });
  });

  test('somebody without a groups claim is in no group', async () => {
    expect((await read(tokenWith({ groups: undefined }))).groups).toEqual([]);
  });
});

describe('[PEOPLE-6] refused', () => {
  test.each([
    ['another issuer', { iss: 'https://login.evil.dev' }],
    ['the issuer with a slash', { iss: `${people.config.issuer}/` }],
    ['another audience', { aud: 'payroll' }],
    ['two audiences', { aud: ['remit-console', 'payroll'] }],
    ['no audience', { aud: undefined }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that cannot be shown', { sub: 'ben\u0000' }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is text', { exp: String(iat + 3600) }],
    ['no time of issue', { iat: undefined }],
    ['more than a day', { exp: iat + 86_401 }],
    ['a time of issue far ahead', { iat: iat + 600, exp: iat + 3600 }],
    ['not valid yet', { nbf: iat + 600 }],
    ['groups in one text', { groups: 'finance-leads' }],
    ['groups as an object', { groups: { 0: 'finance-leads' } }],
    ['a group that is a number', { groups: ['finance-leads', 7] }],
    ['a group that cannot be shown', { groups: ['finance-leads\n'] }],
    ['more groups than anybody has', { groups: Array.from({ length: 501 }, (_, index) => `g${index}`) }],
  ])('%s', async (_, claims) => {
    expect(await codeOf(tokenWith(claims))).toBe('sign_in_rejected');
  });

  test('a token of yesterday, and one that ends now', async () => {
    expect(await codeOf(tokenWith({}), at(86_400))).toBe('sign_in_rejected');
    expect(await codeOf(tokenWith({}), at(3600 + 120))).toBe('sign_in_rejected');
  });

  test.each([
    ['no algorithm', { alg: 'none' }],
    ['a shared secret', { alg: 'HS256' }],
    ['an algorithm that is not listed', { alg: 'RS256' }],
    ['an unknown key', { kid: 'other' }],
    ['a key of its own', { jwk: {} }],
    ['a critical header', { crit: ['exp'] }],
  ])('%s in the header', async (_, header) => {
    expect(await codeOf(tokenWith({}, header))).toBe('sign_in_rejected');
  });

  test('the sentence does not tell which check it was, and never the token', async () => {
    const token = tokenWith({ aud: 'payroll' });
    const other = tokenWith({ exp: undefined });
    const [one, two] = [await refusalOf(read(token)), await refusalOf(read(other))];
    expect(one.message).toBe(two.message);
    expect(JSON.stringify([one.message, one.detail, one.members])).not.toContain(token.slice(0, 40));
  });

  test('keys that cannot be had are no verdict about the person', async () => {
    const keys = { find: () => Promise.reject(new Refusal('issuer_unavailable')) };
    const call = verifyPerson(tokenWith({}), { ...people.trust, keys }, NOW);
    expect((await refusalOf(call)).code).toBe('issuer_unavailable');
  });

  test('a token of the same name from an issuer without a name', async () => {
    const trust = { ...people.trust, issuer: { ...people.config, issuer: '' } };
    const call = verifyPerson(tokenWith({ iss: '' }), trust, NOW);
    expect((await refusalOf(call)).code).toBe('sign_in_rejected');
  });
});

test('[PEOPLE-6] people are verified by the audience of people alone', () => {
  expect(asIssuer(people.config)).toMatchObject({ audience: 'remit-console', algorithms: ['ES256'] });
});

test.each([
  [[], []],
  [['finance-leads'], []],
  [['auditors'], ['viewer']],
  [['remit-operators'], ['viewer', 'operator']],
  [['remit-administrators'], ['viewer', 'administrator']],
  [
    ['remit-administrators', 'auditors', 'remit-operators'],
    ['viewer', 'operator', 'administrator'],
  ],
  [['remit-administrators2', 'Remit-Operators'], []],
])('[PEOPLE-6] the groups %j carry the roles %j', (groups, roles) => {
  expect(rolesOf(groups, people.config)).toEqual(roles);
});
