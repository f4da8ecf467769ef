// A client that knows OAuth and nothing of Remit: discovery, token exchange, revocation and introspection by
// oauth4webapi, which refuses answers that the RFCs do not allow.

import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocal } from '../support/local.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const insecure = { [oauth.allowInsecureRequests]: true };
const client: oauth.Client = { client_id: 'any' };

let local: Local;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  local = await startLocal();
  const issuer = new URL(local.brokerUrl);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  server = await oauth.processDiscoveryResponse(issuer, answer);
});
afterAll(() => local.close());

async function exchange(parameters: object): Promise<Response> {
  const details = [
    {
      type: 'remit_task',
      task: 'export-invoices',
      parameters,
      purpose: 'statement of an independent client',
    },
  ];
  const form = new URLSearchParams({
    subject_token: await local.assertion('billing-agent'),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    requested_token_type: 'urn:remit:token-type:aws-credentials',
    authorization_details: JSON.stringify(details),
  });
  return oauth.genericTokenEndpointRequest(server, client, oauth.None(), EXCHANGE, form, insecure);
}

test('[CONFORM-1] reads the metadata', () => {
  expect(server.grant_types_supported).toContain(EXCHANGE);
  expect(server.token_endpoint).toBe(`${local.brokerUrl}/oauth2/token`);
});

test('[CONFORM-2] exchanges an assertion for a lease, and revokes it', async () => {
  const answer = await exchange({ customer: 'cus_12345678', month: '2026-10' });
  const body = (await answer.clone().json()) as Record<string, string>;
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({
    token_type: 'N_A',
    issued_token_type: 'urn:remit:token-type:aws-credentials',
  });
  const credentials: unknown = JSON.parse(Buffer.from(body['access_token'] ?? '', 'base64url').toString());
  expect(credentials).toMatchObject({ Version: 1, AccessKeyId: expect.stringMatching(/^ASIA/) });

  const assertion = await local.assertion('billing-agent');
  const proves: oauth.ClientAuth = (_, __, form) => {
    form.set('client_assertion', assertion);
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  };
  const revoked = await oauth.revocationRequest(server, client, proves, body['grant_handle'] ?? '', insecure);
  expect(await oauth.processRevocationResponse(revoked)).toBeUndefined();
});

test('[CONFORM-3] reads a refusal as an OAuth error', async () => {
  const answer = await exchange({ customer: 'cus_*', month: '2026-10' });
  const failure = oauth.processGenericTokenEndpointResponse(server, client, answer);
  await expect(failure).rejects.toMatchObject({ error: 'invalid_authorization_details', status: 400 });
});
