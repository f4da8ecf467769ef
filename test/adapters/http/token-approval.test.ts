// The real entries together: an agent asks the token function, a person decides at the approvals function with a passkey,
// the agent polls and gets its lease. Nothing in between but the tables.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf, formEvent } from '../../support/http.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { startTokenBesidePeople, type TokenBesidePeople } from '../../support/token-beside-people.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const CIBA = 'urn:openid:params:grant-type:ciba';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

let tables: Tables;
let world: TokenBesidePeople;
beforeAll(async () => {
  tables = await startTables();
  world = await startTokenBesidePeople(tables);
});
afterAll(() => tables.close());

async function send(fields: Record<string, string>) {
  const shown = { subject_token: await world.api.exchange.assertion(), subject_token_type: JWT };
  const answer = await world.token(formEvent('/oauth2/token', { ...shown, ...fields }));
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
  expect(world.started).toEqual([grantId]);

  world.api.exchange.pass(5);
  expect((await poll(handle)).body).toMatchObject({ error: 'authorization_pending', approved: 0 });
  expect(await poll(handle)).toMatchObject({
    status: 400,
    body: { error: 'slow_down', code: 'poll_too_early', interval: 10 },
  });

  const ben = await world.api.persona('ben');
  expect(await world.api.decide(grantId, ben, 'approve')).toMatchObject({
    status: 200,
    body: { status: 'approved' },
  });
  expect(world.sts.asked).toEqual([]);

  const redeemed = await poll(handle);
  expect(redeemed.status).toBe(200);
  expect(redeemed.body).toMatchObject({ grant_id: grantId, expires_in: 60, lease_kind: 'scoped' });
  expect(world.sts.asked).toEqual(['AssumeRole', 'GetScopedCredentials']);
  expect(await world.api.row(grantId)).toMatchObject({ status: 'active', leaseCount: 1 });

  expect(await poll(handle)).toMatchObject({ status: 400, body: { code: 'approval_redeemed' } });
  world.api.exchange.pass(30);
  const renewed = await send({ grant_type: EXCHANGE, grant_id: grantId, grant_handle: String(handle) });
  expect(renewed.status).toBe(200);
  expect(world.sts.asked).toHaveLength(4);
});

test('[AWAIT-6] a denial is told by its standard name, and nothing is minted', async () => {
  const { body } = await ask(71);
  const chloe = await world.api.persona('chloe');
  expect((await world.api.decide(String(body['grant_id']), chloe, 'deny')).status).toBe(200);
  const before = world.sts.asked.length;
  expect(await poll(body['auth_req_id'])).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  expect(world.sts.asked).toHaveLength(before);
});

test('no line of the log has a secret of the grant, of the person or of the lease', () => {
  const text = JSON.stringify(world.lines);
  expect(world.lines.length).toBeGreaterThan(5);
  for (const secret of ['eyJ', 'secret', 'asked by phone']) expect(text).not.toContain(secret);
});
