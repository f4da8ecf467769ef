// What an agent hears that polls, as OpenID Connect CIBA Core 1.0 §11 has it, at the token function itself.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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
});
afterAll(() => tables.close());
beforeEach(async () => {
  world = await startTokenBesidePeople(tables);
});

async function send(fields: Record<string, string>, subject?: string) {
  const assertion = await world.api.exchange.assertion(subject);
  const shown = { subject_token: assertion, subject_token_type: JWT };
  const answer = await world.token(formEvent('/oauth2/token', { ...shown, ...fields }));
  return { status: answer.statusCode, body: bodyOf(answer) };
}

async function ask() {
  const task = { type: 'remit_task', task: 'close-account', parameters: { amount: 70 }, purpose: 'by phone' };
  const { body } = await send({ grant_type: EXCHANGE, authorization_details: JSON.stringify([task]) });
  return { grantId: String(body['grant_id']), authReqId: String(body['auth_req_id']) };
}

const poll = (authReqId: string, subject?: string) =>
  send({ grant_type: CIBA, auth_req_id: authReqId }, subject);

test('[AWAIT-3] slow_down adds five seconds to this and all later polls', async () => {
  const { authReqId } = await ask();
  const { pass } = world.api.exchange;
  const heard: unknown[] = [];
  for (const seconds of [5, 2, 9, 5, 14, 15, 15]) {
    pass(seconds);
    const { status, body } = await poll(authReqId);
    expect(status).toBe(400);
    heard.push([seconds, body['error'], body['interval']]);
  }
  expect(heard).toEqual([
    [5, 'authorization_pending', 5],
    [2, 'slow_down', 10],
    // a second early is on time: networks are not even
    [9, 'authorization_pending', 10],
    [5, 'slow_down', 15],
    [14, 'authorization_pending', 15],
    [15, 'authorization_pending', 15],
    [15, 'authorization_pending', 15],
  ]);
});

test('[AWAIT-6] expired_token once nobody decided in time', async () => {
  const { authReqId } = await ask();
  world.api.exchange.pass(600);
  expect(await poll(authReqId)).toMatchObject({ status: 400, body: { error: 'expired_token' } });
});

test('[AWAIT-6] access_denied once somebody said no, however often it is asked', async () => {
  const { grantId, authReqId } = await ask();
  await world.api.decide(grantId, await world.api.persona('chloe'), 'deny');
  for (let time = 0; time < 2; time += 1)
    expect(await poll(authReqId)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
});

test('[AWAIT-7] an auth_req_id that is unknown, malformed or another workload’s is an invalid_grant, all alike', async () => {
  const { grantId, authReqId } = await ask();
  await world.api.decide(grantId, await world.api.persona('ben'), 'approve');
  const answers = [
    await poll(`${grantId}.${'A'.repeat(43)}`),
    await poll(`01ARZ3NDEKTSV4RRFFQ69G5FAV.${'A'.repeat(43)}`),
    await poll('nothing like it'),
    await poll(grantId),
    await poll(authReqId, 'sibling'),
    await poll(authReqId, 'support'),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_grant', code: 'grant_unknown' });
    expect(body).not.toHaveProperty('grant_id');
  }
  expect(world.sts.asked).toEqual([]);
  // and it is still there for its own workload
  expect((await poll(authReqId)).status).toBe(200);
});

test('[REDEEM-2] an auth_req_id that was redeemed is an invalid_grant', async () => {
  const { grantId, authReqId } = await ask();
  await world.api.decide(grantId, await world.api.persona('dan'), 'approve');
  expect((await poll(authReqId)).status).toBe(200);
  expect(await poll(authReqId)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('[AWAIT-7] a poll without an auth_req_id, or without its own workload’s assertion, gives nothing', async () => {
  const { authReqId } = await ask();
  expect(await send({ grant_type: CIBA })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  const bare = await world.token(formEvent('/oauth2/token', { grant_type: CIBA, auth_req_id: authReqId }));
  expect([bare.statusCode, bodyOf(bare)['error']]).toEqual([400, 'invalid_request']);
  const forged = {
    grant_type: CIBA,
    auth_req_id: authReqId,
    subject_token: 'ey.ey.ey',
    subject_token_type: JWT,
  };
  const answer = await world.token(formEvent('/oauth2/token', forged));
  expect([answer.statusCode, bodyOf(answer)['error']]).toEqual([401, 'invalid_client']);
});
