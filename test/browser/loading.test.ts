// What a reader sees while the API has not answered yet: that something is coming, on each page, and then the page.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, open, type Visitor } from './browser.ts';
import { violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

const REQUEST = '01KC2Y5T8Q4ZV3N7R6W9XD0001';
const STORY = '01KC2Y5T8Q4ZV3N7R6W9XAB001';

let scene: Scene;
let dora: Visitor;
beforeAll(async () => {
  scene = await startScene();
  scene.request({ grantId: REQUEST });
  dora = await scene.person('dora', { hasPasskey: false });
});
afterAll(() => scene.close());

test.each([
  ['approvals', '#/approvals?show=all', '/api/approvals', 'Loading requests', 'Time left'],
  [
    'a request',
    `#/approvals/${REQUEST}`,
    `/api/approvals/${REQUEST}`,
    'Loading the request',
    'Digest of the request',
  ],
  ['grants', '#/grants', '/api/grants', 'Loading Grants', 'export-invoices'],
  ['a grant', `#/grants/${STORY}`, `/api/grants/${STORY}`, 'Loading the grant', 'What happened'],
  ['findings', '#/findings', '/api/findings', 'Loading Findings', 'break-glass'],
  ['the overview', '#/overview', '/api/overview', 'Loading numbers', 'Time to dead'],
  ['agents', '#/agents', '/api/agents', 'Loading Agents', 'billing-agent'],
  ['an agent', '#/agents/support-agent', '/api/agents/support-agent', 'Loading the agent', 'What it is'],
  [
    'its story',
    '#/agents/billing-agent',
    '/api/agents/billing-agent/story',
    'Loading the story',
    'Incident 0',
  ],
  ['its proof', '#/agents/old-agent', '/api/agents/old-agent/proof', 'Loading the proof', 'only reasoned'],
  ['reviews', '#/reviews', '/api/reviews', 'Loading Reviews', 'overdue since'],
  ['a review', '#/reviews/billing-agent', '/api/reviews/billing-agent', 'Loading the review', 'never used'],
  ['stop', '#/stop', '/api/overview', 'Loading what is stopped', 'Kills of the last 7 days'],
  ['the trail', '#/audit', '/api/audit', 'Loading Audit trail', 'grant.ended'],
  ['questions', '#/questions', '/api/questions', 'Loading questions', 'Who holds what now?'],
  ['a question', '#/questions/holds', '/api/questions', 'Loading the question', 'billing-agent'],
  ['its answer', '#/questions/holds', '/api/questions/holds', 'Loading the answer', 'billing-agent'],
  ['passkeys', '#/passkeys', '/api/passkeys', 'Loading passkeys', 'I have lost a passkey'],
])('[CONSOLE-16] %s: loading is shown, then the content', async (_, hash, path, loading, content) => {
  const { page } = dora;
  await open(dora, '#/nowhere');
  await page.getByText('There is no such page').waitFor();
  const release = await hold(dora, path);
  await open(dora, hash);
  await page.getByText(loading, { exact: true }).waitFor();
  expect(await page.locator('main').getByText(content).count()).toBe(0);
  release();
  await page.getByText(content).first().waitFor();
  await page.getByText(loading, { exact: true }).waitFor({ state: 'detached' });
  expect(dora.complaints).toEqual([]);
});

test('[CONSOLE-16] a page that is loading passes axe, and says so to who cannot see it', async () => {
  const release = await hold(dora, '/api/approvals');
  await open(dora, '#/nowhere');
  await open(dora, '#/approvals?show=all');
  await dora.page.getByRole('status').getByText('Loading requests').waitFor();
  expect(await violations(dora.page)).toEqual([]);
  release();
});

test('[CONSOLE-16] what was there stays there while it is loaded again', async () => {
  const { page } = dora;
  await open(dora, '#/findings');
  await page.getByText('break-glass').first().waitFor();
  const release = await hold(dora, '/api/findings');
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/findings'));
  await page.getByRole('button', { name: 'Load Findings again' }).click();
  await asked;
  expect(await page.getByText('break-glass').count()).toBeGreaterThan(0);
  expect(await page.getByText('Loading Findings').count()).toBe(0);
  release();
});
