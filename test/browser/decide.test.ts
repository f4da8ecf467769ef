// Deciding in a real browser, with a virtual authenticator, against an API that verifies the signatures.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { open, pick, type Visitor } from './browser.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
let ben: Visitor;
beforeAll(async () => {
  scene = await startScene();
  ben = await scene.person('ben');
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.tamper = (view) => view;
  scene.world.fault = () => undefined;
});

const statusOf = (grantId: string) => scene.world.requests.get(grantId)?.status;
const button = (page: Page, name: RegExp | string) => page.getByRole('button', { name });

async function openRequest(visitor: Visitor, grantId: string): Promise<void> {
  await open(visitor, `#/approvals/${grantId}`);
  await visitor.page.getByRole('heading', { name: 'What you would sign' }).waitFor();
}

describe('a decision', () => {
  test('[CONSOLE-1] is approved from the queue, signed, and told', async () => {
    const grantId = scene.request({});
    await open(ben, '#/approvals');
    await ben.page.locator(`a[href="#/approvals/${grantId}"]`).click();
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByRole('status').getByText('You approved the request. The agent gets').waitFor();
    expect(statusOf(grantId)).toBe('approved');
    await button(ben.page, 'Approve with passkey').waitFor({ state: 'detached' });
  });

  test('[CONSOLE-1] is denied with a reason, which is signed too', async () => {
    const grantId = scene.request({});
    await openRequest(ben, grantId);
    await ben.page.getByLabel('Reason (optional)').fill('  Order 4711 was not charged twice.  ');
    await button(ben.page, 'Deny with passkey').click();
    await ben.page.getByText('You denied the request.').waitFor();
    expect(statusOf(grantId)).toBe('denied');
    expect(scene.world.requests.get(grantId)?.decisions[0]?.reason).toBe('Order 4711 was not charged twice.');
  });

  test('[APPROVE-19] of an owner who is of another provider can be a denial only, which is said', async () => {
    const grantId = scene.request({});
    scene.world.tamper = (view) => ({
      ...view,
      ...(view.mine === 'can-decide' && { mine: 'owner-unknown' }),
    });
    await openRequest(ben, grantId);
    await ben.page.getByText('so nobody can approve. You may deny').waitFor();
    expect(await button(ben.page, 'Approve with passkey').count()).toBe(0);
    await button(ben.page, 'Deny with passkey').click();
    await button(ben.page, 'Deny with passkey').waitFor({ state: 'detached' });
    expect(statusOf(grantId)).toBe('denied');
  });

  test('[CONSOLE-2] of two people makes a quorum of two', async () => {
    const grantId = scene.request({ quorum: 2 });
    await openRequest(ben, grantId);
    await ben.page.getByText('2 more people of finance-leads must approve.').waitFor();
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByText('It still waits: one more person has to approve.').first().waitFor();
    expect(statusOf(grantId)).toBe('pending');
    await ben.page.getByText('You have decided; others are still asked.').waitFor();
    const chloe = await scene.person('chloe');
    await openRequest(chloe, grantId);
    await chloe.page.getByText('One more person of finance-leads must approve.').waitFor();
    await button(chloe.page, 'Approve with passkey').click();
    await chloe.page.getByText('You approved the request. The agent gets').waitFor();
    expect(statusOf(grantId)).toBe('approved');
    await chloe.context.close();
  });

  test('[CONSOLE-10] by one alone needs a reason, and says what it does', async () => {
    const grantId = scene.request({ quorum: 2, breakGlass: 'incident-commanders' });
    const olga = await scene.person('olga');
    await openRequest(olga, grantId);
    await button(olga.page, /Break the glass/).click();
    await olga.page.getByRole('alert').getByText('Say why.').waitFor();
    expect(statusOf(grantId)).toBe('pending');
    await olga.page.getByLabel('Reason', { exact: true }).fill('Incident 42');
    await button(olga.page, /Break the glass/).click();
    await olga.page.getByText('You broke the glass').waitFor();
    expect(statusOf(grantId)).toBe('approved');
    await olga.page.getByText('The glass was broken: one person approved this alone').waitFor();
    await olga.context.close();
  });
});

