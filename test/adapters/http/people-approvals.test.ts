// Requests that people see and decide, over the real entry.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { challengeOf } from '../../../src/core/approve/challenge.ts';
import type { Persona } from '../../support/people.ts';
import { type PeopleApi, startPeopleApi } from '../../support/people-api.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let api: PeopleApi;
let ada: Persona;
let ben: Persona;
let chloe: Persona;
let olga: Persona;
let eve: Persona;
let vic: Persona;
beforeAll(async () => {
  tables = await startTables();
  api = await startPeopleApi(tables);
  ada = await api.persona('ada');
  ben = await api.persona('ben');
  chloe = await api.persona('chloe');
  olga = await api.persona('olga', ['incident-commanders']);
  eve = await api.persona('eve', []);
  vic = await api.persona('vic', ['auditors']);
});
afterAll(() => tables.close());

const open = (grantId: string, as: Persona, body: unknown = { decision: 'approve' }) =>
  api.call('POST', `/api/approvals/${grantId}/challenge`, { as, body });
const answer = (grantId: string, as: Persona, body: unknown) =>
  api.call('POST', `/api/approvals/${grantId}/decision`, { as, body });

describe('what waits', () => {
  test('[PAPI-7] is listed for those who may see it, and for nobody else', async () => {
    const grantId = await api.ask();
    const listed = async (as: Persona) => {
      const { status, body } = await api.call('GET', '/api/approvals', { as });
      expect(status).toBe(200);
      return (body['approvals'] as { grantId: string; mine: string }[]).find(
        (each) => each.grantId === grantId,
      );
    };
    expect(await listed(ben)).toMatchObject({ task: 'close-account', mine: 'can-decide', quorum: 1 });
    expect(await listed(ada)).toMatchObject({ mine: 'owner' });
    expect(await listed(vic)).toMatchObject({ mine: 'not-an-approver' });
    expect(await listed(eve)).toBeUndefined();
  });

  test('[PAPI-7] is shown with its facts, whose hash is the request digest', async () => {
    const grantId = await api.ask();
    const { status, body } = await api.call('GET', `/api/approvals/${grantId}`, { as: ben });
    expect(status).toBe(200);
    const facts = new TextEncoder().encode(String(body['facts']));
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', facts)).toString('hex');
    expect(body).toMatchObject({
      grantId,
      requestDigest: `sha256:${digest}`,
      purpose: 'monthly statement',
      parameters: { amount: 70 },
      changed: false,
      decisions: [],
    });
  });

  test.each([
    ['of somebody who may not see it', async () => [await api.ask(), eve]],
    ['that does not exist', async () => ['01ARZ3NDEKTSV4RRFFQ69G5FAV', ben]],
    ['with a name that is none', async () => ['..%2f', ben]],
  ] as const)('[PAPI-7] a request %s is unknown', async (_, make) => {
    const [grantId, as] = (await make()) as [string, Persona];
    const { status, body } = await api.call('GET', `/api/approvals/${grantId}`, { as });
    expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'request_unknown' });
  });
});

