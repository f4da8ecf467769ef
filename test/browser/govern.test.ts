// The pages of people who look after agents, in every dress: accessibility, layout, states, filters, questions, trail.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { open, type Visitor } from './browser.ts';
import { expectFitsPhone, MOST_SHIFT, NAMELESS, shiftOf, show, violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

/** Name, address, and a text that is there once the page is whole. */
const PAGES = [
  ['overview', '#/overview', 'Time to dead'],
  ['agents', '#/agents', 'billing-agent'],
  ['agent', '#/agents/support-agent', 'Who did what, and why'],
  ['retired agent', '#/agents/old-agent', 'only reasoned'],
  ['registering an agent', '#/register-agent', 'Workloads that are this agent'],
  ['reviews', '#/reviews', 'support-agent'],
  ['review', '#/reviews/billing-agent', 'as a unified diff'],
  ['stop', '#/stop', 'Kills of the last 7 days'],
  ['audit', '#/audit', 'agent.suspended'],
  ['questions', '#/questions', 'Who holds what now?'],
  ['question', '#/questions/holds', 'billing-agent'],
] as const;

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
  const by = { issuer: 'https://login.acme.example', subject: '51e0c9a7-dora', name: 'Dora (identity)' };
  const change = { what: 'stopped', by, at: '2026-11-24T08:00:00.000Z', reason: 'Incident 42' };
  scene.world.stops.push({ scope: { kind: 'task', id: 'close-account' }, change, orders: 1 });
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.fault = () => undefined;
  scene.world.isEmpty = false;
});

const dora = (looks = {}): Promise<Visitor> => scene.person('dora', { hasPasskey: false, ...looks });

test.each(['light', 'dark'] as const)(
  '[CONSOLE-13] in %s every page passes axe; [CONSOLE-14] all controls have names, nothing complains',
  async (colorScheme) => {
    const visitor = await dora({ colorScheme });
    for (const [name, hash, text] of PAGES) {
      await show(visitor, hash, text);
      expect(await violations(visitor.page), name).toEqual([]);
      expect(await visitor.page.evaluate(NAMELESS), name).toEqual([]);
      expect(await visitor.page.locator('h1').count(), name).toBe(1);
      expect(await visitor.page.title(), name).toMatch(/ · Remit$/);
    }
    expect(visitor.complaints).toEqual([]);
    expect(visitor.addresses.filter((address) => !address.startsWith(scene.world.origin))).toEqual([]);
    await visitor.context.close();
  },
);

test('[CONSOLE-14] nothing moves while a page loads', async () => {
  const visitor = await dora();
  for (const [name, hash, text] of PAGES)
    expect(await shiftOf(visitor, `${scene.world.origin}/console/${hash}`, text), name).toBeLessThan(
      MOST_SHIFT,
    );
  await visitor.context.close();
});

