// The console against the real thing: local mode's people, API, workflow and token endpoint, in a browser with virtual
// authenticators. What the other browser tests hold against a fake API is held to the product here.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn as tokenOf } from '../../src/adapters/local/sign-in.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, peopleOf } from '../support/local-people.ts';
import { catalogOfTwo, refundAgent } from '../support/refund-request.ts';
import { arrive } from './arrive.ts';
import { forward, open, signIn, startBrowser, type Visitor, visit } from './browser.ts';

let catalog: ReturnType<typeof catalogOfTwo>;
let local: Local;
let people: LocalPeople;
let browser: Browser;
let dora: Visitor;
let ben: Visitor;
let chloe: Visitor;

beforeAll(async () => {
  catalog = catalogOfTwo();
  local = await startLocal({ catalogDirectory: catalog.directory });
  people = peopleOf(local);
  browser = await startBrowser();
  dora = await arrive({ browser, local }, 'dora');
  ben = await arrive({ browser, local, administrator: dora }, 'ben');
  chloe = await arrive({ browser, local, administrator: dora }, 'chloe');
});
afterAll(async () => {
  await browser?.close();
  await local?.close();
  catalog.remove();
});

async function press({ page }: Visitor, grantId: string, name: string): Promise<void> {
  await page.evaluate(`window.location.hash = '#/approvals/${grantId}'`);
  await page.getByRole('heading', { name: 'What you would sign' }).waitFor();
  await page.getByRole('button', { name }).click();
}

/** As an administrator is told of them. */
async function decisionsOn(grantId: string): Promise<unknown> {
  const told = await people.get(`/api/approvals/${grantId}`, await tokenOf(local.brokerUrl, 'dora'));
  expect(told.status).toBe(200);
  return told.body['decisions'];
}

test('[CONSOLE-20] two people approve in their browsers, and the waiting agent gets its lease', async () => {
  const agent = refundAgent(local);
  const { grantId, handle, told } = await agent.ask();
  await open(ben, '#/approvals');
  await ben.page.getByText(String(told['binding_code'])).first().waitFor();
  await press(ben, grantId, 'Approve with passkey');
  await ben.page.getByText('It still waits: one more person has to approve.').waitFor();
  expect(await agent.poll(handle)).toMatchObject({ error: 'authorization_pending', approved: 1 });
  await press(chloe, grantId, 'Approve with passkey');
  await chloe.page.getByText('You approved the request.').first().waitFor();
  expect(await agent.poll(handle)).toMatchObject({ status: 200, grant_id: grantId });
  await open(chloe, `#/grants/${grantId}`);
  await chloe.page
    .getByText(/redeemed/i)
    .first()
    .waitFor();
  expect([...ben.complaints, ...chloe.complaints]).toEqual([]);
});

test('[CONSOLE-20] one denial ends it for the agent', async () => {
  const agent = refundAgent(local);
  const { grantId, handle } = await agent.ask(81);
  await press(chloe, grantId, 'Deny with passkey');
  await chloe.page.getByText('You denied the request.').waitFor();
  expect(await agent.poll(handle)).toMatchObject({ code: 'grant_denied' });
});

test('[CONSOLE-20] the owner is told that others decide, and the API holds to it', async () => {
  const { grantId } = await refundAgent(local).ask(82);
  const owner = await visit(browser);
  await signIn(owner, local.brokerUrl, 'ada');
  await open(owner, `#/approvals/${grantId}`);
  await owner.page.getByRole('heading', { name: 'What you would sign' }).waitFor();
  expect(await owner.page.getByRole('button', { name: /with passkey/ }).count()).toBe(0);
  const token = await tokenOf(local.brokerUrl, 'ada');
  const tried = await people.call(`/api/approvals/${grantId}/challenge`, token, { decision: 'approve' });
  expect(tried).toMatchObject({ status: 403, body: { code: 'owner_may_not_decide' } });
  await owner.context.close();
});

