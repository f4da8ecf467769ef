// What every page is held to in a browser: accessibility, names, stillness, the keyboard.

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { open, type Visitor } from './browser.ts';

/** Opens a page and waits for a text of it. */
export async function show(visitor: Visitor, hash: string, text: string): Promise<void> {
  await open(visitor, hash);
  await visitor.page.getByText(text).first().waitFor();
}

/** Serious and critical findings of axe: of all its rules, or of those that are named. */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe.source);
  // what passes is not told in full: it is megabytes
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const found = await page.evaluate<axe.Result[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** No wider than the screen, and usable on it, in light and dark; the screen is 360 pixels wide. */
export async function expectFitsPhone(page: Page, name: string): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(360);
  expect(await violations(page), name).toEqual([]);
  // the other rules do not depend on colours
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, ['color-contrast']), `${name}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Controls that assistive technology would not name. */
export const NAMELESS = `[...document.querySelectorAll('button, a[href], input, select, textarea')]
  .filter((each) => each.checkVisibility() && !each.closest('[aria-hidden=true]'))
  .filter((each) => !(each.getAttribute('aria-label') || each.getAttribute('aria-labelledby') || each.textContent.trim()
    || each.title || (each.labels && each.labels.length > 0)))
  .map((each) => each.outerHTML.slice(0, 160))`;

/** Of the layout shift of a page's load: what a text loses by moving a little inside its own place. */
export const MOST_SHIFT = 0.01;

const WATCH_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach((each) => window.shifts.push(each.value)))
    .observe({ type: 'layout-shift', buffered: true });
`;
const watched = new WeakSet<Page>();

/** How much moves while an address is loaded afresh. */
export async function shiftOf({ page }: Visitor, address: string, text: string): Promise<number> {
  if (!watched.has(page)) await page.addInitScript(WATCH_SHIFTS);
  watched.add(page);
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByText(text).first().waitFor();
  await page.waitForLoadState('networkidle');
  const shifts = await page.evaluate<number[]>('window.shifts');
  return shifts.reduce((sum, each) => sum + each, 0);
}

const FOCUSED = `(() => {
  const at = document.activeElement;
  const named = (at.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
  const labels = [...(at.labels ?? [])].map((each) => each.textContent);
  return [at.getAttribute('aria-label'), ...named, ...labels, at.textContent].filter(Boolean).map((text) => text.trim());
})()`;

/** Goes to a control by its name, with this key. */
export async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press(key);
    if ((await page.evaluate<string[]>(FOCUSED)).includes(name)) return;
  }
  throw new Error(`the keyboard does not reach “${name}”`);
}

/** Tabs to a control and presses it. */
export async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}
