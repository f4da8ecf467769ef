// What can become of a request that people decide, in local mode through the real endpoints and under the functions' own
// roles: a quorum, the wrong person, a denial, time, an emergency, and what comes after the end.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../support/local-people.ts';
import { catalogOfTwo, refundAgent } from '../support/refund-request.ts';

type Json = Record<string, unknown>;

let catalog: ReturnType<typeof catalogOfTwo>;
let local: Local;
let people: LocalPeople;
let ada: LocalPerson;
let ben: LocalPerson;
let chloe: LocalPerson;
let eve: LocalPerson;
let olga: LocalPerson;

beforeAll(async () => {
  catalog = catalogOfTwo();
  local = await startLocal({ catalogDirectory: catalog.directory });
  people = peopleOf(local);
  // an ID token is an hour long and time is moved by less: keys first, requests after
  [ada, ben, chloe, eve, olga] = [
    await people.enrol('ada'),
    await people.enrol('ben'),
    await people.enrol('chloe'),
    await people.enrol('eve'),
    await people.enrol('olga'),
  ];
  local.clock.forward(1);
}, 120_000);
afterAll(async () => {
  await local?.close();
  catalog.remove();
});

const ask = (amount?: number) => refundAgent(local).ask(amount);
const poll = (handle: string) => refundAgent(local).poll(handle);
const approve = { decision: 'approve' };

describe('a quorum of two', () => {
  test('[OUTCOME-1] one of them is not enough, both are, and the approval is redeemed once', async () => {
    const { grantId, handle, told } = await ask();
    expect(told).toMatchObject({ status: 400, quorum: 2, approved: 0 });
    const first = await people.decide(ben, grantId, approve);
    expect(first).toMatchObject({ status: 200, body: { status: 'pending', approved: 1, quorum: 2 } });
    expect(await poll(handle)).toMatchObject({ error: 'authorization_pending', approved: 1 });
    const second = await people.decide(chloe, grantId, approve);
    expect(second).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(await poll(handle)).toMatchObject({ status: 200, grant_id: grantId, lease_kind: 'scoped' });
    expect(await poll(handle)).toMatchObject({ status: 400, code: 'approval_redeemed' });
  });

  test('[OUTCOME-2] the same person counts once, and is told so', async () => {
    const { grantId, handle } = await ask();
    await people.decide(ben, grantId, approve);
    const again = await people.decide(ben, grantId, approve);
    expect(again).toMatchObject({ status: 409, body: { code: 'decided_already' } });
    expect(await poll(handle)).toMatchObject({ error: 'authorization_pending', approved: 1 });
  });

  test('[OUTCOME-3] one denial ends it, whoever approved before, and nobody can turn that', async () => {
    const { grantId, handle } = await ask();
    await people.decide(ben, grantId, approve);
    expect(await people.decide(chloe, grantId, { decision: 'deny', reason: 'not this month' })).toMatchObject(
      {
        body: { status: 'denied' },
      },
    );
    expect(await poll(handle)).toMatchObject({ status: 400, error: 'access_denied', code: 'grant_denied' });
    const late = await people.decide(olga, grantId, { decision: 'break-glass', reason: 'now' });
    expect(late).toMatchObject({ status: 409, body: { code: 'request_closed' } });
  });
});

describe('the wrong person', () => {
  test('[OUTCOME-4] the owner of the agent, and people of no group, decide nothing', async () => {
    const { grantId } = await ask();
    expect(await people.decide(ada, grantId, approve)).toMatchObject({
      status: 403,
      body: { code: 'owner_may_not_decide' },
    });
    const nobody = await people.decide(eve, grantId, approve);
    expect([403, 404]).toContain(nobody.status);
    const seen = await people.get(`/api/approvals/${grantId}`, eve.token);
    expect(seen.status).toBe(404);
  });

  test('[OUTCOME-5] an agent’s assertion opens none of the doors of people', async () => {
    const { grantId } = await ask();
    const assertion = await local.assertion('billing-agent');
    const answer = await people.decide({ ...ben, token: assertion }, grantId, approve);
    expect(answer).toMatchObject({ status: 401, body: { code: 'sign_in_rejected' } });
  });

  test('[OUTCOME-6] a signature for one request decides no other, and none a second time', async () => {
    const one = await ask();
    const other = await ask(90);
    const opened = await people.call(`/api/approvals/${one.grantId}/challenge`, ben.token, approve);
    const { nonce, challenge } = opened.body as { nonce: string; challenge: string };
    const signed = { nonce, assertion: ben.key.assert({ challenge }) };
    const elsewhere = await people.call(`/api/approvals/${other.grantId}/decision`, ben.token, signed);
    expect(elsewhere.status).toBe(400);
    const stolen = await people.call(`/api/approvals/${one.grantId}/decision`, chloe.token, signed);
    expect(stolen.status).toBe(400);
    expect(await poll(other.handle)).toMatchObject({ error: 'authorization_pending', approved: 0 });
    expect(await poll(one.handle)).toMatchObject({ error: 'authorization_pending', approved: 0 });
  });
});

test('[OUTCOME-7] an emergency: one of a group of its own approves alone, with a reason, and it is a finding', async () => {
  const { grantId, handle } = await ask();
  const silent = await people.decide(olga, grantId, { decision: 'break-glass' });
  expect(silent).toMatchObject({ status: 400, body: { code: 'reason_missing' } });
  const done = await people.decide(olga, grantId, { decision: 'break-glass', reason: 'incident 17' });
  expect(done).toMatchObject({ status: 200, body: { status: 'approved' } });
  expect(await poll(handle)).toMatchObject({ status: 200, grant_id: grantId });
  const { body } = await people.get('/api/findings', olga.token);
  const findings = body['findings'] as readonly Json[];
  expect(findings.filter((each) => each['grantId'] === grantId)).toMatchObject([{ kind: 'break-glass' }]);
  const { grants } = (await people.get('/api/grants?agent=billing-agent', olga.token)).body as {
    grants: Json[];
  };
  expect(grants.find((each) => each['grantId'] === grantId)).toMatchObject({ breakGlassUsed: true });
});

test('[OUTCOME-8] when nobody decides in time it lapses, and a late decision changes nothing', async () => {
  const { grantId, handle } = await ask();
  await people.decide(ben, grantId, approve);
  local.clock.forward(601);
  expect(await people.decide(chloe, grantId, approve)).toMatchObject({
    status: 409,
    body: { code: 'request_closed' },
  });
  await local.sweep();
  expect(await poll(handle)).toMatchObject({ status: 400, error: 'expired_token', code: 'grant_lapsed' });
});
