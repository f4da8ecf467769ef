// The story of `npm start`: an agent proves who it is, gets one task for seconds, meets its limits, renews,
// completes, and its credential dies on time while a sibling's goes on. Every line is performed, none is staged.

import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { decodeJwt } from 'jose';
import type { BrokerClient } from '../../src/client/broker-client.ts';
import { type Granted, type HeldLease, isLive, renewalDue } from '../../src/client/lease.ts';
import { CAST, invoiceKey } from './cast.ts';
import type { Narrator } from './narrator.ts';
import { attempt, brokerFor, fetchAssertion, type Stage, s3With } from './stage.ts';

interface Scene {
  readonly stage: Stage;
  readonly tell: Narrator;
  readonly client: BrokerClient;
}

/** Performs the story. Failures are in the narrator; an unexpected error is thrown. */
export async function performStory(stage: Stage, tell: Narrator): Promise<void> {
  const scene = { stage, tell, client: brokerFor(stage, CAST.agent) };
  await showIdentity(scene);
  const granted = await askForTask(scene);
  await useLease(scene, granted.lease);
  await meetRefusals(scene);
  const renewed = await renewLease(scene, granted);
  const sibling = await askForSibling(scene);
  await watchItDie(scene, { granted, last: renewed, sibling });
}

async function showIdentity({ stage, tell }: Scene): Promise<void> {
  tell.act(`The agent ${CAST.agent} proves who it is`);
  const { iss, sub, aud, exp = 0, iat = 0 } = decodeJwt(await fetchAssertion(stage.brokerUrl, CAST.agent));
  tell.say(`Its platform attests it: issuer ${iss}`);
  tell.say(`subject ${sub}, audience ${aud}, good for ${exp - iat} s, for one use.`);
  tell.say('No key, no password: on AWS this is the role of a Lambda function or an ECS task.');
}

async function askForTask({ tell, client }: Scene): Promise<Granted> {
  const { task, customer, month } = CAST;
  tell.act(`It asks for one task: ${task}, customer ${customer}, month ${month}`);
  const granted = await client.request({
    task,
    parameters: { customer, month },
    purpose: 'monthly statement',
  });
  if (granted.kind !== 'granted')
    throw new Error(`${task} waits for a person; the story needs it to be allowed`);
  tell.check(`granted: ${granted.grant.grantId}`, true);
  tell.say(`AWS credentials for ${secondsOf(granted.lease)} s, for this customer and this month alone.`);
  return granted;
}

