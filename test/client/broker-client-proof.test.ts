// Keys, waiting and secrets of the broker client.

import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { createProofKey } from '../../src/client/proof-key.ts';
import { ASKED, broker, client, failure, granted, minted, source } from './broker-fixture.ts';
import { fakeAssertion, type Reply, refusal } from './fake-broker.ts';

describe('proof of possession', () => {
  it('[CLIENT-11] no proof is sent where nobody asks for one', async () => {
    const { grant } = await granted();
    expect(broker.calls[0]?.headers['dpop']).toBeUndefined();
    expect(grant.boundKey).toBeUndefined();
  });

  it('[CLIENT-11] a task that demands a proof gets one, and every later call proves the same key', async () => {
    broker.intercept = (call) =>
      call.headers['dpop'] === undefined ? refusal(400, 'proof_required') : undefined;
    const proving = client();
    const started = await proving.request(ASKED);
    await proving.renew(started.grant);
    const proofs = broker.calls.flatMap((call) => call.headers['dpop'] ?? []).map(String);
    expect(proofs).toHaveLength(2);
    const [first, second] = proofs.map((proof) => ({ ...decodeProtectedHeader(proof), ...decodeJwt(proof) }));
    expect(first).toMatchObject({
      typ: 'dpop+jwt',
      alg: 'ES256',
      htm: 'POST',
      htu: `${broker.url}/oauth2/token`,
    });
    expect(first?.jwk).not.toHaveProperty('d');
    expect(second?.jwk).toEqual(first?.jwk);
    expect(second?.jti).not.toBe(first?.jti);
    expect(started.grant.boundKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('[CLIENT-11] where assertions repeat, one key of the process is proven unasked', async () => {
    const token = await fakeAssertion();
    const repeating = source({ repeats: true, fetch: () => Promise.resolve(token) });
    const one = await client({ assertions: repeating }).request(ASKED);
    const two = await client({ assertions: repeating }).request(ASKED);
    expect(one.grant.boundKey).toBe(two.grant.boundKey);
    expect(broker.calls.every((call) => call.headers['dpop'] !== undefined)).toBe(true);
  });

  it('[CLIENT-11] a grant bound to a key that is not here is refused before anything is sent', async () => {
    const grant = { grantId: 'G', handle: 'H', boundKey: (await createProofKey()).thumbprint };
    const error = await failure(client().renew(grant));
    expect(error).toMatchObject({ code: 'proof_required' });
    expect(error.fix).toContain('--key-file');
    expect(broker.calls).toEqual([]);
  });
});

describe('waiting for people', () => {
  const pending = (members = {}): Reply => ({
    status: 400,
    body: {
      error: 'authorization_pending',
      code: 'grant_pending',
      grant_id: 'G',
      interval: 7,
      expires_in: 600,
      ...members,
    },
  });

  it('[CLIENT-15] a pending answer keeps handle, interval and when the request lapses', async () => {
    broker.intercept = () => pending({ auth_req_id: 'H' });
    const started = await client().request(ASKED);
    expect(started).toMatchObject({
      kind: 'pending',
      grant: { grantId: 'G', handle: 'H' },
      intervalSeconds: 7,
    });
  });

  it('[CLIENT-15] a poll is a CIBA grant with a fresh assertion', async () => {
    broker.intercept = () => pending({ auth_req_id: 'H' });
    const started = await client().request(ASKED);
    if (started.kind !== 'pending') throw new Error('not pending');
    broker.intercept = () => pending();
    expect((await client().poll(started)).grant.handle).toBe('H');
    expect(broker.calls.at(-1)?.form).toMatchObject({
      grant_type: 'urn:openid:params:grant-type:ciba',
      auth_req_id: 'H',
      subject_token: minted.at(-1),
    });
  });

  it('[CLIENT-19] slow_down tells the interval; one that is none is left out, and so is that of another refusal', async () => {
    broker.intercept = () => pending({ auth_req_id: 'H' });
    const started = await client().request(ASKED);
    if (started.kind !== 'pending') throw new Error('not pending');
    const told = async (members: Record<string, unknown>) => {
      broker.intercept = () => refusal(400, 'poll_too_early', { error: 'slow_down', ...members });
      const { code, intervalSeconds } = await failure(client().poll(started));
      expect(code).toBe('poll_too_early');
      return intervalSeconds;
    };
    expect(await told({ interval: 65 })).toBe(65);
    for (const interval of [0, -5, '65', 3601, 1e300, null, {}, undefined])
      expect(await told({ interval })).toBeUndefined();
    expect(await told({ error: 'invalid_grant', interval: 65 })).toBeUndefined();
  });

  it('[CLIENT-17] it tells who is asked, and leaves out what a terminal should not be shown', async () => {
    const asked = {
      auth_req_id: 'H',
      approvers: 'finance-leads',
      quorum: 2,
      approved: 1,
      binding_code: 'ABCD-EFGH',
      approval_url: 'https://remit.test/console/#/approvals/G',
    };
    broker.intercept = () => pending(asked);
    expect(await client().request(ASKED)).toMatchObject({
      asked: {
        approvers: 'finance-leads',
        quorum: 2,
        approved: 1,
        bindingCode: 'ABCD-EFGH',
        url: 'https://remit.test/console/#/approvals/G',
      },
    });
    for (const hostile of [
      { approvers: 'finance\u001b[2J' },
      { binding_code: '\u202eHGFE-DCBA' },
      { approval_url: 'javascript:alert(1)' },
      { approval_url: 'https://remit.test/\u001b]8;;x' },
      { approvers: 7 },
    ]) {
      broker.intercept = () => pending({ ...asked, ...hostile });
      const started = await client().request(ASKED);
      expect(started).toMatchObject({ kind: 'pending', grant: { grantId: 'G' } });
      expect(started).not.toHaveProperty('asked');
    }
  });

  it('[CLIENT-4] a pending answer without auth_req_id cannot be used', async () => {
    broker.intercept = () => pending();
    expect(await failure(client().request(ASKED))).toMatchObject({ code: 'broker_garbled' });
  });
});

describe('secrets', () => {
  it('[CLIENT-16] no error holds an assertion, a handle or a credential', async () => {
    const { grant, lease } = await granted();
    const secrets = [grant.handle, lease.secretAccessKey, lease.sessionToken];
    const replies: Reply[] = [
      'drop',
      { status: 500 },
      { status: 200, raw: '{}' },
      refusal(400, 'grant_ended'),
    ];
    for (const reply of replies) {
      broker.intercept = () => reply;
      const error = await failure(client().renew(grant));
      const told = `${error.message} ${error.fix} ${JSON.stringify(error)} ${error.stack}`;
      for (const secret of [...secrets, ...minted]) expect(told).not.toContain(secret);
    }
  });

  it('a rejected assertion is described by its issuer, audience and subject, not shown', async () => {
    broker.intercept = () => refusal(400, 'assertion_rejected');
    const error = await failure(client().request(ASKED));
    expect(error.fix).toContain('issuer https://issuer.test, audience remit, subject workload');
    expect(error.fix).not.toContain(minted[0]);
  });
});
