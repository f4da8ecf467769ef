// The pages of people who look after agents against the real thing: an agent's whole life, a review, the switch, a
// question and the trail, in local mode.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyProof } from '../../src/core/offboard/document.ts';
import { QUESTIONS } from '../../src/core/questions/questions.ts';
import { type Local, startLocal } from '../support/local.ts';
import { refundAgent } from '../support/refund-request.ts';
import { arrive } from './arrive.ts';
import { forward, open, startBrowser, type Visitor } from './browser.ts';

let kept: string;
let local: Local;
let browser: Browser;
let dora: Visitor;

beforeAll(async () => {
  kept = mkdtempSync(join(tmpdir(), 'remit-govern-'));
  local = await startLocal({ keptIn: kept });
  browser = await startBrowser();
  dora = await arrive({ browser, local }, 'dora');
});
afterAll(async () => {
  await browser?.close();
  await local?.close();
  rmSync(kept, { recursive: true });
});

const told = (text: string | RegExp) => dora.page.getByText(text).first().waitFor();
const press = (name: string) => dora.page.getByRole('button', { name, exact: true }).click();

/** In the open dialog. What ends something waits for what was under way: a quarter of a minute. */
async function order(reason: string, verb: string): Promise<void> {
  const dialog = dora.page.getByRole('dialog').filter({ has: dora.page.getByLabel('Reason') });
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  await dialog.waitFor({ state: 'detached', timeout: 60_000 });
}

test('[CONSOLE-35] an agent is registered, let act and retired on its page, with its proof', async () => {
  const { page } = dora;
  await open(dora, '#/register-agent');
  await page.getByLabel('Name', { exact: true }).fill('reporter');
  await page.getByLabel('Purpose').fill('Reports.');
  await page.getByLabel('Environment').fill(local.catalog.tasks[0]?.environment ?? '');
  await page
    .getByLabel('Issuer')
    .fill(local.catalog.issuers.find(({ name }) => name === 'demo')?.issuer ?? '');
  await page.getByLabel('Subject', { exact: true }).fill('agent:reporter');
  await press('Register');
  await order('a trial', 'Register');
  await told('Not active yet');
  await press('Let it act');
  await order('looked at it', 'Let it act with passkey');
  await told('reporter is active.');
  await press('Retire');
  await order('the trial is over', 'Retire with passkey');
  await told(/reporter is retired\./);
  await told('the trial is over');
  await told(/The proof of reporter is under way/);
  // the longest lease, and what may be under way
  local.clock.forward(120);
  await forward(dora, 120);
  await told('Its access is gone');
  const saving = page.waitForEvent('download');
  await press('Download offboarding-reporter.json');
  const text = (await (await (await saving).createReadStream()).toArray()).join('');
  expect(verifyProof(text)).toMatchObject({
    isValid: true,
    proof: { statement: { agent: { id: 'reporter' }, retired: { reason: 'the trial is over' } } },
  });
  expect(dora.complaints).toEqual([]);
});

test('[CONSOLE-35] a review is confirmed with a passkey, and the next date is told', async () => {
  await open(dora, '#/reviews/support-agent');
  await told('What it may do and what it did');
  await press('Confirm the review');
  await order('still needed', 'Confirm with passkey');
  await told('The review of support-agent is confirmed.');
  await open(dora, '#/agents/support-agent');
  await told('still needed');
});

test('[CONSOLE-35] a task is stopped, an agent feels it, and it is lifted', async () => {
  const { page } = dora;
  await open(dora, '#/stop');
  await page.getByRole('radio', { name: 'A task' }).check();
  await page.getByLabel('Task', { exact: true }).fill('refund-customer');
  await press('Stop it');
  await order('refunds go astray', 'Stop with passkey');
  await told('The task refund-customer is stopped.');
  await expect(refundAgent(local).ask()).rejects.toThrow('stopped');
  await open(dora, '#/overview');
  await told('Nothing is issued for: task refund-customer.');
  await open(dora, '#/stop');
  await press('Lift the stop of refund-customer');
  await order('found and mended', 'Lift with passkey');
  await told('Nothing is stopped');
  expect((await refundAgent(local).ask()).grantId).toMatch(/^01/);
});

/** Values for each question, and what is in its answer then; without, there is none in this local mode. */
const ASKED: Readonly<Record<string, { readonly values?: string; readonly row?: string }>> = {
  holds: { row: 'refund-customer' },
  agent: { values: 'agent=billing-agent', row: 'refund-customer' },
  could: { values: 'task=refund-customer', row: 'billing-agent' },
  approved: {},
  touched: { values: 'resource=arn:aws:s3:::*' },
  refused: { row: 'billing-agent' },
  idle: { values: 'days=1', row: 'support-agent' },
  overdue: {},
  blast: { values: 'agent=billing-agent', row: 'refund-customer' },
};

describe('each question', () => {
  beforeAll(async () => {
    await refundAgent(local).ask();
    await expect(refundAgent(local).ask(1_000_000_000)).rejects.toThrow();
  });

  test.each(QUESTIONS.map(({ name, sentence }) => [name, sentence] as const))(
    '[CONSOLE-25] [CONSOLE-35] %s has its page, with an answer',
    async (name, sentence) => {
      const { page } = dora;
      expect(ASKED[name], 'a new question has its line above').toBeDefined();
      const { values = '', row } = ASKED[name] ?? {};
      await open(dora, `#/questions/${name}?${values}`);
      await page.getByRole('heading', { level: 1, name: sentence }).waitFor();
      await page.getByRole('heading', { name: /^Answer/ }).waitFor();
      if (row === undefined) await told('Nothing was found: the answer is none');
      else await page.locator('main tbody').getByText(row).first().waitFor();
      await page.getByRole('button', { name: `Download remit-${name}.csv` }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(dora.complaints).toEqual([]);
    },
  );
});

test('[CONSOLE-35] the questions are listed, and the trail tells what was done', async () => {
  const { page } = dora;
  await open(dora, '#/questions');
  await told('Who holds what now?');
  expect(await page.locator('#content .rows a').count()).toBe(QUESTIONS.length);
  await open(dora, '#/audit?agent=reporter');
  for (const type of ['agent.registered', 'agent.retired']) await told(type);
  expect(dora.complaints).toEqual([]);
});
