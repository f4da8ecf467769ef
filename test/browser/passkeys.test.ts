// Passkeys in a real browser: the first one confirmed by somebody else, a second one vouched for, removal.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { open, type Visitor } from './browser.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());
afterEach(() => {
  scene.world.fault = () => undefined;
});

async function enrol({ page }: Visitor, label: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(label);
  await page.getByRole('button', { name: 'Enrol', exact: true }).click();
}

test('[CONSOLE-11] a first passkey counts once somebody else has compared and confirmed its code', async () => {
  const dora = await scene.person('dora');
  const chloe = await scene.person('chloe', { hasPasskey: false, hash: '#/passkeys' });
  await chloe.page.getByText('You have no passkey yet').waitFor();
  await enrol(chloe, 'Phone');
  await chloe.page.getByText('waits for confirmation').waitFor();
  const code = await chloe.page.locator('.binding-code').first().textContent();
  await open(dora, '#/findings');
  await open(dora, '#/passkeys');
  const confirm = dora.page.getByRole('button', { name: 'Confirm the passkey of Chloe (finance)' });
  await confirm.waitFor();
  expect(await dora.page.locator('.binding-code').first().textContent()).toBe(code);
  expect(await confirm.isDisabled()).toBe(true);
  await dora.page.getByLabel('Chloe (finance) has told me this code').check();
  await confirm.click();
  await dora.page.getByText('Say why. It stays with the act.').waitFor();
  await dora.page.getByLabel('How do you know that it is Chloe (finance)?').fill('Read out on the phone');
  await confirm.click();
  await dora.page.getByText('You confirmed the passkey of Chloe (finance).').waitFor();
  await chloe.page.reload();
  await chloe.page.getByText('counts', { exact: true }).waitFor();
  await chloe.page.getByText('Read out on the phone').waitFor();
  expect([...dora.complaints, ...chloe.complaints]).toEqual([]);
  await chloe.context.close();
  await dora.context.close();
});

test('[CONSOLE-12] a server that shows the code of another key is found out before anything is signed', async () => {
  const dora = await scene.person('dora');
  const { subject, issuer, name } = [...scene.world.people.values()].find((each) =>
    each.name.startsWith('Chloe'),
  ) ?? {
    subject: '8d21f7b4-chloe',
    issuer: `${scene.world.origin}/people`,
    name: 'Chloe (finance)',
  };
  const waiting = {
    person: { issuer, subject, name },
    credentialId: 'AAAA',
    publicKey: 'BBBB',
    label: 'Phone',
  };
  const body = {
    passkeys: [],
    toConfirm: [
      {
        ...waiting,
        enrolledAt: new Date().toISOString(),
        lapsesAt: new Date().toISOString(),
        code: 'AAAA-BBBB',
      },
    ],
  };
  scene.world.fault = (path) =>
    path === '/api/passkeys' ? { status: 200, body: JSON.stringify(body) } : undefined;
  await open(dora, '#/findings');
  await open(dora, '#/passkeys');
  await dora.page.getByLabel(`${name} has told me this code`).check();
  await dora.page.getByLabel(`How do you know that it is ${name}?`).fill('Read out on the phone');
  await dora.page.getByRole('button', { name: `Confirm the passkey of ${name}` }).click();
  await dora.page.getByRole('alert').getByText('is not that of the passkey').waitFor();
  expect(dora.addresses.filter((address) => address.includes('/confirm'))).toEqual([]);
  await dora.context.close();
});

test('[CONSOLE-11] a further passkey is vouched for by one that counts, and each can be removed', async () => {
  const ben = await scene.person('ben');
  await ben.page.getByLabel('Name', { exact: true }).fill('Key in the safe');
  await ben.page.getByRole('button', { name: 'Enrol', exact: true }).click();
  await ben.page.getByText('The passkey “Key in the safe” is enrolled and counts from now on.').waitFor();
  await ben.page.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
  await ben.page.getByRole('dialog').getByText('“Laptop” decides nothing any more').waitFor();
  await ben.page.getByRole('button', { name: 'Remove with passkey' }).click();
  await ben.page.getByText('The passkey is removed.').waitFor();
  await ben.page.getByText('removed', { exact: true }).waitFor();
  expect(scene.world.passkeys.get('3c55a1d0-ben')?.map(({ status }) => status)).toEqual([
    'removed',
    'active',
  ]);
  expect(ben.complaints).toEqual([]);
  await ben.context.close();
});

test('[CONSOLE-8] an enrolment that is cancelled leaves a sentence, and no passkey', async () => {
  const eve = await scene.person('eve', { hasPasskey: false, hash: '#/passkeys' });
  await eve.page.getByText('You have no passkey yet').waitFor();
  await eve.page.evaluate(
    "navigator.credentials.create = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
  );
  await enrol(eve, 'Phone');
  await eve.page.getByRole('alert').getByText('it was cancelled, or took too long').waitFor();
  expect(scene.world.passkeys.get('c0de5eed-eve')).toBeUndefined();
  await eve.context.close();
});
