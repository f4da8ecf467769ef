// A process of its own: the real token function with the real AWS adapters over the canned transport, behind a plain
// HTTP server. Prints its port and a form to post.

import { createServer } from 'node:http';
import { marshall } from '@aws-sdk/util-dynamodb';
import { buildToken } from '../../lambda/token.ts';
import { avoidInlinedWasmCalls } from '../../src/adapters/local/wasm-calls.ts';
import { rawEvent } from '../../test/support/http.ts';
import { peopleEnvironment } from '../../test/support/people-environment.ts';
import { ASKED, PLACE, setScene } from '../scene.ts';
import { cannedAws } from './canned-aws.ts';

avoidInlinedWasmCalls();
const scene = await setScene('RS256');
const { agent, issuer, signer } = scene;
const registry = new Map([
  [`WORKLOAD#${issuer.issuer}#billing`, marshall({ agent: agent.id, claims: {} })],
  [
    `AGENT#${agent.id}`,
    marshall({ pk: `AGENT#${agent.id}`, ...agent, status: 'active' }, { removeUndefinedValues: true }),
  ],
]);
const answerKeys: typeof fetch = async (input) => {
  const body = String(input).endsWith('/keys')
    ? signer.keySet
    : { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/keys` };
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
};
const handler = buildToken(
  {
    BROKER_URL: 'https://broker.acme.dev',
    CATALOG_FILE: 'in memory',
    GRANTS_TABLE: 'grants',
    REGISTRY_TABLE: 'registry',
    REPLAY_TABLE: 'replay',
    BUDGETS_TABLE: 'budgets',
    ROLE_PREFIX: PLACE.prefix,
    ROLE_ACCOUNT: PLACE.account,
    ROLE_PARTITION: PLACE.partition,
    ...peopleEnvironment,
  },
  {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    catalog: scene.catalog,
    fetch: answerKeys,
    requestHandler: cannedAws(registry) as never,
    log: () => undefined,
  },
);

const form = new URLSearchParams({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: scene.nextAssertion(),
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  authorization_details: JSON.stringify([{ type: 'remit_task', ...ASKED }]),
}).toString();

const server = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const headers = { 'content-type': String(incoming.headers['content-type']) };
  const answer = await handler(rawEvent('POST', '/oauth2/token', body, headers));
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers as Record<string, string>).end(answer.body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/oauth2/token`, form })}\n`);
});
