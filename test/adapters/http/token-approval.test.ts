// The real entries together: an agent asks the token function, a person decides at the approvals function with a passkey,
// the agent polls and gets its lease. Nothing in between but the tables.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildToken } from '../../../lambda/token.ts';
import type { Handler } from '../../../src/adapters/http/endpoint.ts';
import { peopleIssuer } from '../../../src/config/people.ts';
import { bodyOf, formEvent } from '../../support/http.ts';
import { CONSOLE_ORIGIN } from '../../support/people.ts';
import { type PeopleApi, publish, startPeopleApi } from '../../support/people-api.ts';
import { stsBesideTables } from '../../support/sts-beside-tables.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const CIBA = 'urn:openid:params:grant-type:ciba';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

let tables: Tables;
let api: PeopleApi;
let token: Handler;
let sts: ReturnType<typeof stsBesideTables>;
const lines: Record<string, unknown>[] = [];
const started: string[] = [];

beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  const { deps, issuer, keySet, people, catalog } = api.exchange;
  sts = stsBesideTables(deps.clock);
  const sources = [publish({ config: issuer, keySet }), publish(people)];
  const fetchKeys: typeof fetch = async (input) => {
    for (const source of sources) {
      const answer = await source(input);
      if (answer.ok) return answer;
    }
    return new Response('', { status: 404 });
  };
  token = buildToken(
    {
      BROKER_URL: issuer.audience,
      CATALOG_FILE: 'in memory',
      GRANTS_TABLE: TABLES.grants,
      REGISTRY_TABLE: TABLES.registry,
      REPLAY_TABLE: TABLES.replay,
      BUDGETS_TABLE: TABLES.budgets,
      PEOPLE_ISSUER: peopleIssuer.parse(people.config),
      CONSOLE_ORIGIN,
      PEOPLE_TABLE: TABLES.people,
      OUTBOX_TABLE: TABLES.outbox,
      EVIDENCE_TABLE: TABLES.evidence,
      FINDINGS_TABLE: TABLES.findings,
      WORKFLOW_ARN: 'in this process',
      ROLE_PREFIX: 'remit',
      ROLE_ACCOUNT: '111122223333',
      ROLE_PARTITION: 'aws',
    },
    {
      endpoint: tables.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      clock: deps.clock,
      catalog,
      fetch: fetchKeys,
      requestHandler: sts.handler as never,
      workflow: { start: async (grantId) => void started.push(grantId), wake: async () => true },
      log: (line) => void lines.push({ ...line }),
    },
  );
});
afterAll(() => tables.close());

async function send(fields: Record<string, string>) {
  const shown = { subject_token: await api.exchange.assertion(), subject_token_type: JWT };
  const answer = await token(formEvent('/oauth2/token', { ...shown, ...fields }));
  return { status: answer.statusCode, body: bodyOf(answer) };
}

const ask = (amount: number) =>
  send({
    grant_type: EXCHANGE,
    authorization_details: JSON.stringify([
      { type: 'remit_task', task: 'close-account', parameters: { amount }, purpose: 'asked by phone' },
    ]),
  });
const poll = (handle: unknown) => send({ grant_type: CIBA, auth_req_id: String(handle) });

test('[REDEEM-1] [REDEEM-2] [AWAIT-1] a request waits, a person approves with a passkey, a poll redeems it once', async () => {
  const { status, body } = await ask(70);
  expect([status, body['error']]).toEqual([400, 'authorization_pending']);
  const grantId = String(body['grant_id']);
  const handle = body['auth_req_id'];
  expect(started).toEqual([grantId]);

  api.exchange.pass(5);
  expect((await poll(handle)).body).toMatchObject({ error: 'authorization_pending', approved: 0 });
  expect(await poll(handle)).toMatchObject({
    status: 400,
    body: { error: 'slow_down', code: 'poll_too_early', interval: 10 },
  });

  const ben = await api.persona('ben');
  expect(await api.decide(grantId, ben, 'approve')).toMatchObject({
    status: 200,
    body: { status: 'approved' },
  });
  expect(sts.asked).toEqual([]);

  const redeemed = await poll(handle);
  expect(redeemed.status).toBe(200);
  expect(redeemed.body).toMatchObject({ grant_id: grantId, expires_in: 60, lease_kind: 'scoped' });
  expect(sts.asked).toEqual(['AssumeRole', 'GetScopedCredentials']);
  expect(await api.row(grantId)).toMatchObject({ status: 'active', leaseCount: 1 });

  expect(await poll(handle)).toMatchObject({ status: 400, body: { code: 'approval_redeemed' } });
  api.exchange.pass(30);
  const renewed = await send({ grant_type: EXCHANGE, grant_id: grantId, grant_handle: String(handle) });
  expect(renewed.status).toBe(200);
  expect(sts.asked).toHaveLength(4);
});

test('[AWAIT-6] a denial is told by its standard name, and nothing is minted', async () => {
  const { body } = await ask(71);
  const chloe = await api.persona('chloe');
  expect((await api.decide(String(body['grant_id']), chloe, 'deny')).status).toBe(200);
  const before = sts.asked.length;
  expect(await poll(body['auth_req_id'])).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  expect(sts.asked).toHaveLength(before);
});

test('no line of the log has a secret of the grant, of the person or of the lease', () => {
  const text = JSON.stringify(lines);
  expect(lines.length).toBeGreaterThan(5);
  for (const secret of ['eyJ', 'secret', 'asked by phone']) expect(text).not.toContain(secret);
});
