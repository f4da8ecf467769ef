// The keyboard alone: denying with a reason, searching the grants, a passkey's life. Approving is in pages.test.ts, an
// act in acts.test.ts.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Visitor } from './browser.ts';
import { press, show, tabTo } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
let ben: Visitor;
beforeAll(async () => {
  scene = await startScene();
  ben = await scene.person('ben');
});
afterAll(() => scene.close());

test('[CONSOLE-15] denies a request, with a reason', async () => {
  const { page } = ben;
  const grantId = scene.request({});
  await show(ben, `#/approvals/${grantId}`, 'Your decision');
  await tabTo(page, 'Reason (optional)');
  await page.keyboard.type('Order 4711 was not charged twice.');
  await press(page, 'Deny with passkey');
  await page.getByText('You denied the request.').waitFor();
  const view = scene.world.requests.get(grantId);
  expect(view?.status).toBe('denied');
  expect(view?.decisions[0]?.reason).toBe('Order 4711 was not charged twice.');
});

test('[CONSOLE-15] filters the grants by name and by status, pages, and opens one', async () => {
  const { page } = ben;
  await show(ben, '#/grants', 'export-invoices');
  await press(page, 'Next page');
  await page.getByText('01KC2Y5T8Q4ZV3N7R6W9XAB025').waitFor();
  await tabTo(page, 'Agent', 'Shift+Tab');
  await page.keyboard.type('billing-agent');
  await page.keyboard.press('Enter');
  await page.getByText('01KC2Y5T8Q4ZV3N7R6W9XAB003').waitFor();
  // the focus is where it was: the next filter is a few keys away
  expect(await page.evaluate('document.activeElement.value')).toBe('billing-agent');
  await tabTo(page, 'Task');
  await page.keyboard.type('read-orders');
  await page.keyboard.press('Enter');
  await page.getByText('01KC2Y5T8Q4ZV3N7R6W9XAB000').waitFor({ state: 'detached' });
  expect(page.url()).toContain('#/grants?agent=billing-agent&task=read-orders');
  await tabTo(page, 'Status', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type('denied');
  await page.keyboard.press('Enter');
  await page.getByText('denied', { exact: true }).nth(1).waitFor();
  expect(page.url()).toContain('status=denied');
  // in a table one Tab goes in, and the arrows from cell to cell
  await tabTo(page, 'Grant');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('What happened').waitFor();
});

test('[CONSOLE-15] enrols a passkey and removes another', async () => {
  const { page } = ben;
  await show(ben, '#/passkeys', 'I have lost a passkey');
  await tabTo(page, 'Name');
  await page.keyboard.type('Key in the safe');
  await page.keyboard.press('Enter');
  await page.getByText('The passkey “Key in the safe” is enrolled and counts from now on.').waitFor();
  await press(page, 'Remove the passkey Laptop');
  await page.getByRole('dialog').getByText('decides nothing any more').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(scene.world.passkeys.get('3c55a1d0-ben')?.map(({ status }) => status)).toEqual(['active', 'active']);
  // the focus comes back to the button
  await page.keyboard.press('Enter');
  await press(page, 'Remove with passkey');
  await page.getByText('The passkey is removed.').waitFor();
  expect(scene.world.passkeys.get('3c55a1d0-ben')?.map(({ status }) => status)).toEqual([
    'removed',
    'active',
  ]);
  expect(ben.complaints).toEqual([]);
});