test('[CONSOLE-43] on a phone the first record comes before the filters, which say how many are set', async () => {
  const visitor = await dora({ width: 360, height: 740 });
  const { page } = visitor;
  await show(visitor, '#/audit?type=agent.suspended', 'agent.suspended');
  expect(await page.getByLabel('Person’s subject').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Filters (1 set)' }).click();
  await page.getByLabel('Person’s subject').waitFor();
  expect(await page.getByLabel('Type', { exact: true }).inputValue()).toBe('agent.suspended');
  expect(await page.evaluate(NAMELESS)).toEqual([]);
  await visitor.context.close();
});

test('[CONSOLE-13] [CONSOLE-15] at 360 pixels nothing but tables is wider than the page, and every page passes axe', async () => {
  const visitor = await dora({ width: 360, height: 740 });
  for (const [name, hash, text] of PAGES) {
    await show(visitor, hash, text);
    await expectFitsPhone(visitor.page, name);
  }
  await visitor.context.close();
});

describe('states', () => {
  test('[CONSOLE-16] nothing there', async () => {
    scene.world.isEmpty = true;
    const visitor = await dora();
    for (const [hash, text] of [
      ['#/overview', 'Nothing was asked for in these days.'],
      ['#/agents', 'No agent matches'],
      ['#/reviews', 'No review is due'],
      ['#/stop', 'Nothing was killed.'],
      ['#/audit', 'No record matches'],
    ] as const) {
      await show(visitor, hash, text);
      expect(await violations(visitor.page), hash).toEqual([]);
    }
    await visitor.context.close();
  });

  test('[CONSOLE-16] refused and unknown, with sentence, request id and what to do', async () => {
    const visitor = await dora();
    const { page } = visitor;
    await open(visitor, '#/agents/nobody');
    await page.getByRole('alert').getByText('There is no agent of this name.').waitFor();
    await page
      .getByRole('alert')
      .getByText(/request [0-9a-f]{12}/)
      .waitFor();
    await show(visitor, '#/questions/unheard', 'There is no such question');
    const refusal = { error: 'insufficient_scope', error_description: 'Your groups do not let you do this.' };
    const body = JSON.stringify({ ...refusal, code: 'role_missing', request_id: 'req-4711' });
    for (const area of ['overview', 'agents', 'reviews', 'audit', 'questions']) {
      scene.world.fault = (path) => (path === `/api/${area}` ? { status: 403, body } : undefined);
      await open(visitor, `#/${area}`);
      await page.getByRole('alert').getByText('req-4711').waitFor();
    }
    await visitor.context.close();
  });
});

describe('who sees what', () => {
  test('[CONSOLE-21] viewers begin with the overview, approvers with their queue, and each sees own pages only', async () => {
    const visitor = await dora();
    await open(visitor, '#/');
    await visitor.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await visitor.page.getByRole('link', { name: 'Audit trail', exact: true }).waitFor();
    await visitor.context.close();
    const ben = await scene.person('ben', { hasPasskey: false });
    await ben.page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor();
    await ben.page.getByRole('link', { name: 'Agents', exact: true }).waitFor();
    for (const name of ['Audit trail', 'Questions', 'Stop'])
      expect(await ben.page.getByRole('link', { name, exact: true }).count(), name).toBe(0);
    await open(ben, '#/agents/billing-agent');
    await ben.page.getByRole('heading', { name: 'What it is' }).waitFor();
    for (const name of ['Suspend', 'Retire', 'Transfer'])
      expect(await ben.page.getByRole('button', { name }).count(), name).toBe(0);
    await ben.context.close();
  });
});

describe('the overview', () => {
  test('[CONSOLE-22] has its charts named, with the numbers as tables, and links to the lists', async () => {
    const visitor = await dora();
    const { page } = visitor;
    await show(visitor, '#/overview', 'Time to dead');
    for (const name of [
      ...['Grants over time', 'Leases now', 'Refusals by code', 'Time to dead', 'Agents by status'],
    ])
      await page
        .getByRole('application', { name })
        .or(page.getByLabel(name, { exact: true }))
        .first()
        .waitFor();
    await page.getByRole('button', { name: 'As a table' }).nth(2).click();
    const numbers = page.getByRole('region', { name: 'Refusals by code as a table' });
    expect(await numbers.getByRole('row').nth(1).innerText()).toMatch(/task_not_allowed\s+12/);
    await page.getByRole('button', { name: 'As a table' }).nth(1).click();
    const leases = page.getByRole('region', { name: 'Leases now as a table' });
    expect(await leases.getByRole('row').nth(1).innerText()).toMatch(/export-invoices\s+6/);
    await page.getByText('Nothing is issued for: task close-account.').waitFor();
    await page.getByText('the oldest is missing').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Reviews overdue: 1' }).click();
    await page.getByText('overdue since').waitFor();
    expect(page.url()).toContain('#/reviews?state=overdue');
    await visitor.context.close();
  });
});

describe('lists', () => {
  test('[CONSOLE-23] agents are filtered by the address and paged, and a filter starts at the first page', async () => {
    const visitor = await dora();
    const { page } = visitor;
    await show(visitor, '#/agents', 'billing-agent');
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText('worker-29').waitFor();
    await open(visitor, '#/agents?status=suspended');
    await page.getByText('report-agent').waitFor();
    expect(await page.getByText('worker-29').count()).toBe(0);
    await page.getByLabel('Environment').fill('test');
    await page.keyboard.press('Enter');
    await page.getByText('No agent matches').waitFor();
    expect(page.url()).toContain('#/agents?status=suspended&environment=test');
    await visitor.context.close();
  });

  test('[CONSOLE-24] the trail is searched by the address, paged, and each record is shown whole', async () => {
    const visitor = await dora();
    const { page } = visitor;
    await show(visitor, '#/audit?agent=billing-agent&type=agent.suspended', 'agent.suspended');
    expect(await page.getByText('grant.ended').count()).toBe(0);
    await page.getByRole('button', { name: 'agent.suspended, the whole record 0/60' }).click();
    await page.getByText('"prevHash"').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close the record' }).click();
    await open(visitor, '#/audit');
    await page.getByText('grant.ended').first().waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('button', { name: /the whole record 0\/35/ }).waitFor();
    await visitor.context.close();
  });

  test('[CONSOLE-25] a question is asked with its values in the address, answered as a table, and taken as CSV', async () => {
    const visitor = await dora();
    const { page } = visitor;
    await show(visitor, '#/questions', 'Who holds what now?');
    await page.getByRole('link', { name: 'What did an agent do between two times?' }).click();
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('This is needed.').waitFor();
    await page.getByLabel('agent', { exact: true }).fill('billing-agent');
    await page.getByLabel('from (optional)').fill('yesterday');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('alert').getByText('The question lacks a parameter').waitFor();
    await page.getByLabel('from (optional)').fill('');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('01KC2Y5T8Q4ZV3N7R6W9XAB001').waitFor();
    expect(page.url()).toMatch(/#\/questions\/agent\?agent=billing-agent$/);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download remit-agent.csv' }).click();
    const saved = await (await saving).createReadStream();
    const text = (await saved.toArray()).join('');
    expect(text).toMatch(/^agent,task,grant,leases\r\nbilling-agent,export-invoices,/);
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });

  test('[CONSOLE-26] a review shows use and proposals, and its diff can be taken', async () => {
    const visitor = await dora();
    const { page } = visitor;
    await show(visitor, '#/reviews/billing-agent', 'never used');
    await page.getByText('It never used close-account: it can leave the group closers.').waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download review-billing-agent.patch' }).click();
    const text = (await (await (await saving).createReadStream()).toArray()).join('');
    expect(text).toContain('-  - closers\n');
    await visitor.context.close();
  });
});
