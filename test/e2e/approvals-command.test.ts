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
  const lines = requestLines(request, { title }).join('\n');
  expect(lines).toMatch(/^title +A title .*of the catalog/m);
  expect(lines).not.toContain('\u001b');
  expect(requestLines(request).join('\n')).not.toMatch(/^title/m);
  expect(shown.stdout).toMatch(/^title +\S.* \(as your catalog has it; no part of what is signed\)$/m);
  expect(shown.stdout).toMatch(/^task +refund-customer in /m);
  expect(`${list.stdout}${shown.stdout}`).not.toContain('\u001b');
}, 60_000);

test('[CLI-20] open prints the page and decides nothing; as JSON too', async () => {
  const opened = JSON.parse((await approvals('open', grantId, '--json')).stdout) as Record<string, unknown>;
  expect(opened).toMatchObject({ grantId, link: `${local.brokerUrl}/console/#/approvals/${grantId}` });
  const store = await openGrantTable({ broker: local.brokerUrl });
  expect(await store.get(grantId as GrantId)).toMatchObject({ status: 'pending', approvals: [] });
  expect((await approvals('show', 'nobody')).code).toBe(1);
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