test.each([
  // she decides on requests for support; he is in no group at all
  'grace',
  'eve',
])(
  '[CONSOLE-3] [CONSOLE-20] %s, who is of another group, has nothing to decide, and the API holds to it',
  async (persona) => {
    const { grantId } = await refundAgent(local).ask(84);
    const stranger = await visit(browser);
    const { page } = stranger;
    await signIn(stranger, local.brokerUrl, persona);
    await open(stranger, '#/approvals');
    await page.getByText(/Nothing waits for you|No request waits/).waitFor();
    expect(await page.locator(`a[href="#/approvals/${grantId}"]`).count()).toBe(0);
    await open(stranger, `#/approvals/${grantId}`);
    await page
      .getByText(/You may look, not decide\.|request_unknown/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: /with passkey|break the glass/i }).count()).toBe(0);
    const token = await tokenOf(local.brokerUrl, persona);
    for (const decision of ['approve', 'deny', 'break-glass'])
      expect(
        await people.call(`/api/approvals/${grantId}/challenge`, token, { decision, reason: 'let me' }),
      ).toMatchObject({ status: 403, body: { code: 'not_an_approver' } });
    expect(await decisionsOn(grantId)).toEqual([]);
    await stranger.context.close();
  },
);

test('[CONSOLE-5] [CONSOLE-20] the very call by which a browser decided counts once, whoever sends it again', async () => {
  const agent = refundAgent(local);
  const { grantId, handle } = await agent.ask(85);
  const other = await agent.ask(86);
  const path = `/api/approvals/${grantId}/decision`;
  const deciding = ben.page.waitForRequest((request) => request.url().endsWith(path));
  await press(ben, grantId, 'Approve with passkey');
  const sent = await deciding;
  await ben.page.getByText('It still waits: one more person has to approve.').first().waitFor();
  const before = await decisionsOn(grantId);
  expect(before).toMatchObject([{ decision: 'approve', approver: { subject: '3c55a1d0-ben' } }]);
  const token = (await sent.headerValue('authorization'))?.replace('Bearer ', '') ?? '';
  const body = sent.postDataJSON() as Record<string, unknown>;
  // to the one who decided it is told what came of it: one of two, still
  expect(await people.call(path, token, body)).toMatchObject({
    status: 200,
    body: { status: 'pending', approved: 1, quorum: 2 },
  });
  const chloes = await tokenOf(local.brokerUrl, 'chloe');
  for (const again of [
    people.call(path, chloes, body),
    people.call(`/api/approvals/${other.grantId}/decision`, token, body),
  ])
    expect(await again).toMatchObject({ status: 400, body: { code: 'challenge_unknown' } });
  expect(await decisionsOn(grantId)).toEqual(before);
  expect(await decisionsOn(other.grantId)).toEqual([]);
  expect(await agent.poll(handle)).toMatchObject({ error: 'authorization_pending', approved: 1 });
});

test('[CONSOLE-20] a request whose time is over can no longer be decided', async () => {
  const agent = refundAgent(local);
  const { grantId, handle } = await agent.ask(83);
  local.clock.forward(601);
  for (const each of [ben, chloe, dora]) await forward(each, 601);
  await local.sweep();
  await ben.page.evaluate(`window.location.hash = '#/approvals/${grantId}'`);
  await ben.page
    .getByText(/lapsed|nobody decided/i)
    .first()
    .waitFor();
  expect(await ben.page.getByRole('button', { name: 'Approve with passkey' }).count()).toBe(0);
  expect(await agent.poll(handle)).toMatchObject({ code: 'grant_lapsed' });
});

test('[CONSOLE-20] an administrator removes the only key that somebody has lost, by what that person reads out', async () => {
  const { page } = chloe;
  await open(chloe, '#/passkeys');
  await page.getByText('I have lost a passkey').click();
  const help = page.locator('li', { hasText: 'Laptop' }).locator('code');
  const keyId = (await help.first().textContent()) ?? '';
  await dora.page.reload();
  await open(dora, '#/passkeys');
  await dora.page.getByLabel('Person').fill('8d21f7b4-chloe');
  await dora.page.getByLabel('Key id').fill(keyId);
  await dora.page.getByRole('button', { name: 'Remove with passkey' }).click();
  await dora.page.getByText('Say why. It stays with the act.').waitFor();
  await dora.page.getByLabel('Reason').fill('Lost on the train');
  await dora.page.getByRole('button', { name: 'Remove with passkey' }).click();
  await dora.page.getByText('It decides nothing any more.').first().waitFor();
  await page.reload();
  await page.locator('blockquote').getByText('Lost on the train').waitFor();
  await page.getByText('It counts once an administrator').waitFor();
});