test('[CONSOLE-10] an approver who may break the glass too can do so where others would have to agree', async () => {
  const alone = scene.request({ breakGlass: 'support-leads' });
  await openRequest(ben, alone);
  await button(ben.page, 'Approve with passkey').waitFor();
  expect(await button(ben.page, /Break the glass/).count()).toBe(0);
  const grantId = scene.request({ quorum: 2, breakGlass: 'support-leads' });
  await openRequest(ben, grantId);
  await ben.page.getByLabel('Reason (optional)').fill('Incident 43');
  await button(ben.page, /Break the glass/).click();
  await ben.page.getByText('You broke the glass').waitFor();
  expect(statusOf(grantId)).toBe('approved');
});

describe('who may not decide', () => {
  test.each([
    ['grace', 'You may look, not decide.'],
    ['ada', 'You own this agent, so somebody else has to decide.'],
  ])('[CONSOLE-3] %s sees why, and no button', async (persona, sentence) => {
    const grantId = scene.request({});
    const visitor = await scene.person(persona, { hasPasskey: false });
    await openRequest(visitor, grantId);
    await visitor.page.getByText(sentence).waitFor();
    expect(await button(visitor.page, /with passkey/).count()).toBe(0);
    await visitor.context.close();
  });

  test('[CONSOLE-3] an approver without a passkey is led to enrolment', async () => {
    const grantId = scene.request({});
    const chloe = await scene.person('chloe', { hasPasskey: false });
    scene.world.passkeys.delete('8d21f7b4-chloe');
    await chloe.page.reload();
    await openRequest(chloe, grantId);
    await chloe.page.getByText('You need a passkey to decide').waitFor();
    await chloe.context.close();
  });

  test('[CONSOLE-3] the API’s refusal is shown with its sentence and request id', async () => {
    const grantId = scene.request({});
    await openRequest(ben, grantId);
    const view = scene.world.requests.get(grantId);
    if (view !== undefined) scene.world.requests.set(grantId, { ...view, approvers: ['others'] });
    await button(ben.page, 'Approve with passkey').click();
    const alert = ben.page.getByRole('alert');
    await alert.getByText('You carry none of the groups that decide on this task.').waitFor();
    await alert.getByText(/request [0-9a-f]{12}/).waitFor();
    expect(statusOf(grantId)).toBe('pending');
  });

  test('[CONSOLE-4] nobody, once the time is over', async () => {
    const grantId = scene.request({ secondsLeft: -5 });
    await openRequest(ben, grantId);
    await ben.page.getByText('time is over').waitFor();
    expect(await button(ben.page, 'Approve with passkey').isDisabled()).toBe(true);
  });

  test('[CONSOLE-4] nobody, when it ends while the page is open', async () => {
    const grantId = scene.request({ secondsLeft: 2 });
    await openRequest(ben, grantId);
    await ben.page.getByText('time is over').waitFor();
    await ben.page.locator('button:disabled', { hasText: 'Approve with passkey' }).waitFor();
  });
});

describe('a server that lies', () => {
  test.each([
    ['other facts', (facts: string) => facts.replace('111122223333', '999999999999')],
    ['a larger amount', (facts: string) => facts.replace('"amount":1', '"amount":9')],
    ['fewer permissions', (facts: string) => facts.replace('s3:PutObject', 's3:GetObject')],
    ['a member twice', (facts: string) => facts.replace('{', '{"agent":"harmless",')],
  ])('[CONSOLE-6] that shows %s is found out', async (_, change) => {
    const grantId = scene.request({});
    scene.world.tamper = (view) => ({ ...view, facts: change(view.facts) });
    await open(ben, `#/approvals/${grantId}`);
    await ben.page.getByRole('alert').getByText('This request cannot be decided here').waitFor();
    expect(await ben.page.getByText('What you would sign').count()).toBe(0);
    expect(await button(ben.page, /with passkey/).count()).toBe(0);
  });

  test('[CONSOLE-6] that shows a request in place of another is found out', async () => {
    const [grantId, other] = [scene.request({}), scene.request({})];
    scene.world.tamper = (view) => ({ ...(scene.world.requests.get(other) ?? view), mine: 'can-decide' });
    await open(ben, `#/approvals/${grantId}`);
    await ben.page.getByText('These are the facts of another request.').waitFor();
  });

  test('[CONSOLE-7] that asks for a signature over something else gets none', async () => {
    const grantId = scene.request({});
    await openRequest(ben, grantId);
    const before = scene.world.decisions.length;
    scene.world.fault = (path) => {
      if (!path.endsWith('/challenge')) return undefined;
      const body = {
        nonce: 'bm9uY2U',
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
        challenge: 'A'.repeat(43),
      };
      return { status: 200, body: JSON.stringify({ ...body, credentialIds: ['AAAA'], rpId: 'localhost' }) };
    };
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByText('asked for a signature over something else').waitFor();
    expect(scene.world.decisions.length).toBe(before);
  });
});

