// Every page in every dress: accessibility, layout, states, keyboard, tables.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { consolePolicy } from '../../src/config/console-headers.ts';
import { open, signIn, visit } from './browser.ts';
import { expectFitsPhone, MOST_SHIFT, NAMELESS, press, shiftOf, show, violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

const STORY = '01KC2Y5T8Q4ZV3N7R6W9XAB001';
let scene: Scene;
let pages: readonly (readonly [string, string, string])[];
beforeAll(async () => {
  scene = await startScene();
  const request = scene.request({ quorum: 2, unusual: ['larger than any refund of this agent before'] });
  const once = scene.request({ task: 'close-account', breakGlass: 'incident-commanders' });
  scene.request({ amount: 42 });
  scene.request({ amount: 42 });
  pages = [
    ['queue', '#/approvals', 'Time left'],
    ['request', `#/approvals/${request}`, 'Your decision'],
    ['request of one lease', `#/approvals/${once}`, 'The act could be repeated within one lease'],
    ['grants', '#/grants', 'export-invoices'],
    ['grant', `#/grants/${STORY}`, 'What happened'],
    ['findings', '#/findings', 'break-glass'],
    ['passkeys', '#/passkeys', 'I have lost a passkey'],
    ['unknown', '#/nowhere', 'There is no such page'],
  ];
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.fault = () => undefined;
  scene.world.isEmpty = false;
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('[CONSOLE-13] every page passes axe; [CONSOLE-14] all controls have names, nothing complains', async () => {
    const visitor = await visit(scene.browser, { colorScheme });
    await visitor.page.goto(`${scene.world.origin}/console/`);
    await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await violations(visitor.page), 'sign-in').toEqual([]);
    await visitor.context.close();
    const ben = await scene.person('ben', { colorScheme });
    for (const [name, hash, text] of pages) {
      await show(ben, hash, text);
      expect(await violations(ben.page), name).toEqual([]);
      expect(await ben.page.evaluate(NAMELESS), name).toEqual([]);
      expect(await ben.page.locator('h1').count(), name).toBe(1);
      expect(await ben.page.title(), name).toMatch(/ · Remit$/);
    }
    expect(ben.complaints).toEqual([]);
    expect(ben.addresses.filter((address) => !address.startsWith(scene.world.origin))).toEqual([]);
    await ben.context.close();
  });
});

test('[CONSOLE-14] nothing moves while a page loads', async () => {
  const ben = await scene.person('ben');
  for (const [name, hash, text] of pages)
    expect(await shiftOf(ben, `${scene.world.origin}/console/${hash}`, text), name).toBeLessThan(MOST_SHIFT);
  await ben.context.close();
});

test('[CONSOLE-14] the page comes with its policy, which lets nothing inline and nobody else in', async () => {
  const answer = await fetch(`${scene.world.origin}/console/`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toBe(consolePolicy([]));
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(await answer.text()).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=/);
});

test('[CONSOLE-13] [CONSOLE-15] at 360 pixels nothing but tables is wider than the page, and every page passes axe', async () => {
  const ben = await scene.person('ben', { width: 360, height: 740 });
  for (const [name, hash, text] of pages) {
    await show(ben, hash, text);
    await expectFitsPhone(ben.page, name);
  }
  await ben.page.getByRole('button', { name: 'Open navigation' }).click();
  await ben.page.getByRole('link', { name: 'Findings' }).click();
  await ben.page.getByRole('heading', { level: 1, name: 'Findings' }).waitFor();
  await ben.context.close();
});

test('[CONSOLE-15] the keyboard alone decides a request', async () => {
  const ben = await scene.person('ben');
  const grantId = scene.request({});
  await show(ben, `#/approvals/${grantId}`, 'Your decision');
  expect(await ben.page.evaluate('document.activeElement.textContent')).toContain('Order one refund');
  await press(ben.page, 'Approve with passkey');
  await ben.page.getByText('You approved the request.').waitFor();
  // where Tab begins after a button has gone differs by what the browser remembers: the order is what counts
  const first = ben.page.locator('a[href], button, input, [tabindex="0"]').first();
  expect(await first.textContent()).toBe('Skip to content');
  await first.focus();
  await ben.page.keyboard.press('Enter');
  expect(await ben.page.evaluate('document.activeElement.closest("main, #content") !== null')).toBe(true);
  await ben.context.close();
});

