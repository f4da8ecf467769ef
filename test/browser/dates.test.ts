// Instants as people read them: in their own zone, with UTC on hover, wherever the core or the API has written one.

import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { digestOfText } from '../../src/core/record/digest.ts';
import { open, type Visitor } from './browser.ts';
import { show } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

const STORY = '01KC2Y5T8Q4ZV3N7R6W9XAB001';
const REQUEST = '01KC2Y5T8Q4ZV3N7R6W9XD0001';
/** As the browser of the tests writes them. */
const LOCAL = /^\d{1,2} [A-Z][a-z]{2,3} \d{4}, \d{2}:\d{2}:\d{2}$/;
const RAW = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

let scene: Scene;
let dora: Visitor;
beforeAll(async () => {
  scene = await startScene();
  scene.request({ grantId: REQUEST });
  dora = await scene.person('dora', { hasPasskey: false });
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.tamper = (view) => view;
});

const utcOf = (iso: string) => `${iso.replace('T', ' ').slice(0, 19)} UTC`;

/** One instant, of which it is known what it is. */
async function expectDate(date: Locator): Promise<void> {
  const iso = (await date.getAttribute('datetime')) ?? '';
  expect(new Date(iso).toISOString()).toBe(iso);
  expect(await date.textContent()).toMatch(LOCAL);
  expect(await date.getAttribute('title')).toContain(utcOf(iso));
}

test('[CONSOLE-46] of a story', async () => {
  await show(dora, `#/grants/${STORY}`, 'What happened');
  const date = dora.page.locator('time').first();
  expect(await date.textContent()).toBe('20 Nov 2026, 08:43:00');
  expect(await date.getAttribute('title')).toContain('2026-11-20 07:43:00 UTC');
});

test('[CONSOLE-46] of what would be signed, and the exact text has it as it is signed', async () => {
  const { page } = dora;
  await show(dora, `#/approvals/${REQUEST}`, 'What you would sign');
  const { requestedAt } = JSON.parse(scene.world.requests.get(REQUEST)?.facts ?? '{}') as {
    requestedAt: string;
  };
  const date = page.locator('dl > *', { hasText: 'Asked at' }).locator('time');
  await expectDate(date);
  expect(await date.getAttribute('datetime')).toBe(requestedAt);
  expect(await page.locator('main').innerText()).not.toMatch(RAW);
  await page.getByRole('button', { name: 'The exact text' }).click();
  await page.getByText(`"requestedAt": "${requestedAt}"`).waitFor();
});

test('[CONSOLE-46] what is signed as a date and is none is shown as it is', async () => {
  scene.world.tamper = (view) => {
    const facts = view.facts.replace(/"requestedAt":"[^"]+"/, '"requestedAt":"2026-11-20"');
    return { ...view, facts, requestDigest: digestOfText(facts) };
  };
  await open(dora, '#/findings');
  await show(dora, `#/approvals/${REQUEST}`, 'What you would sign');
  const asked = dora.page.locator('dl > *', { hasText: 'Asked at' });
  await asked.getByText('2026-11-20', { exact: true }).waitFor();
  expect(await asked.locator('time').count()).toBe(0);
});

test('[CONSOLE-46] in a sentence of a finding', async () => {
  await show(dora, '#/findings', 'within the hour before');
  const sentence = dora.page.getByText('within the hour before').first();
  await expectDate(sentence.locator('time'));
  expect(await sentence.textContent()).toMatch(/^Ben \(finance\) has .+ before 20 Nov 2026, 07:30:00\.$/);
});

test('[CONSOLE-46] in the notice of what an act has ended', async () => {
  const { page } = dora;
  await show(dora, '#/agents/worker-01', 'What it is');
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  const dialog = page.getByRole('dialog').filter({ has: page.getByLabel('Reason') });
  await dialog.getByLabel('Reason').fill('Incident 42');
  await dialog.getByRole('button', { name: 'Suspend', exact: true }).click();
  const notice = page.getByText('The last of its credentials is dead by').first();
  await notice.waitFor();
  await expectDate(notice.locator('time'));
  expect(await notice.textContent()).not.toMatch(RAW);
});
