// Administrative acts in a real browser, with a virtual authenticator, against an API that verifies the signatures.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digestOfAgent, digestOfReview } from '../console/fake-agents.ts';
import { open, type Visitor } from './browser.ts';
import { press, show, violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

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

const button = (page: Page, name: RegExp | string) => page.getByRole('button', { name, exact: true });
const dialogOf = (page: Page) => page.getByRole('dialog').filter({ has: page.getByLabel('Reason') });

async function begin({ page }: Visitor, agent: string, act: string): Promise<void> {
  await page.evaluate(`window.location.hash = '#/agents/${agent}'`);
  await page.getByRole('heading', { name: `Agent ${agent}` }).waitFor();
  await button(page, act).click();
  await dialogOf(page).waitFor();
}

async function order({ page }: Visitor, reason: string, verb: string): Promise<void> {
  await dialogOf(page).getByLabel('Reason').fill(reason);
  await dialogOf(page).getByRole('button', { name: verb, exact: true }).click();
}

const told = ({ page }: Visitor, text: string | RegExp) => page.getByText(text).first().waitFor();

describe('an act', () => {
  test('[CONSOLE-27] without a signature needs a reason, says what follows, and is told', async () => {
    await begin(dora, 'worker-01', 'Suspend');
    const { page } = dora;
    await dialogOf(page).getByText('its open grants end').waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Suspend').last().click();
    await told(dora, 'Say why. It stays with the act.');
    expect(scene.world.acts).toEqual([]);
    await dialogOf(page).getByLabel('Reason').fill('  Incident 42 ');
    await dialogOf(page).getByRole('button', { name: 'Suspend' }).click();
    await told(dora, /worker-01 is suspended\. 2 grants have ended\./);
    expect(scene.world.acts).toEqual([{ act: 'agent.suspend', target: 'worker-01', reason: 'Incident 42' }]);
    await page.getByText('Incident 42', { exact: true }).waitFor();
    await button(page, 'Let it act').waitFor();
  });

  test('[CONSOLE-40] is told until the reader goes on to another page', async () => {
    await begin(dora, 'worker-02', 'Suspend');
    await order(dora, 'Incident 43', 'Suspend');
    const notice = dora.page.getByText(/worker-02 is suspended\./);
    await notice.first().waitFor();
    await open(dora, '#/stop');
    await dora.page.getByRole('heading', { name: 'Stop', level: 1 }).waitFor();
    // one that leads to another page by itself is read there: it stays through the first two seconds
    await expect
      .poll(
        async () => {
          await open(dora, '#/agents');
          await open(dora, '#/stop');
          return notice.count();
        },
        { timeout: 10_000, interval: 500 },
      )
      .toBe(0);
  });

  test('[CONSOLE-28] with a signature signs what is shown: an agent is let act as the page shows it', async () => {
    const digest = digestOfAgent(scene.world, 'report-agent');
    await begin(dora, 'report-agent', 'Let it act');
    await dialogOf(dora.page).getByText(digest).waitFor();
    await order(dora, 'The incident is over', 'Let it act with passkey');
    await told(dora, 'report-agent is active.');
    expect(scene.world.acts).toEqual([
      {
        act: 'agent.resume',
        target: 'report-agent',
        reason: 'The incident is over',
        details: { agentDigest: digest },
      },
    ]);
    expect(dora.complaints).toEqual([]);
  });

  test('[CONSOLE-28] to transfer names the new owner by subject', async () => {
    await begin(dora, 'worker-02', 'Transfer');
    const { page } = dora;
    await order(dora, 'Ada has left', 'Transfer with passkey');
    await told(dora, 'Name the new owner.');
    await page.getByLabel('New owner’s subject').fill('7f0c2d1e-ada');
    await told(dora, 'This is the owner now.');
    await page.getByLabel('New owner’s subject').fill('2b8e6a4c-grace');
    await button(page, 'Transfer with passkey').click();
    await told(dora, 'worker-02 has another owner.');
    expect(scene.world.acts[0]?.details).toEqual({
      owner: { issuer: `${scene.world.origin}/people`, subject: '2b8e6a4c-grace' },
    });
  });

  test('[CONSOLE-34] to retire cannot be taken back, and shows its proof until it is signed', async () => {
    await begin(dora, 'worker-03', 'Retire');
    const { page } = dora;
    await dialogOf(page).getByText('This cannot be undone.').waitFor();
    await order(dora, 'Replaced', 'Retire with passkey');
    await told(dora, /worker-03 is retired\./);
    await button(page, 'Suspend').waitFor({ state: 'detached' });
    expect(scene.world.agents.get('worker-03')?.status).toBe('retired');
    await told(dora, /The proof of worker-03 is under way, next look: \d+ s left/);
    await told(dora, 'only reasoned: each mint reads the status');
    scene.world.isDead = true;
    await told(dora, 'Its access is gone');
    const saving = page.waitForEvent('download');
    await button(page, 'Download offboarding-worker-03.json').click();
    const saved = (await (await (await saving).createReadStream()).toArray()).join('');
    expect(JSON.parse(saved)).toEqual({ statement: { agent: { id: 'worker-03' } } });
  });

  test('[CONSOLE-26] a review is confirmed until a day that may be', async () => {
    const { page } = dora;
    await show(dora, '#/reviews/worker-04', 'never used');
    const reviewDigest = digestOfReview(scene.world, 'worker-04');
    await button(page, 'Confirm the review').click();
    await page.getByLabel('Next review by').fill('2036-01-01');
    await order(dora, 'Still needed', 'Confirm with passkey');
    await told(dora, /A day \(YYYY-MM-DD\) from today to/);
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('Next review by').fill(day);
    await button(page, 'Confirm with passkey').click();
    await told(dora, 'The review of worker-04 is confirmed.');
    expect(scene.world.acts[0]).toMatchObject({
      act: 'review.confirm',
      details: { reviewBy: day, reviewDigest },
    });
  });

  test('[CONSOLE-33] registers an agent, which is proposed, once every field is right', async () => {
    const { page } = dora;
    await show(dora, '#/register-agent', 'Workloads that are this agent');
    await button(page, 'Register').click();
    await told(dora, 'Some fields above are not right yet.');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Name', { exact: true }).fill('trial-agent');
    await page.getByLabel('Purpose').fill('A trial of two weeks.');
    await page.getByLabel('Environment').fill('test');
    await page.getByLabel('Issuer').fill('https://token.actions.githubusercontent.com');
    await page.getByLabel('Subject', { exact: true }).fill('repo:acme/trial:ref:refs/heads/main');
    await button(page, 'Register').click();
    await order(dora, 'Asked for by billing', 'Register');
    await told(dora, 'Not active yet');
    await told(dora, 'trial-agent is registered, and waits for an administrator');
    expect(scene.world.acts[0]).toMatchObject({
      target: 'trial-agent',
      details: { agent: { id: 'trial-agent', owner: { subject: '51e0c9a7-dora' }, groups: [] } },
    });
  });

  test('[CONSOLE-29] that is pressed twice in one moment is ordered once', async () => {
    await begin(dora, 'worker-05', 'Suspend');
    const dialog = dialogOf(dora.page);
    await dialog.getByLabel('Reason').fill('twice');
    await dialog.getByRole('button', { name: 'Suspend' }).evaluate((each) => {
      const { click } = each as unknown as { click(): void };
      click.call(each);
      click.call(each);
    });
    await told(dora, /worker-05 is suspended/);
    expect(scene.world.acts.length).toBe(1);
  });

  test('[CONSOLE-15] is ordered by the keyboard alone, and the focus comes back', async () => {
    const { page } = dora;
    await show(dora, '#/agents/worker-06', 'What it is');
    await press(page, 'Suspend');
    await dialogOf(page).waitFor();
    await page.keyboard.press('Escape');
    await dialogOf(page).waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Suspend');
    await page.keyboard.press('Enter');
    await dialogOf(page).getByLabel('Reason').focus();
    await page.keyboard.type('by keyboard');
    await press(page, 'Suspend');
    await told(dora, /worker-06 is suspended/);
  });
});

describe('the switch', () => {
  test('[CONSOLE-30] stops a task with a signature, shows who did it and why, and lifts it', async () => {
    const { page } = dora;
    await show(dora, '#/stop', 'Nothing is stopped');
    await page.getByRole('radio', { name: 'A task' }).check();
    await button(page, 'Stop it').click();
    await told(dora, 'Name it exactly.');
    await page.getByLabel('Task', { exact: true }).fill('refund-customer');
    await button(page, 'Stop it').click();
    await order(dora, 'Refunds go astray', 'Stop with passkey');
    await told(dora, 'The task refund-customer is stopped.');
    await told(dora, 'Refunds go astray');
    await button(page, 'Lift the stop of refund-customer').click();
    await order(dora, 'Found and mended', 'Lift with passkey');
    await told(dora, 'Nothing is stopped');
    expect(scene.world.acts.map(({ act }) => act)).toEqual(['task.kill', 'task.restore']);
  });

  test('[CONSOLE-30] an operator kills a grant at once, and may not stop an issuer', async () => {
    const olga = await scene.person('olga', { hasPasskey: false });
    const { page } = olga;
    await show(olga, '#/stop', 'Nothing is stopped');
    expect(await page.getByRole('radio', { name: 'An issuer' }).count()).toBe(0);
    await page.getByLabel('Grant id').fill('01KC2Y5T8Q4ZV3N7R6W9XAB00');
    await button(page, 'Stop it').click();
    await told(olga, 'A grant id has 26 characters.');
    await page.getByLabel('Grant id').fill('01KC2Y5T8Q4ZV3N7R6W9XAB001');
    await button(page, 'Stop it').click();
    await order(olga, 'Looks wrong', 'Kill');
    await told(olga, /The grant is killed\./);
    await page.getByRole('radio', { name: 'A task' }).check();
    await page.getByLabel('Task', { exact: true }).fill('refund-customer');
    await button(page, 'Stop it').click();
    await told(olga, 'You need a passkey for this');
    expect(await button(page, 'Stop with passkey').isDisabled()).toBe(true);
    await olga.context.close();
  });
});

test('[CONSOLE-30] a grant that is open is killed on its own page, an ended one has no such button', async () => {
  const { page } = dora;
  const ended = '01KC2Y5T8Q4ZV3N7R6W9XAB001';
  await show(dora, `#/grants/${ended}`, 'What happened');
  expect(await button(page, 'Kill').count()).toBe(0);
  scene.world.areGrantsOpen = true;
  const grantId = '01KC2Y5T8Q4ZV3N7R6W9XAB004';
  await show(dora, `#/grants/${grantId}`, 'What happened');
  await button(page, 'Kill').click();
  await order(dora, 'Looks wrong', 'Kill');
  await told(dora, /The grant is killed\./);
  expect(scene.world.acts).toEqual([{ act: 'grant.kill', target: grantId, reason: 'Looks wrong' }]);
  scene.world.areGrantsOpen = false;
});

describe('an act that comes to nothing', () => {
  test('[CONSOLE-31] a server that asks for a signature over something else gets none', async () => {
    await begin(dora, 'worker-07', 'Retire');
    const sent = () => dora.addresses.filter((address) => address.endsWith('/api/acts/signed')).length;
    const before = sent();
    scene.world.fault = (path) => {
      if (path !== '/api/acts/challenge') return undefined;
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      const body = { nonce: 'bm9uY2U', expiresAt, challenge: 'A'.repeat(43), credentialIds: ['AAAA'] };
      return { status: 200, body: JSON.stringify({ ...body, rpId: 'localhost' }) };
    };
    await order(dora, 'Replaced', 'Retire with passkey');
    await told(dora, /asked for a signature over something else/);
    expect(sent()).toBe(before);
    expect(scene.world.acts).toEqual([]);
    await button(dora.page, 'Leave it').click();
  });

  test('[CONSOLE-8] a passkey that is cancelled leaves everything as it was, and the reason written', async () => {
    const { page } = dora;
    await begin(dora, 'worker-08', 'Retire');
    await page.evaluate(`
      window.get = navigator.credentials.get;
      navigator.credentials.get = () => Promise.reject(new DOMException('cancelled', 'NotAllowedError'));
    `);
    await order(dora, 'kept', 'Retire with passkey');
    await told(dora, /it was cancelled, or took too long/);
    expect(await dialogOf(page).getByLabel('Reason').inputValue()).toBe('kept');
    expect(scene.world.acts).toEqual([]);
    await page.evaluate('navigator.credentials.get = window.get;');
    await button(page, 'Retire with passkey').click();
    await told(dora, /worker-08 is retired/);
  });

  test('[CONSOLE-16] a refusal is shown in the dialog with its sentence and request id', async () => {
    await begin(dora, 'worker-09', 'Suspend');
    const found = scene.world.agents.get('worker-09');
    if (found !== undefined) scene.world.agents.set('worker-09', { ...found, status: 'retired' });
    await order(dora, 'too late', 'Suspend');
    const alert = dialogOf(dora.page).getByRole('alert');
    await alert.getByText('An agent in this state cannot be moved so.').waitFor();
    await alert.getByText(/request [0-9a-f]{12}/).waitFor();
    await button(dora.page, 'Leave it').click();
  });

  test('[CONSOLE-32] a lost answer is never told as nothing done', async () => {
    await begin(dora, 'worker-10', 'Suspend');
    scene.world.fault = (path) =>
      path === '/api/acts' ? { status: 504, body: '{"message":"Endpoint request timed out"}' } : undefined;
    await order(dora, 'lost', 'Suspend');
    await dialogOf(dora.page).getByRole('alert').getByText('may be done, or under way').waitFor();
    await button(dora.page, 'Leave it').click();
  });

  test('[CONSOLE-32] an act that goes on is asked about until it is over, with what has ended so far', async () => {
    scene.world.areKillsLong = true;
    await begin(dora, 'worker-11', 'Suspend');
    await order(dora, 'slow', 'Suspend');
    const going = dora.page.getByRole('dialog').filter({ hasText: 'goes on' });
    await going.getByText('It is ordered, and goes on').waitFor();
    await going.getByText('3', { exact: true }).waitFor();
    await going.getByText(/\d+ s left/).waitFor();
    expect(await violations(dora.page)).toEqual([]);
    scene.world.areKillsLong = false;
    await told(dora, /worker-11 is suspended\. 3 grants have ended\./);
    await going.waitFor({ state: 'detached' });
    expect(scene.world.acts.length).toBe(1);
  });

  test('[CONSOLE-32] an act that goes on can be left, also where asking about it fails, and is never told as done', async () => {
    scene.world.areKillsLong = true;
    await begin(dora, 'worker-13', 'Retire');
    scene.world.fault = (path) =>
      path === '/api/acts/progress' ? { status: 503, body: '{"message":"Service Unavailable"}' } : undefined;
    await order(dora, 'slow', 'Retire with passkey');
    await dora.page.getByRole('alert').getByText('Service Unavailable').waitFor();
    await button(dora.page, 'Close; it goes on').last().click();
    await told(dora, /it goes on\. Nothing new is given any more/);
    scene.world.areKillsLong = false;
  });

  test('[CONSOLE-32] an answer that names no kill is told as going on', async () => {
    await begin(dora, 'worker-14', 'Suspend');
    scene.world.fault = (path) =>
      path === '/api/acts' ? { status: 200, body: '{"done":false}' } : undefined;
    await order(dora, 'slow', 'Suspend');
    await told(dora, /it goes on\. Nothing new is given any more/);
  });
});

test('[CONSOLE-9] what was written for an act is there again after a sign-in', async () => {
  await begin(dora, 'worker-12', 'Retire');
  const { page } = dora;
  await dialogOf(page).getByLabel('Reason').fill('half written');
  await page.reload();
  await begin(dora, 'worker-12', 'Retire');
  expect(await dialogOf(page).getByLabel('Reason').inputValue()).toBe('half written');
  await button(page, 'Leave it').click();
  await open(dora, '#/agents');
});
