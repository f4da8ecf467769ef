// The audit trail of local mode, from what agents and operators do to what `remit audit` proves.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQuestionPorts } from '../../cli/question-ports.ts';
import { createBrokerClient } from '../../src/client/broker-client.ts';
import { readPublicKey } from '../../src/core/audit/checkpoint.ts';
import { readTrail } from '../../src/core/audit/read-trail.ts';
import type { TrailRecord } from '../../src/core/audit/record.ts';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { freshHome, runCli, startCli } from '../cli/run-cli.ts';
import { type Local, startLocal } from '../support/local.ts';

const home = mkdtempSync(join(tmpdir(), 'remit-audit-'));
let local: Local;
beforeAll(async () => {
  local = await startLocal({ keptIn: home });
});
afterAll(async () => {
  await local.close();
  rmSync(home, { recursive: true });
});

const secrets: string[] = [];

async function clientOf(agent: string) {
  return createBrokerClient({
    broker: local.brokerUrl,
    assertions: {
      name: 'the local demo issuer',
      repeats: false,
      choosesAudience: false,
      async fetch() {
        const assertion = await local.assertion(agent);
        secrets.push(assertion);
        return assertion;
      },
    },
  });
}

const order = (body: object) =>
  fetch(new URL('/dev/admin', local.brokerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'a test of the trail', ...body }),
  });

async function ports() {
  const { trail } = await openQuestionPorts({
    broker: local.brokerUrl,
    catalog: 'nowhere',
    partition: 'aws',
    prefix: 'remit',
  });
  if (trail === undefined) throw new Error('local mode tells no trail');
  return trail;
}

async function records() {
  const found: TrailRecord[] = [];
  for await (const record of readTrail(await ports())) found.push(record);
  return found;
}

test('[AUDIT-20] a grant, its completion and a kill are in the trail, whole and signed, and no secret is', async () => {
  const client = await clientOf('billing-agent');
  const parameters = { customer: 'cus_12345678', month: '2026-10' };
  const asked = { task: 'export-invoices', parameters, purpose: 'statement' };
  const [done, killed] = [await client.request(asked), await client.request(asked)];
  if (done.kind !== 'granted' || killed.kind !== 'granted')
    throw new Error('the example catalog allows this');
  await client.complete(done.grant);
  await order({ command: 'kill', scope: { kind: 'grant', id: killed.grant.grantId } });
  const types = (await records())
    .filter(({ event }) => event.subject === done.grant.grantId || event.subject === killed.grant.grantId)
    .map(({ event }) => event.type);
  expect(types.sort()).toMatchInlineSnapshot(`
    [
      "remit.grant.ended",
      "remit.grant.ended",
      "remit.grant.reserved",
      "remit.grant.reserved",
      "remit.lease.issued",
      "remit.lease.issued",
    ]
  `);
  const viewer = (await (await fetch(`${local.brokerUrl}/dev/viewer`)).json()) as { trailKey: string };
  const report = await verifyTrail(await ports(), { publicKey: readPublicKey(viewer.trailKey) });
  expect(report).toMatchObject({ ok: true, broken: [], signaturesChecked: true });
  for (const { grant, lease } of [done, killed])
    secrets.push(grant.handle, lease.secretAccessKey, lease.sessionToken);
  const orders = (await records()).filter(({ event }) => event.type === 'remit.kill.ordered');
  expect(orders.map(({ event: { data } }) => data['reason'])).toEqual(['a test of the trail']);
  expectNoSecrets();
});

test('[AUDIT-20] what a deployment brings from the catalog is told, once an agent', async () => {
  const told = (await records()).filter(({ event }) => event.type === 'remit.agent.catalogued');
  const agents = told.map(({ event: { data } }) => [data['agent'], data['actor']]).sort();
  expect(agents).toEqual(local.catalog.agents.map(({ id }) => [id, 'catalog-sync']).sort());
});

const audit = (...args: string[]) =>
  runCli(['audit', ...args], { HOME: freshHome(), REMIT_BROKER: local.brokerUrl });