describe('states', () => {
  test('[CONSOLE-16] [CONSOLE-41] nothing there', async () => {
    scene.world.isEmpty = true;
    scene.world.passkeys.clear();
    const ben = await scene.person('ben', { hasPasskey: false });
    await show(ben, '#/approvals', 'No request waits');
    await ben.page.getByText('Enrol a passkey before you need it').waitFor();
    await show(ben, '#/grants', 'No grant matches');
    await show(ben, '#/findings', 'Nothing was found');
    expect(await violations(ben.page)).toEqual([]);
    await ben.context.close();
  });

  test('[CONSOLE-16] refused, broken and unreachable, with sentence, request id and what to do', async () => {
    const ben = await scene.person('ben', { hasPasskey: false });
    const refusal = { error: 'insufficient_scope', error_description: 'Your groups do not let you do this.' };
    const answers = [
      [403, JSON.stringify({ ...refusal, code: 'role_missing', request_id: 'req-4711' }), 'req-4711'],
      [500, JSON.stringify({ message: 'Internal Server Error' }), 'Internal Server Error'],
      [200, '<html>', 'in a way that this page cannot read'],
    ] as const;
    for (const [status, body, told] of answers) {
      scene.world.fault = (path) => (path.startsWith('/api/grants') ? { status, body } : undefined);
      await open(ben, '#/findings');
      await open(ben, '#/grants');
      await ben.page.getByRole('alert').getByText(told).waitFor();
    }
    expect(await violations(ben.page)).toEqual([]);
    scene.world.fault = () => undefined;
    await ben.page.getByRole('button', { name: 'Try again' }).click();
    await ben.page.getByText('export-invoices').first().waitFor();
    await ben.context.setOffline(true);
    await open(ben, '#/findings');
    await ben.page.getByRole('alert').getByText('Remit cannot be reached.').waitFor();
    await ben.context.close();
  });
});

describe('the grants table', () => {
  test('[CONSOLE-19] filters by the address, pages, and shows other columns', async () => {
    const ben = await scene.person('ben', { hasPasskey: false });
    await show(ben, '#/grants', 'glass broken');
    const first = await ben.page.locator('td a, th a').first().textContent();
    await ben.page.getByRole('button', { name: 'Next page' }).click();
    await ben.page.getByText('01KC2Y5T8Q4ZV3N7R6W9XAB025').waitFor();
    await ben.page.getByRole('button', { name: 'Previous page' }).click();
    await ben.page.getByText(first ?? '').waitFor();
    await ben.page.getByLabel('Agent', { exact: true }).fill('billing-agent');
    await ben.page.keyboard.press('Enter');
    await ben.page.getByText('01KC2Y5T8Q4ZV3N7R6W9XAB001').waitFor({ state: 'detached' });
    expect(ben.page.url()).toContain('#/grants?agent=billing-agent');
    await ben.page.getByRole('button', { name: 'Columns' }).click();
    await ben.page.getByRole('dialog').getByText('Why it ended').click();
    await ben.page.getByRole('button', { name: 'Show', exact: true }).click();
    await ben.page.getByText('the agent was done').first().waitFor();
    expect(ben.complaints).toEqual([]);
    await ben.context.close();
  });
});

describe('signing in', () => {
  test('[CONSOLE-17] leaves no code in the address, and signing out leaves nothing', async () => {
    const ben = await scene.person('ben', { hasPasskey: false });
    expect(new URL(ben.page.url()).search).toBe('');
    await ben.page.getByRole('button', { name: /Signed in as Ben/ }).click();
    // the address loses its hash first: whoever goes on then meets the way out half-way
    const left = ben.page.waitForEvent('load');
    await ben.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await left;
    expect(new URL(ben.page.url()).hash).toBe('');
    await ben.page.goto(`${scene.world.origin}/console/`);
    await ben.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await ben.page.evaluate('sessionStorage.length')).toBe(0);
    await ben.context.close();
  });

  test.each([
    ['not begun here', '?code=abc&state=def', 'has begun no such sign-in'],
    ['an error of the identity provider', '?error=access_denied&state=def', 'has begun no such sign-in'],
  ])('[CONSOLE-17] %s lets nobody in', async (_, query, sentence) => {
    const visitor = await visit(scene.browser);
    await visitor.page.goto(`${scene.world.origin}/console/${query}`);
    await visitor.page.getByRole('alert').getByText(sentence).waitFor();
    expect(new URL(visitor.page.url()).search).toBe('');
    await visitor.context.close();
  });

  test.each(['state', 'nonce', 'verifier'])('[CONSOLE-17] another %s lets nobody in', async (member) => {
    const visitor = await visit(scene.browser);
    await visitor.page.goto(`${scene.world.origin}/console/`);
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.locator('button[value="ben"]').waitFor();
    // the identity provider of local mode is on the same origin: as if the answer belonged to another sign-in
    await visitor.page.evaluate(`
      const begun = JSON.parse(sessionStorage.getItem('remit.sign-in'));
      sessionStorage.setItem('remit.sign-in', JSON.stringify({ ...begun, ${member}: 'forged' }));
    `);
    await visitor.page.locator('button[value="ben"]').click();
    await visitor.page.getByRole('alert').getByText('does not belong to this sign-in').waitFor();
    expect(await visitor.page.evaluate("sessionStorage.getItem('remit.session')")).toBeNull();
    await visitor.context.close();
  });

  test('[CONSOLE-17] the page that was asked for is shown after it', async () => {
    const visitor = await visit(scene.browser);
    await signIn(visitor, scene.world.origin, 'ben', `#/grants/${STORY}`);
    await visitor.page.getByText('What happened').waitFor();
    await visitor.context.close();
  });
});
