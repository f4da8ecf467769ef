// `remit` as a process of its own that waits for people in local mode, is ended while it waits, and comes back after a
// person has decided with a passkey; what was approved is done by a stock AWS SDK, and nothing beside it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CAST } from '../../cli/story/cast.ts';
import { brokerFor } from '../../cli/story/stage.ts';
import type { BrokerError } from '../../src/client/broker-error.ts';
import type { HeldGrant } from '../../src/client/lease.ts';
import { freshHome, startCli } from '../cli/run-cli.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../support/local-people.ts';

const { customer, refund, amount } = CAST.largeRefund.parameters;
const KEY = `${customer}/${refund}-${amount}.json`;
/** Orders the refund that its arguments name, and tries one beside it. */
const REFUNDS = `
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client({ maxAttempts: 1 });
const told = [];
for (const Key of process.argv.slice(1)) {
  const done = s3.send(new PutObjectCommand({ Bucket: 'acme-refunds', Key, Body: '{}' }));
  told.push(await done.then(() => 'done', (error) => error.name));
}
console.log(JSON.stringify(told));`;
const ASKED = [
  ...['--task', CAST.largeRefund.task, '--purpose', 'the parcel was lost'],
  ...Object.entries(CAST.largeRefund.parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`]),
];
const BESIDE = KEY.replace('-80.json', '-81.json');
const COMMAND = ['--', 'node', '--input-type=module', '-e', REFUNDS, KEY, BESIDE];

let local: Local;
let people: LocalPeople;
let ben: LocalPerson;
beforeAll(async () => {
  local = await startLocal();
  people = peopleOf(local);
  ben = await people.enrol('ben');
}, 180_000);
afterAll(() => local?.close());

/** An agent's machine, with its state. */
function machine() {
  const env = {
    HOME: freshHome(),
    REMIT_BROKER: local.brokerUrl,
    REMIT_AGENT: CAST.agent,
    AWS_ENDPOINT_URL: local.awsUrl,
    AWS_REGION: local.region,
  };
  return {
    start: (...words: readonly string[]) => startCli(words, env),
    /** What the state of this machine keeps of a request, once it does: that is written beside the line. */
    keptGrant: async (grantId: string): Promise<HeldGrant> => {
      const file = join(env.HOME, 'state/grants', `${grantId}.json`);
      while (!existsSync(file)) await setTimeout(50);
      return JSON.parse(readFileSync(file, 'utf8')).grant;
    },
  };
}

const WAITS =
  /remit: \d\d:\d\d left · waiting for finance-leads · 0 of 1 · code [0-9A-Z]{4}-[0-9A-Z]{4} · http\S+\/approvals\/([0-9A-Z]{26})\n/;

/** The request of a command that shows that it waits. */
async function requestOf(running: ReturnType<typeof startCli>): Promise<string> {
  const [, grantId = ''] = await running.saw(WAITS);
  return grantId;
}

async function decide(grantId: string, decision: string): Promise<void> {
  const answer = await people.decide(ben, grantId, { decision, reason: 'looked at' });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

async function grantOf(grantId: string) {
  const { body } = await people.get(`/api/approvals/${grantId}`, ben.token);
  return body;
}

test('[CLI-16] [CLI-17] [CLI-18] exec waits, is interrupted, and does what was approved meanwhile, and nothing else', async () => {
  const { start } = machine();
  const first = start('exec', ...ASKED, ...COMMAND);
  const grantId = await requestOf(first);
  first.child.kill('SIGINT');
  const left = await first.done;
  expect([left.code, left.stdout]).toEqual([130, '']);
  expect(left.stderr).toContain(`request ${grantId} goes on waiting; the same command with --resume`);
  expect(await grantOf(grantId)).toMatchObject({ status: 'pending' });

  await decide(grantId, 'approve');
  const { code, stdout, stderr } = await start('exec', ...ASKED, '--resume', ...COMMAND).done;
  expect(stderr).toContain('the request was approved');
  expect([code, JSON.parse(stdout)]).toEqual([0, ['done', 'AccessDenied']]);
  expect(await grantOf(grantId)).toMatchObject({ status: 'completed', approved: 1 });
  const puts = local.trail().filter(({ eventName }) => eventName === 'PutObject');
  expect(puts.map(({ errorCode, requestParameters }) => [requestParameters, errorCode])).toEqual([
    [{ bucketName: 'acme-refunds', key: KEY }, undefined],
    [{ bucketName: 'acme-refunds', key: BESIDE }, 'AccessDenied'],
  ]);
}, 180_000);

test('[CLI-18] [CLIENT-19] who comes back too early after a crash waits as long as the broker tells, and gets the lease', async () => {
  const { start, keptGrant } = machine();
  const first = start('exec', ...ASKED, ...COMMAND);
  const grantId = await requestOf(first);
  const grant = await keptGrant(grantId);
  first.child.kill('SIGKILL');
  await first.done;

  // as others that crashed and came back at once would have left the pace
  const pending = { kind: 'pending', grant, intervalSeconds: 5 } as const;
  const broker = brokerFor(local, CAST.agent);
  let pace = 0;
  while (pace < 25)
    // the first may be in time, by how fast this machine is
    pace = await broker.poll(pending).then(
      () => 0,
      ({ code, intervalSeconds }: BrokerError) => {
        expect(code).toBe('poll_too_early');
        return intervalSeconds ?? 0;
      },
    );

  const again = start('exec', ...ASKED, '--resume', ...COMMAND);
  await again.saw(new RegExp(`remit: waiting for a person to decide about ${grantId}`));
  await decide(grantId, 'approve');
  const { code, stdout } = await again.done;
  expect([code, JSON.parse(stdout)]).toEqual([0, ['done', 'AccessDenied']]);
  expect(await grantOf(grantId)).toMatchObject({ status: 'completed' });
}, 180_000);

test('[CLI-17] [CLI-18] request --wait is left by a signal, and --resume tells a denial once', async () => {
  const { start } = machine();
  const first = start('request', ...ASKED, '--wait');
  const grantId = await requestOf(first);
  first.child.kill('SIGTERM');
  expect((await first.done).code).toBe(143);
  await decide(grantId, 'deny');
  const denied = await start('request', ...ASKED, '--wait', '--resume').done;
  expect([denied.code, denied.stdout]).toEqual([3, '']);
  expect(denied.stderr).toContain('(grant_denied)');
  const anew = start('request', ...ASKED, '--wait', '--resume', '--json');
  await anew.saw(/no request of this task is kept/);
  const [, next = ''] = await anew.saw(/"event":"waiting","grantId":"([0-9A-Z]{26})"/);
  expect(next).not.toBe(grantId);
  await decide(next, 'approve');
  const { code, stdout } = await anew.done;
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { grantId: next, status: 'active' }]);
}, 180_000);