test('[AUDIT-25] the commands find, prove and follow the trail of local mode without a word about where it is', async () => {
  const following = startCli(['audit', 'tail', '--json'], {
    HOME: freshHome(),
    REMIT_BROKER: local.brokerUrl,
  });
  await following.saw(/following/);
  const client = await clientOf('billing-agent');
  const parameters = { customer: 'cus_87654321', month: '2026-10' };
  const granted = await client.request({ task: 'export-invoices', parameters, purpose: 'statement' });
  const { grantId } = granted.grant;
  await following.saw(new RegExp(`remit.lease.issued.*${grantId}|${grantId}.*remit.lease.issued`));
  following.child.kill('SIGTERM');
  await following.done;
  await client.complete(granted.grant);
  const found = await audit('search', '--grant', grantId);
  expect([found.code, found.stderr]).toEqual([0, '']);
  expect(
    found.stdout
      .split('\n')
      .slice(0, 4)
      .map((line) => line.split(/ +/)[1]),
  ).toEqual(['TYPE', 'grant.ended', 'lease.issued', 'grant.reserved']);
  const whole = await audit('verify');
  expect([whole.code, whole.stderr]).toEqual([0, '']);
  expect(whole.stdout).toMatch(/WHOLE/);
  const { stdout: json } = await audit('search', '--agent', 'billing-agent', '--type', 'lease', '--json');
  expect(
    (JSON.parse(json) as TrailRecord[]).every(({ event }) => event.type.startsWith('remit.lease.')),
  ).toBe(true);
  const { stdout: csv } = await audit('search', '--task', 'export-invoices', '--csv', '--limit', '2');
  expect(csv.trim().split('\n')).toHaveLength(3);
}, 60_000);

function expectNoSecrets() {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
  expect(secrets.length).toBeGreaterThan(5);
  for (const secret of secrets) expect(texts.includes(secret)).toBe(false);
}

test('[AUDIT-50] a resource finds where the grants begin under which it could be touched, a pattern is sent elsewhere', async () => {
  const client = await clientOf('billing-agent');
  const parameters = { customer: 'cus_24682468', month: '2026-10' };
  const { grant } = await client.request({ task: 'export-invoices', parameters, purpose: 'statement' });
  const search = (resource: string) => audit('search', '--resource', resource, '--json');
  const invoices = 'arn:aws:s3:::acme-invoices';
  const found = JSON.parse((await search(`${invoices}/cus_24682468/2026-10/a.pdf`)).stdout) as TrailRecord[];
  expect(found.map(({ event: { type, subject } }) => [type, subject])).toEqual([
    ['remit.grant.reserved', grant.grantId],
  ]);
  expect(JSON.stringify(found)).not.toContain('cus_');
  expect(JSON.parse((await search(`${invoices}/cus_24682468/2026-11/a.pdf`)).stdout)).toEqual([]);
  const pattern = await search(`${invoices}/*`);
  expect([pattern.code, pattern.stderr]).toEqual([2, expect.stringMatching(/remit ask touched --resource/)]);
}, 60_000);

test('[AUDIT-52] a search for a name that the trail does not have says so, with the nearest that it has', async () => {
  const typo = await audit('search', '--agent', 'biling-agent');
  expect([typo.code, typo.stdout]).toEqual([0, '']);
  expect(typo.stderr).toMatch(/names the agent biling-agent\. Did you mean billing-agent\?/);
  const task = await audit('search', '--task', 'export-invoice', '--json');
  expect(task.stdout.trim()).toBe('[]');
  expect(task.stderr).toMatch(/names the task export-invoice\. Did you mean export-invoices\?/);
  const idle = await audit('search', '--agent', 'billing-agent', '--type', 'agent.retired');
  expect(idle.stderr).toMatch(/nothing is recorded of that/);
  expect(idle.stderr).not.toMatch(/no record/);
}, 60_000);

test('[CLI-25] the kill of a grant that has ended says how it ended', async () => {
  const client = await clientOf('billing-agent');
  const parameters = { customer: 'cus_13571357', month: '2026-10' };
  const { grant } = await client.request({ task: 'export-invoices', parameters, purpose: 'statement' });
  await client.complete(grant);
  const answer = await order({ command: 'kill', scope: { kind: 'grant', id: grant.grantId } });
  expect(await answer.json()).toMatchObject({ ended: 0, endedBefore: 'completed' });
}, 60_000);
