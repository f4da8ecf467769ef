// Local mode that starts after the review dates of its catalog: the example must go on working in every year.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { overdueLine } from '../../src/adapters/local/overdue.ts';
import type { RegisteredAgent } from '../../src/core/model.ts';
import { askForInvoices } from '../support/invoices.ts';
import { type Local, startLocal } from '../support/local.ts';

const directory = mkdtempSync(join(tmpdir(), 'remit-overdue-'));
const catalogDirectory = join(directory, 'catalog');
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let local: Local;
beforeAll(async () => {
  cpSync('catalog', catalogDirectory, { recursive: true });
  for (const [agent, reviewBy] of Object.entries({
    'billing-agent': '2026-01-31',
    'support-agent': inDays(3),
    'release-agent': inDays(4),
  })) {
    const file = join(catalogDirectory, 'agents', `${agent}.yaml`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^reviewBy: .*$/m, `reviewBy: ${reviewBy}`));
  }
  local = await startLocal({ catalogDirectory });
}, 120_000);
afterAll(async () => {
  await local?.close();
  rmSync(directory, { recursive: true });
});

test('[LOCAL-41] an agent that was overdue counts as reviewed for 90 days, which is said, and is given its task', async () => {
  const [only, ...others] = local.overdue;
  expect(others).toEqual([]);
  expect(only).toMatchObject({ id: 'billing-agent', reviewBy: '2026-01-31' });
  // the start may have been before midnight
  expect([inDays(90), inDays(89)]).toContain(only?.until);
  expect(only && overdueLine(only)).toMatch(
    /billing-agent as due by 2026-01-31: here it counts as reviewed until 20/,
  );
  const { client, grant } = await askForInvoices(local);
  await client.complete(grant);
});

test('[LOCAL-41] the review is an order of the person at the keyboard, with its reason', async () => {
  const answer = await fetch(`${local.brokerUrl}/dev/admin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: 'agents.show', id: 'billing-agent' }),
  });
  const { agent } = (await answer.json()) as { agent: RegisteredAgent };
  expect(agent.review?.by.subject).toMatch(/:user\/operator$/);
  expect(agent.review?.reason).toContain('after the review date that the catalog has');
});