describe('a decision', () => {
  test('[PAPI-8] is a challenge over exactly what is decided, and its answer', async () => {
    const grantId = await api.ask();
    const { body } = await open(grantId, ben, { decision: 'approve', reason: 'as agreed' });
    const row = await api.row(grantId);
    expect(body).toEqual({
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: expect.any(String),
      challenge: expect.any(String),
      credentialIds: [ben.key.credentialId],
      rpId: 'remit.acme.dev',
    });
    const terms = {
      grantId: row?.grantId ?? ('' as never),
      requestDigest: row?.requestDigest ?? '',
      decision: 'approve',
      reason: 'as agreed',
      approver: { issuer: ben.person.issuer, subject: ben.person.subject },
      nonce: String(body['nonce']),
      expiresAt: new Date(String(body['expiresAt'])),
    } as const;
    expect(body['challenge']).toBe(Buffer.from(challengeOf(terms)).toString('base64url'));
    const assertion = ben.key.assert({ challenge: String(body['challenge']) });
    const told = await answer(grantId, ben, { nonce: body['nonce'], assertion });
    expect(told).toMatchObject({
      status: 200,
      body: { grantId, status: 'approved', approved: 1, quorum: 1 },
    });
    expect(await api.row(grantId)).toMatchObject({
      status: 'approved',
      approvals: [{ approver: { subject: 'ben' }, decision: 'approve', reason: 'as agreed' }],
    });
  });

  test('[PAPI-8] of one denies', async () => {
    const grantId = await api.ask();
    expect((await api.decide(grantId, ben, 'deny', 'not now')).body).toMatchObject({ status: 'denied' });
    expect(await api.row(grantId)).toMatchObject({ status: 'denied' });
  });

  test('[PAPI-8] of two is needed where the task says so', async () => {
    const grantId = await api.ask('two-people');
    expect((await api.decide(grantId, ben, 'approve')).body).toMatchObject({
      status: 'pending',
      approved: 1,
      quorum: 2,
    });
    expect((await api.decide(grantId, ben, 'approve')).body).toMatchObject({ code: 'decided_already' });
    expect((await api.decide(grantId, chloe, 'approve')).body).toMatchObject({
      status: 'approved',
      approved: 2,
    });
  });

  test('[PAPI-8] that comes second is told that the outcome stands', async () => {
    const grantId = await api.ask();
    const { body } = await open(grantId, chloe, { decision: 'deny' });
    await api.decide(grantId, ben, 'approve');
    const assertion = chloe.key.assert({ challenge: String(body['challenge']) });
    const told = await answer(grantId, chloe, { nonce: body['nonce'], assertion });
    expect(told).toMatchObject({
      status: 409,
      body: { code: 'request_closed', grant_status: 'approved' },
    });
  });

  test('[PAPI-8] of two people at once has one outcome', async () => {
    const grantId = await api.ask();
    const told = await Promise.all([api.decide(grantId, ben, 'approve'), api.decide(grantId, chloe, 'deny')]);
    const won = told.filter(({ status }) => status === 200);
    const lost = told.filter(({ status }) => status !== 200);
    expect(won).toHaveLength(1);
    expect(lost[0]).toMatchObject({ status: 409, body: { code: 'request_closed' } });
    expect((await api.row(grantId))?.status).toBe(won[0]?.body['status']);
  });

  test('[PAPI-8] repeated, as after a lost answer, is answered as before', async () => {
    const grantId = await api.ask();
    const { body } = await open(grantId, ben);
    const again = {
      nonce: body['nonce'],
      assertion: ben.key.assert({ challenge: String(body['challenge']) }),
    };
    const first = await answer(grantId, ben, again);
    expect(await answer(grantId, ben, again)).toEqual(first);
    expect((await api.row(grantId))?.approvals).toHaveLength(1);
  });

  test('[PAPI-8] after the time is over is none', async () => {
    const grantId = await api.ask();
    const { body } = await open(grantId, ben);
    api.exchange.pass(601);
    const assertion = ben.key.assert({ challenge: String(body['challenge']) });
    const late = await answer(grantId, ben, { nonce: body['nonce'], assertion });
    expect(late).toMatchObject({ status: 400, body: { code: 'challenge_unknown' } });
    expect(await open(grantId, ben)).toMatchObject({ status: 409, body: { code: 'request_closed' } });
    expect((await api.row(grantId))?.approvals).toEqual([]);
  });

  test('[PAPI-8] by somebody whose sign-in ran out in between is none', async () => {
    const grantId = await api.ask();
    const now = api.exchange.deps.clock();
    const token = api.people.signIn({
      subject: 'ben',
      groups: ['finance-leads'],
      now,
      claims: { exp: Math.floor(now.getTime() / 1000) + 20 },
    });
    const path = `/api/approvals/${grantId}`;
    const { body } = await api.call('POST', `${path}/challenge`, { token, body: { decision: 'approve' } });
    const assertion = ben.key.assert({ challenge: String(body['challenge']) });
    api.exchange.pass(60);
    const sent = { nonce: body['nonce'], assertion };
    const late = await api.call('POST', `${path}/decision`, { token, body: sent });
    expect(late).toMatchObject({ status: 401, body: { code: 'sign_in_rejected' } });
    expect((await api.row(grantId))?.approvals).toEqual([]);
    // the challenge still stands for who signs in again in time
    expect(await answer(grantId, ben, sent)).toMatchObject({ status: 200 });
  });

  test('[PAPI-8] by break-glass needs a reason, and shows in every list', async () => {
    const grantId = await api.ask('emergency');
    expect(await api.decide(grantId, olga, 'break-glass')).toMatchObject({
      status: 400,
      body: { code: 'reason_missing' },
    });
    const told = await api.decide(grantId, olga, 'break-glass', 'incident 7');
    expect(told.body).toMatchObject({ status: 'approved' });
    expect(api.notices.map(({ kind, grantId: of }) => [kind, of])).toContainEqual(['break-glass', grantId]);
    for (const query of ['agent=billing-agent', 'task=emergency', 'status=approved', '']) {
      const { body } = await api.call('GET', '/api/grants', { as: ben, query });
      const listed = body['grants'] as { grantId: string; breakGlassUsed: boolean }[];
      expect(listed.find((each) => each.grantId === grantId)).toMatchObject({ breakGlassUsed: true });
    }
    const agent = await api.call('GET', '/api/agents/billing-agent', { as: ben });
    expect(agent.body['grants']).toContainEqual(expect.objectContaining({ grantId, breakGlassUsed: true }));
    const { body } = await api.call('GET', '/api/findings', { as: ben });
    expect(body['findings']).toContainEqual(expect.objectContaining({ kind: 'break-glass', grantId }));
  });
});

