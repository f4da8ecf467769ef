// An agent's whole story and its budgets on its page, and the budgets of a request on the page of who decides.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { open, type Visitor } from './browser.ts';
import { NAMELESS, show, violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.fault = () => undefined;
});

test('[HISTORY-6] the story is shown page by page, administrative only or all, with links to what it tells of', async () => {
  const visitor = await scene.person('dora', { hasPasskey: false });
  const { page } = visitor;
  await show(visitor, '#/agents/billing-agent', 'Incident 0');
  const entries = page.getByRole('list', { name: 'Story' }).getByRole('listitem');
  expect(await entries.count()).toBe(10);
  expect(await entries.first().innerText()).toContain('Suspended: it was active.\nby 51e0c9a7-dora');
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Incident 38').waitFor();
  expect(await entries.count()).toBe(20);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Incident 58').waitFor();
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);

  await page
    .getByRole('switch', { name: 'Administrative only' })
    .or(page.getByLabel('Administrative only'))
    .first()
    .click();
  await page.getByText('Was let do refund-customer.').first().waitFor();
  expect(await page.getByRole('link', { name: 'The request 01KC2Y5T8Q4ZV3N7R6W9XAB001' }).count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(NAMELESS)).toEqual([]);
  await page.getByRole('link', { name: 'Record 0/60', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Audit trail' }).waitFor();
  expect(page.url()).toContain('agent=billing-agent&type=agent.suspended&from=2026-11-24&to=2026-11-24');
  expect(visitor.complaints).toEqual([]);
  await visitor.context.close();
});

test('[HISTORY-6] without the trail everything else is shown, and the row tells what it remembers', async () => {
  const body = JSON.stringify({
    error: 'temporarily_unavailable',
    error_description: 'Something is unavailable for a moment.',
    code: 'store_unavailable',
    request_id: 'req-4711',
  });
  scene.world.fault = (path) => (path.endsWith('/story') ? { status: 503, body } : undefined);
  const visitor = await scene.person('dora', { hasPasskey: false });
  const { page } = visitor;
  await show(visitor, '#/agents/report-agent', 'req-4711');
  await page.locator('blockquote').getByText('Incident 42').waitFor();
  await page.getByRole('heading', { name: 'What it is' }).waitFor();
  expect(await violations(page)).toEqual([]);
  scene.world.fault = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Incident 0').waitFor();
  await visitor.context.close();
});

test('[HISTORY-6] an owner without a role is told what the row remembers, and asks nothing of the trail', async () => {
  const visitor = await scene.person('ada', { hasPasskey: false });
  await show(visitor, '#/agents/report-agent', 'Incident 42');
  expect(visitor.addresses.filter((address) => address.endsWith('/story'))).toEqual([]);
  await visitor.context.close();
});

test.each(['light', 'dark'] as const)(
  '[BUDGETUSE-6] in %s budgets are named bars with their numbers',
  async (colorScheme) => {
    const visitor = await scene.person('dora', { hasPasskey: false, colorScheme });
    const { page } = visitor;
    await show(visitor, '#/agents/billing-agent', '440 of 500 used');
    for (const name of ['All its tasks: grants an hour', 'refund-customer: amount a day'])
      expect(await page.getByRole('progressbar', { name }).count(), name).toBe(1);
    expect(await violations(page)).toEqual([]);
    await visitor.context.close();
  },
);

test('[BUDGETUSE-4] budgets that cannot be read are told as such, and the rest is there', async () => {
  const visitor = await scene.person('dora', { hasPasskey: false });
  await show(visitor, '#/agents/report-agent', 'cannot be read now');
  await visitor.page
    .getByRole('heading', { name: 'What it may do' })
    .or(visitor.page.getByText('Export invoices'))
    .first()
    .waitFor();
  expect(await violations(visitor.page)).toEqual([]);
  await visitor.context.close();
});

test('[BUDGETUSE-5] who decides sees what the request would use, and when it is too much', async () => {
  const task = { scope: 'task', task: 'refund-customer' } as const;
  const grantId = scene.request({
    amount: 80,
    budgets: [
      { ...task, window: 'hour', most: 9, used: 2, wants: 1 },
      { ...task, window: 'day', parameter: 'amount', most: 500, used: 440, wants: 80 },
    ],
  });
  const blind = scene.request({ amount: 10, budgets: 'unreadable' });
  const visitor = await scene.person('ben', { hasPasskey: false });
  const { page } = visitor;
  await show(visitor, `#/approvals/${grantId}`, 'This request would use 1 of the 7 left this hour');
  await page.getByText('This request needs 80, and only 60 are left today').waitFor();
  expect(await violations(page)).toEqual([]);
  await open(visitor, `#/approvals/${blind}`);
  await page.getByText('budgets cannot be read now').waitFor();
  await visitor.context.close();
});

test('[CONSOLE-42] a page that is newer than the API shows what is not told as not known, and all the rest', async () => {
  const grantId = scene.request({ amount: 10 });
  const visitor = await scene.person('ben', { hasPasskey: false });
  await withoutBudgets(visitor);
  await show(visitor, `#/approvals/${grantId}`, 'budgets cannot be read now');
  await visitor.page.getByText('What you would sign').waitFor();
  await visitor.context.close();
  const admin = await scene.person('dora', { hasPasskey: false });
  await withoutBudgets(admin);
  await show(admin, '#/agents/billing-agent', 'budgets cannot be read now');
  await admin.page.getByText('Incident 0').waitFor();
  expect([...visitor.complaints, ...admin.complaints]).toEqual([]);
  await admin.context.close();
});

/** As an API of before answers, during a deployment. */
async function withoutBudgets({ page }: Visitor): Promise<void> {
  await page.route(/\/api\/(agents|approvals)\/[^/]+$/, async (route) => {
    const response = await route.fetch();
    const { budgets: _, ...json } = await response.json();
    await route.fulfill({ response, json });
  });
}