async function useLease({ stage, tell }: Scene, lease: HeldLease): Promise<void> {
  const { bucket, customer, otherCustomer, month } = CAST;
  tell.act('It uses the lease with a stock AWS SDK');
  const s3 = s3With(stage, lease);
  const get = (key: string) => attempt(() => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
  const inside = await get(invoiceKey(customer, month));
  tell.check(
    `GetObject s3://${bucket}/${invoiceKey(customer, month)}: ${inside.ok ? 'allowed' : inside.name}`,
    inside.ok,
  );
  for (const key of [invoiceKey(otherCustomer, month), invoiceKey(customer, CAST.otherMonth)]) {
    const outside = await get(key);
    const came = outside.ok ? 'allowed' : outside.name;
    tell.check(`GetObject s3://${bucket}/${key}: ${came}`, !outside.ok && outside.name === 'AccessDenied');
    if (!outside.ok) tell.say(outside.message);
  }
  const list = await attempt(() => s3.send(new ListObjectsV2Command({ Bucket: bucket })));
  tell.check(
    `ListObjectsV2 s3://${bucket}: ${list.ok ? 'allowed' : list.name}`,
    !list.ok && list.name === 'AccessDenied',
  );
}

async function meetRefusals({ tell, client }: Scene): Promise<void> {
  tell.act('It asks for more than its policies give');
  const { customer, month, foreignTask, largeRefund } = CAST;
  const foreign = await attempt(() => client.request({ ...foreignTask, purpose: 'curiosity' }));
  tell.check(
    `${foreignTask.task}: ${foreign.ok ? 'granted' : foreign.name}`,
    !foreign.ok && foreign.name === 'policy_denied',
  );
  const wide = { customer: `${customer}*`, month };
  const widened = await attempt(() =>
    client.request({ task: CAST.task, parameters: wide, purpose: 'all of them' }),
  );
  tell.check(
    `${CAST.task} for customer ${wide.customer}: ${widened.ok ? 'granted' : widened.name}`,
    !widened.ok && widened.name === 'parameter_invalid',
  );
  const refund = await client.request({ ...largeRefund, purpose: 'the parcel was lost' });
  tell.check(
    `${largeRefund.task} of ${largeRefund.parameters['amount']}: ${refund.kind === 'pending' ? 'a person has to decide first, and nothing is issued until then' : refund.kind}`,
    refund.kind === 'pending',
  );
  if (refund.kind !== 'pending' || refund.asked === undefined) return;
  const { approvers, bindingCode, url } = refund.asked;
  tell.say(`Asked are ${approvers}, code ${bindingCode}: ${url}`);
}

async function renewLease({ stage, tell, client }: Scene, granted: Granted): Promise<HeldLease> {
  tell.act('It renews at half the life of its lease');
  const early = await attempt(() => client.renew(granted.grant));
  tell.check(
    `a renewal right away: ${early.ok ? 'granted' : early.name}`,
    !early.ok && early.name === 'renewal_too_early',
  );
  await sleep(Math.max(0, renewalDue(granted.lease) - Date.now()) + 100);
  const renewed = await client.renew(granted.grant);
  tell.check('the next lease has its own key', renewed.accessKeyId !== granted.lease.accessKeyId);
  const read = await attempt(() => readInvoice(stage, renewed, CAST.customer));
  tell.check(`it works, for another ${secondsOf(renewed)} s`, read.ok);
  return renewed;
}

async function askForSibling({ tell, client }: Scene): Promise<Granted> {
  const { task, otherCustomer, month } = CAST;
  tell.act(`A sibling starts the same task for customer ${otherCustomer}: the same role, another grant`);
  const parameters = { customer: otherCustomer, month };
  const sibling = await client.request({ task, parameters, purpose: 'monthly statement' });
  if (sibling.kind !== 'granted')
    throw new Error(`${task} waits for a person; the story needs it to be allowed`);
  tell.check(`granted: ${sibling.grant.grantId}`, true);
  return sibling;
}

interface LastAct {
  readonly granted: Granted;
  readonly last: HeldLease;
  readonly sibling: Granted;
}

async function watchItDie(scene: Scene, { granted, last, sibling }: LastAct): Promise<void> {
  const { tell, client, stage } = scene;
  tell.act('It completes the task, and we watch the credential until it is refused');
  await client.complete(granted.grant, 'exported');
  const completedAt = Date.now();
  const renewal = await attempt(() => client.renew(granted.grant));
  tell.check(
    `another renewal: ${renewal.ok ? 'granted' : renewal.name}`,
    !renewal.ok && renewal.name === 'grant_ended',
  );
  const { refusal, siblingLease } = await watch(scene, { last, sibling });
  const seconds = ((refusal.at - completedAt) / 1000).toFixed(1);
  tell.check(
    `time to dead: ${seconds} s after completion (${refusal.name}), the lease had ${secondsOf(last)} s`,
    ['ExpiredToken', 'AccessDenied'].includes(refusal.name) && refusal.at <= last.expiresAt.getTime() + 1000,
  );
  const alive = await attempt(() => readInvoice(stage, siblingLease, CAST.otherCustomer));
  tell.check(`the sibling's credential ${alive.ok ? 'goes on working' : `stopped: ${alive.name}`}`, alive.ok);
  await client.complete(sibling.grant, 'exported');
}

interface Watched {
  readonly refusal: { readonly name: string; readonly at: number };
  readonly siblingLease: HeldLease;
}

/** Tries the dead-to-be credential four times a second; the sibling renews in between, as agents do. */
async function watch(
  { stage, tell, client }: Scene,
  { last, sibling }: { readonly last: HeldLease; readonly sibling: Granted },
): Promise<Watched> {
  let siblingLease = sibling.lease;
  for (;;) {
    const read = await attempt(() => readInvoice(stage, last, CAST.customer));
    if (!read.ok) return { refusal: { name: read.name, at: Date.now() }, siblingLease };
    if (!isLive(last, Date.now() - 5000)) {
      tell.check('the credential is refused when its lease is over', false);
      return { refusal: { name: 'none', at: Date.now() }, siblingLease };
    }
    if (renewalDue(siblingLease) <= Date.now()) siblingLease = await client.renew(sibling.grant);
    await sleep(250);
  }
}

function readInvoice(stage: Stage, lease: HeldLease, customer: string) {
  const Key = invoiceKey(customer, CAST.month);
  return s3With(stage, lease).send(new GetObjectCommand({ Bucket: CAST.bucket, Key }));
}

const secondsOf = (lease: HeldLease): number =>
  Math.round((lease.expiresAt.getTime() - lease.issuedAt.getTime()) / 1000);
