// What every page is held to in a browser: accessibility, names, stillness, the keyboard.

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { open, type Visitor } from './browser.ts';

/** Opens a page and waits for a text of it. */
export async function show(visitor: Visitor, hash: string, text: string): Promise<void> {
  await open(visitor, hash);
  await visitor.page.getByText(text).first().waitFor();
}

/** Serious and critical findings of axe. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** Controls that assistive technology would not name. */
export const NAMELESS = `[...document.querySelectorAll('button, a[href], input, select, textarea')]
  .filter((each) => each.checkVisibility() && !each.closest('[aria-hidden=true]'))
  .filter((each) => !(each.getAttribute('aria-label') || each.getAttribute('aria-labelledby') || each.textContent.trim()
    || each.title || (each.labels && each.labels.length > 0)))
  .map((each) => each.outerHTML.slice(0, 160))`;

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

/** Tabs to a control and presses it. */
export async function press(page: Page, text: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === text)
      return page.keyboard.press('Enter');
  }
  throw new Error(`the keyboard does not reach “${text}”`);
}
