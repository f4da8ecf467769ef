// The whole of it in local mode: people enrol passkeys, an agent asks for more than it may alone, one of them approves,
// the waiting client gets its lease, and a stock AWS SDK uses it. The functions run under their own roles.

import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CAST } from '../../cli/story/cast.ts';
import { brokerFor } from '../../cli/story/stage.ts';
import { signIn } from '../../src/adapters/local/sign-in.ts';
import type { Pending } from '../../src/client/lease.ts';
import { createLeaseCache } from '../../src/client/lease-cache.ts';
import { createAuthenticator, type TestAuthenticator } from '../support/authenticator.ts';
import { type Local, startLocal } from '../support/local.ts';

type Json = Record<string, unknown>;
interface Enrolled {
  readonly token: string;
  readonly key: TestAuthenticator;
}

let local: Local;
let ben: Enrolled;
beforeAll(async () => {
  local = await startLocal();
  const dora = await enrol('dora', async ({ code }) => {
    await call('/dev/passkeys/confirm', '', { subject: 'dora', code, reason: 'first' });
  });
  ben = await enrol('ben', async ({ passkey, person }) => {
    const { credentialId } = passkey as { credentialId: string };
    const opened = await call('/api/passkeys/confirm/challenge', dora.token, {
      ...(person as Json),
      credentialId,
      reason: 'read out',
    });
    await answer('/api/passkeys/confirm', dora, opened);
  });
}, 120_000);
afterAll(() => local?.close());

async function call(path: string, token: string, body: Json): Promise<Json> {
  const response = await fetch(`${local.brokerUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const told = (await response.json()) as Json;
  if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(told)}`);
  return told;
}

/** Signs what was opened, and sends it. */
function answer(path: string, { token, key }: Enrolled, { nonce, challenge }: Json): Promise<Json> {
  return call(path, token, { nonce, assertion: key.assert({ challenge: String(challenge) }) });
}

/** A persona with a passkey, once `confirm` has seen what was enrolled. */
async function enrol(persona: string, confirm: (told: Json) => Promise<void>): Promise<Enrolled> {
  const token = await signIn(local.brokerUrl, persona);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
  const key = createAuthenticator(local.brokerUrl);
  const { nonce, options } = await call('/api/passkeys/enrol/challenge', token, { label: 'laptop' });
  const { challenge } = options as { challenge: string };
  const told = await call('/api/passkeys/enrol', token, { nonce, credential: key.register({ challenge }) });
  await confirm({ ...told, person: { issuer: claims['iss'], subject: claims['sub'] } });
  return { token, key };
}

async function decide(grantId: string, decision: string): Promise<Json> {
  const path = `/api/approvals/${grantId}`;
  return answer(`${path}/decision`, ben, await call(`${path}/challenge`, ben.token, { decision }));
}

test('[REDEEM-11] what a person approves with a passkey becomes a lease that a stock SDK uses', async () => {
  const waited: Pending[] = [];
  const cache = createLeaseCache(
    brokerFor(local, CAST.agent),
    { ...CAST.largeRefund, purpose: 'the parcel was lost' },
    {
      onWaiting: (pending) => {
        if (pending === undefined) return;
        waited.push(pending);
        if (waited.length === 1) void decide(pending.grant.grantId, 'approve');
      },
    },
  );
  const lease = await cache.get();
  expect(waited[0]?.asked).toMatchObject({ approvers: 'finance-leads', quorum: 1, approved: 0 });
  const sts = new STSClient({
    endpoint: local.awsUrl,
    region: local.region,
    credentials: { ...lease },
  });
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toContain(`task-refund-customer/${waited[0]?.grant.grantId}`);
  sts.destroy();
  expect(await cache.close('refunded')).toMatchObject({ done: true });
}, 60_000);

test('[AWAIT-6] what a person denies ends the waiting with that reason', async () => {
  const cache = createLeaseCache(
    brokerFor(local, CAST.agent),
    { ...CAST.largeRefund, purpose: 'again' },
    { onWaiting: (pending) => pending && void decide(pending.grant.grantId, 'deny').catch(() => undefined) },
  );
  await expect(cache.get()).rejects.toMatchObject({ code: 'grant_denied' });
  cache.detach();
}, 60_000);
