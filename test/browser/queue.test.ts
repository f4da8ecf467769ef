// What keeps people from approving without reading: identical requests told as such and each signed, what stands out, what
// one lease could do twice, and the glass that somebody broke, in every list.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Visitor } from './browser.ts';
import { show } from './checks.ts';
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
});

test('[CONSOLE-38] identical requests are told as such, and each is signed alone', async () => {
  const [first, second] = [scene.request({ amount: 42 }), scene.request({ amount: 42 })];
  const other = scene.request({ amount: 43 });
  await show(ben, '#/approvals', '2 identical requests');
  await ben.page.getByText('Same agent, task and parameters.').waitFor();
  const link = (grantId: string) => ben.page.locator(`a[href="#/approvals/${grantId}"]`);
  for (const grantId of [first, second, other]) expect(await link(grantId).count(), grantId).toBe(1);
  expect(await ben.page.getByRole('button', { name: /approve/i }).count()).toBe(0);
  await link(first).click();
  await ben.page.getByRole('button', { name: 'Approve with passkey' }).click();
  await ben.page.getByText('You approved the request.').waitFor();
  expect(scene.world.requests.get(first)?.status).toBe('approved');
  expect(scene.world.requests.get(second)?.status).toBe('pending');
});

test('[CONSOLE-38] what stands out is told in the queue and on the page', async () => {
  const told = 'amount is 900, larger than ever: 55 was the most.';
  const grantId = scene.request({ unusual: [told] });
  await show(ben, '#/approvals', told);
  await show(ben, `#/approvals/${grantId}`, 'What stands out');
  await ben.page.getByText(told).waitFor();
});

test('[CONSOLE-38] of one lease it says that the act could be repeated, and what makes that harmless', async () => {
  const grantId = scene.request({ task: 'close-account' });
  await show(ben, `#/approvals/${grantId}`, 'The act could be repeated within one lease');
  const warning = ben.page.getByText('Until it ends the agent could do the same act again.');
  expect(await warning.textContent()).toContain(
    'Idempotency: Closing an account that is closed writes the same item again',
  );
  scene.world.tamper = ({ idempotency: _, ...view }) => view;
  await ben.page.reload();
  await ben.page.getByText('Idempotency: the task names none.').waitFor();
});

test('[CONSOLE-39] a broken glass shows in each list of grants', async () => {
  for (const [hash, heading] of [
    ['#/grants', 'Grants'],
    ['#/agents/support-agent', 'Newest grants'],
  ] as const) {
    await show(ben, hash, heading);
    await ben.page.getByText('glass broken').first().waitFor();
  }
});
