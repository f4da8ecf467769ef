// Agents registered at run time are changed on their pages, and names of the catalog are suggested where they are typed.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hold, type Visitor } from './browser.ts';
import { show, violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';

let scene: Scene;
let dora: Visitor;
beforeAll(async () => {
  scene = await startScene();
  dora = await scene.person('dora');
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.fault = () => undefined;
  scene.world.acts.length = 0;
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const dialogOf = (page: Page) => page.getByRole('dialog').filter({ has: page.getByLabel('Reason') });
const told = ({ page }: Visitor, text: string | RegExp) => page.getByText(text).first().waitFor();

async function order({ page }: Visitor, reason: string, verb: string): Promise<void> {
  await dialogOf(page).getByLabel('Reason').fill(reason);
  await dialogOf(page).getByRole('button', { name: verb, exact: true }).click();
}

test('[CONSOLE-37] purpose, groups and workloads are changed, and only what was changed is ordered', async () => {
  const { page } = dora;
  await show(dora, '#/agents/new-agent', 'What it is');
  await button(page, 'Change').click();
  const dialog = dialogOf(page);
  await order(dora, 'a narrower trial', 'Change');
  await told(dora, 'Nothing is changed yet.');
  expect(await dialog.getByText('What is ordered').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  const workloads = dialog.getByRole('checkbox');
  for (const each of await workloads.all()) await each.check();
  await told(dora, 'One has to stay; an agent that nobody is any more is retired.');
  await workloads.first().uncheck();
  await dialog.getByLabel('Purpose').fill('Exports invoices.');
  await dialog.getByRole('button', { name: 'Leave out billing' }).click();
  await dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await told(dora, 'new-agent is changed.');
  expect(scene.world.acts).toEqual([
    {
      act: 'agent.update',
      target: 'new-agent',
      reason: 'a narrower trial',
      details: {
        purpose: 'Exports invoices.',
        groups: [],
        removeBindings: [{ issuer: GITHUB, subject: 'repo:acme/billing:ref:refs/heads/main' }],
      },
    },
  ]);
});

test('[CONSOLE-37] a further workload is signed as it was typed', async () => {
  const { page } = dora;
  await show(dora, '#/agents/new-agent', 'What it is');
  await button(page, 'Add a workload').click();
  const dialog = dialogOf(page);
  await order(dora, 'a second runner', 'Add a workload with passkey');
  await told(dora, 'This is needed.');
  await dialog.getByLabel('Issuer').click();
  await page.getByRole('option', { name: /github/ }).click();
  await dialog.getByLabel('Subject', { exact: true }).fill('repo:acme/trial:ref:refs/heads/main');
  await dialog.getByLabel('Claims that must hold too').fill('repository_id = 42');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Add a workload with passkey' }).click();
  await told(dora, 'new-agent has another workload.');
  const added = {
    issuer: GITHUB,
    subject: 'repo:acme/trial:ref:refs/heads/main',
    claims: { repository_id: '42' },
  };
  expect(scene.world.acts[0]).toMatchObject({ act: 'agent.bind', details: { addBindings: [added] } });
  await page.getByText('repo:acme/trial:ref:refs/heads/main').first().waitFor();
});

test('[CONSOLE-37] a further group for an agent that acts is signed, and Change offers none', async () => {
  const { page } = dora;
  const agent = scene.world.agents.get('new-agent');
  if (agent === undefined) throw new Error('no agent');
  scene.world.agents.set('new-agent', { ...agent, status: 'active', groups: [] });
  await show(dora, '#/', 'Leases');
  await show(dora, '#/agents/new-agent', 'What it is');
  await button(page, 'Give groups').click();
  const dialog = dialogOf(page);
  await order(dora, 'it reports too', 'Give groups with passkey');
  await told(dora, 'This is needed.');
  await dialog.getByLabel('Groups to add').click();
  await page.getByRole('option').first().click();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Give groups with passkey' }).click();
  await told(dora, 'new-agent has further groups.');
  expect(scene.world.acts[0]).toMatchObject({ act: 'agent.widen', target: 'new-agent' });
});

test('[CONSOLE-37] what the catalog says of an agent is not changed here, and an operator gives no workload', async () => {
  const { page } = dora;
  await show(dora, '#/agents/billing-agent', 'What it is');
  await button(page, 'Transfer').waitFor();
  expect(await button(page, 'Change').count()).toBe(0);
  const olga = await scene.person('olga', { hasPasskey: false, hash: '#/agents/new-agent' });
  await button(olga.page, 'Change').waitFor();
  expect(await button(olga.page, 'Add a workload').count()).toBe(0);
  await olga.context.close();
});

test('[CONSOLE-36] a task to stop is suggested with its title, others can be typed', async () => {
  const { page } = dora;
  await show(dora, '#/stop', 'Nothing is stopped');
  await page.getByRole('radio', { name: 'A task' }).check();
  await page.getByLabel('Task', { exact: true }).fill('refund');
  await page.getByRole('option', { name: /Order one refund for a customer/ }).click();
  expect(await page.getByLabel('Task', { exact: true }).inputValue()).toBe('refund-customer');
  await page.getByRole('radio', { name: 'An agent that is active' }).check();
  await page.getByLabel('Agent', { exact: true }).fill('worker-2');
  await page.getByRole('option', { name: /worker-21/ }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('[CONSOLE-36] what is suggested may come while somebody types: the field, its focus and its text stay', async () => {
  const { page } = dora;
  // the page anew, with nothing known yet
  await show(dora, '#/nowhere', 'There is no such page');
  await show(dora, '#/stop', 'Nothing is stopped');
  const release = await hold(dora, '/api/agents');
  await page.getByRole('radio', { name: 'An agent that is active' }).check();
  const field = page.getByLabel('Agent', { exact: true });
  await field.click();
  await page.keyboard.type('worker');
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/agents');
  release();
  await answered;
  await page.keyboard.type('-2');
  await page.getByRole('option', { name: /worker-21/ }).waitFor();
  expect(await field.inputValue()).toBe('worker-2');
});

test('[CONSOLE-36] without the catalog every name is typed as text', async () => {
  const { page } = dora;
  scene.world.fault = (path) => (path === '/api/catalog' ? { status: 503, body: '{}' } : undefined);
  await show(dora, '#/register-agent', 'Workloads that are this agent');
  await page.getByLabel('Environment').fill('test');
  await page.getByLabel('Groups (optional)').fill('billing, reporting');
  await page.getByLabel('Issuer').fill(GITHUB);
  expect(await page.getByRole('option').count()).toBe(0);
});
