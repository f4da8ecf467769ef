// An agent, or a workload of its platform, signs in as a person: with its own assertion, with a token of the people's
// issuer that is not an ID token, or with the claims of people under its own issuer.

import { beforeAll, expect, test } from 'vitest';
import { verifyPerson } from '../../src/core/people/verify-person.ts';
import { NOW } from '../support/grant.ts';
import { createTestIssuer, type TestIssuer } from '../support/issuer.ts';
import { createTestPeople } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';

const people = createTestPeople();
let agents: TestIssuer;

beforeAll(async () => {
  agents = await createTestIssuer({ kind: 'oidc', now: () => NOW });
});

const rejected = (token: string, trust = people.trust) => refusalOf(verifyPerson(token, trust, NOW));

test('[PEOPLE-6] the assertion of an agent, with whatever claims', async () => {
  const iat = Math.floor(NOW.getTime() / 1000);
  const claims = { groups: ['finance-leads'], aud: 'remit-console', iat, exp: iat + 300 };
  for (const iss of [agents.config.issuer, people.config.issuer]) {
    const token = await agents.sign({ sub: 'ben', iss, ...claims });
    expect(await rejected(token)).toMatchObject({ code: 'sign_in_rejected' });
  }
});

test.each([
  ['an access token of Cognito', { token_use: 'access' }],
  ['a refresh token of Keycloak', { typ: 'Refresh' }],
  ['a Bearer token of Keycloak', { typ: 'Bearer' }],
  ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ['a service account of Kubernetes', { 'kubernetes.io': { namespace: 'default' } }],
  ['a token of AWS STS', { 'https://sts.amazonaws.com/': { account: '111122223333' } }],
  ['a token for another party', { azp: 'payroll' }],
])('[PEOPLE-6] %s from the issuer of people', async (_, claims) => {
  const token = people.signIn({ subject: 'ben', groups: ['finance-leads'], claims });
  expect(await rejected(token)).toMatchObject({ code: 'sign_in_rejected' });
});

test.each([['at+jwt'], ['logout+jwt'], ['dpop+jwt'], ['oauth-id-jag+jwt'], ['wimse-id+jwt']])(
  '[PEOPLE-6] a token of type %s from the issuer of people',
  async (typ) => {
    const token = people.signIn({ subject: 'ben', header: { typ } });
    expect(await rejected(token)).toMatchObject({ code: 'sign_in_rejected' });
  },
);