describe('who may not decide', () => {
  test.each([
    ['the owner of the agent', () => ada, 403, 'owner_may_not_decide'],
    ['somebody of another group', () => olga, 403, 'not_an_approver'],
    ['somebody who only looks', () => vic, 403, 'not_an_approver'],
  ])('[PAPI-8] %s', async (_, who, status, code) => {
    const told = await api.decide(await api.ask(), who(), 'approve');
    expect(told).toMatchObject({ status, body: { code } });
  });

  test('[PAPI-8] somebody without a passkey', async () => {
    const grantId = await api.ask();
    const zoe = await api.persona('zoe', ['finance-leads'], false);
    expect(await open(grantId, zoe)).toMatchObject({ body: { code: 'passkey_unknown' } });
  });

  test.each([
    [
      'another person',
      async (grantId: string, nonce: string, challenge: string) =>
        answer(grantId, chloe, { nonce, assertion: chloe.key.assert({ challenge }) }),
    ],
    [
      'another passkey',
      async (grantId: string, nonce: string, challenge: string) =>
        answer(grantId, ben, { nonce, assertion: chloe.key.assert({ challenge }) }),
    ],
    [
      'another page',
      async (grantId: string, nonce: string, challenge: string) =>
        answer(grantId, ben, {
          nonce,
          assertion: ben.key.assert({ challenge, origin: 'https://remit.acme.dev.evil.dev' }),
        }),
    ],
    [
      'another request',
      async (_: string, nonce: string, challenge: string) =>
        answer(await api.ask(), ben, { nonce, assertion: ben.key.assert({ challenge }) }),
    ],
    [
      'no nonce of ours',
      async (grantId: string, nonce: string, challenge: string) =>
        answer(grantId, ben, {
          nonce: nonce.replace(/./, (first) => (first === '_' ? '-' : '_')),
          assertion: ben.key.assert({ challenge }),
        }),
    ],
  ])('[PAPI-8] nor does a challenge count that is answered by or for %s', async (_, send) => {
    const grantId = await api.ask();
    const { body } = await open(grantId, ben);
    const told = await send(grantId, String(body['nonce']), String(body['challenge']));
    expect(told.status).toBe(400);
    expect(told.body['code']).toMatch(/^(challenge_unknown|passkey_rejected|passkey_unknown)$/);
    expect((await api.row(grantId))?.approvals).toEqual([]);
  });

  test.each([
    ['an unknown decision', { decision: 'allow' }],
    ['an unknown member', { decision: 'approve', approver: 'ben' }],
    ['a reason that is no text', { decision: 'approve', reason: 1 }],
    ['a reason that hides text', { decision: 'approve', reason: 'a\u202eb' }],
    ['a reason as long as a book', { decision: 'approve', reason: 'x'.repeat(501) }],
    ['nothing', {}],
  ])('[PAPI-8] %s is no decision', async (_, body) => {
    expect(await open(await api.ask(), ben, body)).toMatchObject({
      status: 400,
      body: { code: 'body_malformed' },
    });
  });
});