describe('a signature', () => {
  test('[CONSOLE-5] that is sent again is refused', async () => {
    const grantId = scene.request({ quorum: 2 });
    await openRequest(ben, grantId);
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByText('You have decided; others are still asked.').waitFor();
    const sent = scene.world.decisions.at(-1);
    const again = await fetch(`${scene.world.origin}${sent?.path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sent?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(sent?.body),
    });
    expect(await again.json()).toMatchObject({ code: 'challenge_unknown' });
    expect(scene.world.requests.get(grantId)?.approved).toBe(1);
  });

  test('[CONSOLE-8] is not made when the person is not verified; nothing is sent', async () => {
    const grantId = scene.request({});
    await openRequest(ben, grantId);
    const before = scene.world.decisions.length;
    await ben.authenticator.verifies(false);
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByRole('alert').getByText('Nothing was decided').waitFor();
    await ben.authenticator.verifies(true);
    expect(scene.world.decisions.length).toBe(before);
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByText('You approved the request.').first().waitFor();
  });

  test('[CONSOLE-8] is not made by a browser without passkeys, which says so', async () => {
    const grantId = scene.request({});
    await openRequest(ben, grantId);
    await ben.page.evaluate(
      'window.kept = window.PublicKeyCredential; window.PublicKeyCredential = undefined;',
    );
    await button(ben.page, 'Approve with passkey').click();
    await ben.page.getByText('This browser has no passkeys').waitFor();
    await ben.page.evaluate('window.PublicKeyCredential = window.kept;');
  });

  test('[CONSOLE-8] that is cancelled leaves everything as it was', async () => {
    const grantId = scene.request({});
    await openRequest(ben, grantId);
    await ben.page.evaluate(`
      window.get = navigator.credentials.get;
      navigator.credentials.get = () => Promise.reject(new DOMException('cancelled', 'NotAllowedError'));
    `);
    await ben.page.getByLabel('Reason (optional)').fill('kept');
    await button(ben.page, 'Deny with passkey').click();
    await ben.page.getByText('it was cancelled, or took too long').waitFor();
    expect(await ben.page.getByLabel('Reason (optional)').inputValue()).toBe('kept');
    expect(statusOf(grantId)).toBe('pending');
    await ben.page.evaluate('navigator.credentials.get = window.get;');
  });
});

test('[CONSOLE-9] a sign-in that ends in the middle of a decision leads back to it, with the reason', async () => {
  const grantId = scene.request({});
  const olga = ben;
  await openRequest(olga, grantId);
  await olga.page.getByLabel('Reason (optional)').fill('Checked with the customer');
  scene.world.fault = (path) =>
    path.endsWith('/challenge')
      ? {
          status: 401,
          body: JSON.stringify({ code: 'sign_in_rejected', error_description: 'The sign-in is over.' }),
        }
      : undefined;
  await button(olga.page, 'Approve with passkey').click();
  scene.world.fault = () => undefined;
  await button(olga.page, 'Sign in again').click();
  await pick(olga.page, 'ben');
  await olga.page.getByRole('heading', { name: 'What you would sign' }).waitFor();
  expect(olga.page.url()).toContain(`#/approvals/${grantId}`);
  expect(await olga.page.getByLabel('Reason (optional)').inputValue()).toBe('Checked with the customer');
  await button(olga.page, 'Approve with passkey').click();
  await olga.page.getByText('You approved the request.').first().waitFor();
  expect(scene.world.requests.get(grantId)?.decisions[0]?.reason).toBe('Checked with the customer');
});

test('[CONSOLE-18] the agent’s words stay words', async () => {
  const purpose = '<img src=x onerror=alert(1)> **Approved by Remit**\nSYSTEM: all checks passed';
  const grantId = scene.request({ purpose });
  await openRequest(ben, grantId);
  const words = ben.page.locator('figure', { hasText: 'in its own words; nobody has checked them' });
  expect(await words.locator('blockquote').textContent()).toBe(purpose);
  expect(await words.locator('blockquote > *').count()).toBe(0);
});

test('[CONSOLE-14] nothing of all this made the browser complain', () => {
  expect(ben.complaints).toEqual([]);
});
