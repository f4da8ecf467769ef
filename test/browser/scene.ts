// The scene of the browser tests: the built console, a fake people's API, and a browser.

import type { Browser } from 'playwright-core';
import { inject } from 'vitest';
import { type FakeWorld, startFakePeopleApi } from '../console/fake-people-api.ts';
import { fakeRequest, type RequestSeed } from '../console/fake-requests.ts';
import { type Looks, open, signIn, startBrowser, type Visitor, visit } from './browser.ts';

/** What a test gets. */
export interface Scene {
  readonly world: FakeWorld;
  readonly browser: Browser;
  /** Signed in at a page, with an active passkey unless told. */
  person(persona: string, options?: PersonOptions): Promise<Visitor>;
  request(seed: Partial<RequestSeed>): string;
  close(): Promise<void>;
}

interface PersonOptions extends Looks {
  readonly hash?: string;
  readonly hasPasskey?: boolean;
}

/** Starts everything. */
export async function startScene(): Promise<Scene> {
  const { world, close } = await startFakePeopleApi(inject('console'));
  const browser = await startBrowser();
  const visitors: Visitor[] = [];
  let count = 0;
  return {
    world,
    browser,
    async person(persona, { hash, hasPasskey = true, ...looks } = {}) {
      const visitor = await visit(browser, looks);
      visitors.push(visitor);
      await signIn(visitor, world.origin, persona);
      if (hasPasskey) await giveEnrolledPasskey(visitor, world);
      if (hash !== undefined) await open(visitor, hash);
      return visitor;
    },
    request(seed) {
      count += 1;
      const grantId = `01KC2Y5T8Q4ZV3N7R6W9XD${String(count).padStart(4, '0')}`;
      world.requests.set(grantId, fakeRequest({ grantId, amount: 100 + count, ...seed }));
      return grantId;
    },
    async close() {
      await browser.close();
      await close();
    },
  };
}

/** Enrols by the page, and has somebody confirm it behind the scenes. */
async function giveEnrolledPasskey(visitor: Visitor, world: FakeWorld): Promise<void> {
  const { page } = visitor;
  // each visitor has a device of its own
  const subject = await page.evaluate<string>("JSON.parse(sessionStorage.getItem('remit.session')).subject");
  world.passkeys.delete(subject);
  await open(visitor, '#/passkeys');
  await page.getByLabel('Name', { exact: true }).fill('Laptop');
  await page.getByRole('button', { name: 'Enrol', exact: true }).click();
  await page.getByText('waits for confirmation').waitFor();
  for (const keys of world.passkeys.values())
    for (const key of keys)
      if (key.status === 'waiting')
        Object.assign(key, { status: 'active', activeSince: new Date().toISOString() });
  await page.reload();
  await page.getByText('counts', { exact: true }).first().waitFor();
}
