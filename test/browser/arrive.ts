// People who arrive at the console of local mode: they sign in and enrol a passkey, which counts afterwards.

import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import type { Local } from '../support/local.ts';
import { peopleOf } from '../support/local-people.ts';
import { open, signIn, type Visitor, visit } from './browser.ts';

/** Where people arrive, and who confirms: the first passkey is confirmed from this machine. */
export interface Place {
  readonly browser: Browser;
  readonly local: Local;
  readonly administrator?: Visitor | undefined;
}

/** Signs in and enrols; `administrator` confirms on her own page. */
export async function arrive({ browser, local, administrator }: Place, persona: string): Promise<Visitor> {
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${local.brokerUrl}/console/`);
  // the first look builds the console
  await page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 90_000 });
  await signIn(visitor, local.brokerUrl, persona);
  await open(visitor, '#/passkeys');
  await page.getByLabel('Name', { exact: true }).fill('Laptop');
  await page.getByRole('button', { name: 'Enrol', exact: true }).click();
  await page.getByText('waits for confirmation').waitFor();
  if (administrator === undefined) await confirmFromHere(local, visitor, persona);
  else await confirmByPage(administrator, persona);
  await page.reload();
  await page.getByText('counts', { exact: true }).first().waitFor();
  return visitor;
}

async function confirmFromHere(local: Local, { page }: Visitor, subject: string): Promise<void> {
  const code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(await page.locator('main').innerText())?.[0];
  const { status } = await peopleOf(local).call('/dev/passkeys/confirm', '', {
    subject,
    code,
    reason: 'first of all',
  });
  expect(status).toBe(200);
}

async function confirmByPage(administrator: Visitor, persona: string): Promise<void> {
  const { page } = administrator;
  await page.reload();
  await open(administrator, '#/passkeys');
  await page.getByRole('checkbox', { name: new RegExp(persona, 'i') }).check();
  await page.getByLabel(new RegExp(`know that it is ${persona}`, 'i')).fill('Read out in person');
  const confirm = page.getByRole('button', { name: new RegExp(`Confirm the passkey of ${persona}`, 'i') });
  await confirm.click();
  await confirm.waitFor({ state: 'detached' });
}
