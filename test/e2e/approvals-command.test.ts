// `remit approvals` in local mode: reads what waits, verifies the digest, and decides nothing.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRequest, requestLines } from '../../cli/approval-facts.ts';
import { openGrantTable } from '../../cli/grant-table.ts';
import { CAST } from '../../cli/story/cast.ts';
import { brokerFor } from '../../cli/story/stage.ts';
import type { GrantId } from '../../src/core/model.ts';
import { freshHome, runCli } from '../cli/run-cli.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
let grantId: string;
beforeAll(async () => {
  local = await startLocal();
  const asked = { ...CAST.largeRefund, purpose: 'the parcel was lost' };
  const pending = await brokerFor(local, CAST.agent).request(asked);
  expect(pending.kind).toBe('pending');
  grantId = pending.grant.grantId;
}, 120_000);
afterAll(() => local?.close());

const approvals = (...args: string[]) =>
  runCli(['approvals', ...args], { HOME: freshHome(), REMIT_BROKER: local.brokerUrl });

test('[CLI-20] what waits is listed with its code, and shown with every fact, verified', async () => {
  const list = await approvals();
  expect(list.code).toBe(0);
  expect(list.stdout).toContain(grantId);
  expect(list.stdout).toMatch(
    /[0-9A-Z]{4}-[0-9A-Z]{4} +billing-agent +refund-customer +0 of 1 +finance-leads/,
  );
  const shown = await approvals('show', grantId);
  expect(shown.code).toBe(0);
  for (const fact of [
    's3:PutObject',
    '7d3f0a52-0f5e-4f7e-9c1b-6a1f2d3c4b5a-80.json',
    "the agent's own words",
  ])
    expect(shown.stdout).toContain(fact);
  expect(shown.stdout).toContain(`${local.brokerUrl}/console/#/approvals/${grantId}`);
  const title = 'A title \u001b[31mof the catalog';
  const store = await openGrantTable({ broker: local.brokerUrl });
  const grant = await store.get(grantId as GrantId);
  const request = grant && readRequest(grant);
  if (request === undefined) throw new Error('no request');
  const lines = requestLines(request, { task: { title } }).join('\n');
  expect(lines).toMatch(/^title +A title .*of the catalog/m);
  expect(lines).not.toContain('\u001b');
  expect(requestLines(request).join('\n')).not.toMatch(/^title/m);
  expect(shown.stdout).toMatch(/^title +\S.* \(as your catalog has it; no part of what is signed\)$/m);
  expect(shown.stdout).toMatch(/^task +refund-customer in /m);
  expect(`${list.stdout}${shown.stdout}`).not.toContain('\u001b');
}, 60_000);

test('[CLI-24] what is unusual is shown: the first time, and then a number larger than ever', async () => {
  const first = await approvals('show', grantId);
  expect(first.stdout).toMatch(
    /^unusual +billing-agent has not done refund-customer before \(looked at the last \d+ days\)\.$/m,
  );
  const broker = brokerFor(local, CAST.agent);
  const { largeRefund } = CAST;
  const small = { ...largeRefund, parameters: { ...largeRefund.parameters, amount: 20 }, purpose: 'a bit' };
  expect((await broker.request(small)).kind).toBe('granted');
  local.clock.forward(1);
  const larger = await broker.request({ ...largeRefund, purpose: 'all of it' });
  const sentence =
    'amount is 80, larger than ever: 20 was the most when billing-agent did refund-customer once';
  const shown = await approvals('show', larger.grant.grantId);
  expect(shown.stdout).toMatch(new RegExp(`^unusual +${sentence}`, 'm'));
  expect(shown.stdout).not.toMatch(/^(warning|idempotency)/m);
  const told = JSON.parse((await approvals('show', larger.grant.grantId, '--json')).stdout);
  expect(told).toMatchObject({ grantId: larger.grant.grantId, unusual: [expect.stringContaining(sentence)] });
}, 120_000);

test('[CLI-24] an act that could be repeated within its lease is told so, with what makes that harmless', async () => {
  const asked = { task: 'close-account', parameters: { customer: 'cus_12345678' }, purpose: 'they asked' };
  const { grant } = await brokerFor(local, 'support-agent').request(asked);
  const { stdout } = await approvals('show', grant.grantId);
  expect(stdout).toMatch(/^warning +the act could be repeated within its one lease of 60 s$/m);
  expect(stdout).toMatch(
    /^idempotency +Closing an account that is closed writes the same item again \(as your catalog has it; no part/m,
  );
  const told = JSON.parse((await approvals('show', grant.grantId, '--json')).stdout);
  expect(told).toMatchObject({
    idempotency: 'Closing an account that is closed writes the same item again',
    facts: { duration: { leases: 1 } },
  });
  const row = await (await openGrantTable({ broker: local.brokerUrl })).get(grant.grantId as GrantId);
  const request = row && readRequest(row);
  if (request === undefined) throw new Error('no request');
  expect(requestLines(request).join('\n')).toMatch(
    /^idempotency +not known: your catalog does not have the task$/m,
  );
  const lines = requestLines(request, { task: { title: 'T', outlivesLease: 'an object\u001b, for good' } });
  expect(lines.join('\n')).toMatch(/^idempotency +the task names none/m);
  expect(lines.join('\n')).toMatch(
    /^warning +what it makes may live longer than its lease: an object , for good/m,
  );
}, 120_000);

test('[CLI-20] open prints the page and decides nothing; as JSON too', async () => {
  const opened = JSON.parse((await approvals('open', grantId, '--json')).stdout) as Record<string, unknown>;
  expect(opened).toMatchObject({ grantId, link: `${local.brokerUrl}/console/#/approvals/${grantId}` });
  const store = await openGrantTable({ broker: local.brokerUrl });
  expect(await store.get(grantId as GrantId)).toMatchObject({ status: 'pending', approvals: [] });
  expect((await approvals('show', 'nobody')).code).toBe(1);
}, 60_000);

test('[CLI-27] list is what it does anyway, another word is told what there is, and ids may be in lower case', async () => {
  expect((await approvals('list')).stdout).toContain(grantId);
  const other = await approvals('shwo');
  expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/Did you mean show\?/)]);
  expect((await approvals('show', grantId.toLowerCase())).stdout).toMatch(/^decide at /m);
}, 60_000);

test('[CLI-20] facts that do not belong to their digest are not shown', async () => {
  const store = await openGrantTable({ broker: local.brokerUrl });
  const grant = await store.get(grantId as GrantId);
  if (grant?.facts === undefined) throw new Error('no facts');
  const request = readRequest(grant);
  expect(request && requestLines(request).join('\n')).toContain('80');
  const changed = { ...grant, facts: grant.facts.replace('"amount":80', '"amount":90') };
  expect(changed.facts).not.toBe(grant.facts);
  expect(() => readRequest(changed)).toThrow(/do not belong to the digest/);
});
