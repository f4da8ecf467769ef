// An agent is retired in local mode, as a person does it: its last credentials are tried, and the proof is kept, saved
// and checked.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../cli/local/session.ts';
import { createProbe } from '../../src/adapters/local/probe.ts';
import type { LocalMode } from '../../src/adapters/local/start.ts';
import { createBrokerClient } from '../../src/client/broker-client.ts';
import type { Grant, Parameters } from '../../src/core/model.ts';
import { proofSchema } from '../../src/core/offboard/document.ts';
import { runCli, startCli } from '../cli/run-cli.ts';
import { sampleGrant } from '../support/grant.ts';

let local: LocalMode;
let offsetMs = 0;
const folder = mkdtempSync(join(tmpdir(), 'remit-proof-'));

beforeAll(async () => {
  local = await openSession({
    catalogDirectory: 'catalog',
    env: {},
    brokerPort: 0,
    awsPort: 0,
    proofKey: join(folder, 'key', 'signing-key.pem'),
    clock: () => new Date(Date.now() + offsetMs),
    onSynth: () => undefined,
  });
}, 120_000);
afterAll(() => local.close());

const forward = (seconds: number) => {
  offsetMs += seconds * 1000;
};

async function lease(agent: string, task: string, parameters: Parameters) {
  const client = createBrokerClient({
    broker: local.brokerUrl,
    assertions: {
      name: 'the local demo issuer',
      repeats: false,
      choosesAudience: false,
      fetch: () => local.demo.assertion(agent),
    },
  });
  const granted = await client.request({ task, parameters, purpose: 'statement' });
  if (granted.kind !== 'granted') throw new Error('the example catalog allows this task');
  return granted;
}

const order = async (body: object) => {
  const answer = await fetch(new URL('/dev/admin', local.brokerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
};

describe('the trial of credentials', () => {
  const rowOf = (
    agent: string,
    task: string,
    parameters: Parameters,
    given: Awaited<ReturnType<typeof lease>>,
  ): Grant =>
    sampleGrant({
      grantId: given.grant.grantId as Grant['grantId'],
      agent,
      task,
      parameters,
      accessKeyId: given.lease.accessKeyId,
    });

  test.each([
    ['billing-agent', 'export-invoices', { customer: 'cus_12345678', month: '2026-10' }, 's3:GetObject'],
    ['support-agent', 'read-orders', { customer: 'cus_12345678' }, 'dynamodb:GetItem'],
  ] as const)(
    '[OFF-6] succeeds while the lease of %s lives, and not after it',
    async (agent, task, parameters, action) => {
      const given = await lease(agent, task, parameters);
      const probe = createProbe(local.aws.plane, local.catalog);
      const row = rowOf(agent, task, parameters, given);
      expect(await probe.attempt(row)).toMatchObject({ outcome: 'allowed', action });
      forward(61);
      const after = await probe.attempt(row);
      expect(after).toMatchObject({ outcome: 'refused', code: expect.stringMatching(/^ExpiredToken/) });
      // a row that names somebody else's key proves nothing
      const foreign = { ...row, grantId: sampleGrant().grantId };
      expect(await probe.attempt(foreign)).toMatchObject({ outcome: 'not-possible' });
      expect(await probe.attempt({ ...row, accessKeyId: 'ASIAGONE' })).toMatchObject({
        outcome: 'forgotten',
      });
    },
  );
});

test('[OFF-1] [OFF-6] remit agents retire --wait ends with the report and the signed proof', async () => {
  const env = { REMIT_BROKER: local.brokerUrl };
  const given = await lease('billing-agent', 'export-invoices', {
    customer: 'cus_12345678',
    month: '2026-10',
  });
  const out = join(folder, 'proof.json');
  const early = await runCli(['agents', 'proof', 'billing-agent'], env);
  expect([early.code, early.stderr]).toEqual([3, expect.stringContaining('agent_not_retired')]);
  const running = startCli(
    ['agents', 'retire', 'billing-agent', '--reason', 'replaced', '--wait', '--out', out],
    env,
  );
  await running.saw(/✓ The registry has the agent as retired/);
  await running.saw(/· The longest lease[^\n]* s left\)/);
  forward(90);
  const { code, stdout, stderr } = await running.done;
  expect([code, stderr]).toEqual([0, expect.stringContaining(`the signed proof is in ${out}`)]);
  expect(stdout).toMatch(/^Offboarding of billing-agent$/m);
  expect(stdout).toMatch(new RegExp(`${given.lease.accessKeyId} s3:GetObject on .*: refused ExpiredToken`));
  expect(stdout).toMatch(/^Reasoned, not observed$/m);
  const { statement } = proofSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
  expect(statement.agent.id).toBe('billing-agent');

  const trusted = ['--public-key', join(folder, 'key', 'public-key.pem')];
  const good = await runCli(['agents', 'verify-proof', out, ...trusted], {});
  expect([good.code, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toMatch(/^valid: billing-agent is gone\n\nOffboarding of /);
  const alone = await runCli(['agents', 'verify-proof', out], {});
  expect([alone.code, alone.stderr]).toEqual([0, expect.stringContaining('--public-key')]);
  const altered = join(folder, 'altered.json');
  writeFileSync(altered, readFileSync(out, 'utf8').replace('replaced', 'promoted'));
  const bad = await runCli(['agents', 'verify-proof', altered, ...trusted], {});
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('it was altered')]);

  const again = await runCli(['agents', 'proof', 'billing-agent', '--json'], env);
  expect(JSON.parse(again.stdout)).toMatchObject({ state: 'dead', proof: readFileSync(out, 'utf8').trim() });
  const over = await runCli(['agents', 'proof', 'billing-agent', '--out', altered], env);
  expect([over.code, over.stderr]).toEqual([1, expect.stringContaining('--out')]);
  await expect(
    lease('billing-agent', 'export-invoices', { customer: 'cus_12345678', month: '2026-10' }),
  ).rejects.toMatchObject({ code: 'agent_inactive' });
}, 60_000);

test('[OFF-3] Ctrl-C while waiting leaves the agent retired and says how to go on', async () => {
  const env = { REMIT_BROKER: local.brokerUrl };
  const running = startCli(['agents', 'retire', 'support-agent', '--reason', 'over', '--wait'], env);
  await running.saw(/✓ The registry has the agent as retired/);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.done;
  expect([code, stderr]).toEqual([130, expect.stringContaining('remit agents proof support-agent --wait')]);
  expect(existsSync('offboarding-support-agent.json')).toBe(false);
  expect(await order({ command: 'agents.show', id: 'support-agent' })).toMatchObject({
    agent: { status: 'retired' },
  });
  const waiting = await runCli(['agents', 'proof', 'support-agent'], env);
  expect([waiting.code, waiting.stderr]).toEqual([5, expect.stringContaining('not dead yet')]);
}, 60_000);
