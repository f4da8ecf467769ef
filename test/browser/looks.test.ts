// Light and dark: what the system says until the reader chooses, and the choice is kept.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Visitor, visit } from './browser.ts';
import { show, violations } from './checks.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());

interface Colours {
  readonly behind: number;
  readonly text: number;
}

/** Relative luminance (WCAG 2) of what lies behind a heading of the page, and of the heading. */
function coloursOf(page: Page): Promise<Colours> {
  return page.evaluate<Colours>(`(() => {
    const parts = (color) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data];
    };
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const luminance = ([red, green, blue]) =>
      0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
    const heading = document.querySelector('h1');
    let behind = heading;
    while (behind.parentElement && parts(getComputedStyle(behind).backgroundColor)[3] === 0)
      behind = behind.parentElement;
    return {
      behind: luminance(parts(getComputedStyle(behind).backgroundColor)),
      text: luminance(parts(getComputedStyle(heading).color)),
    };
  })()`);
}

const contrast = ({ behind, text }: Colours) =>
  (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05);

async function expectLook(page: Page, look: 'light' | 'dark'): Promise<void> {
  const isDark = look === 'dark';
  await expect.poll(async () => (await coloursOf(page)).behind < 0.5, { timeout: 10_000 }).toBe(isDark);
  const colours = await coloursOf(page);
  expect(colours.text > 0.5, 'the text is of the other kind').toBe(isDark);
  expect(contrast(colours)).toBeGreaterThan(7);
  expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(look);
}

async function choose({ page }: Visitor, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Appearance' }).click();
  await page.getByRole('menuitemcheckbox', { name }).click();
}

test.each(['light', 'dark'] as const)('[CONSOLE-44] the sign-in is %s as the system says', async (look) => {
  const { page, context } = await visit(scene.browser, { colorScheme: look });
  await page.goto(`${scene.world.origin}/console/`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await expectLook(page, look);
  await context.close();
});

test('[CONSOLE-44] a page follows the system while it is open', async () => {
  const ben = await scene.person('ben', { hasPasskey: false });
  await show(ben, '#/findings', 'break-glass');
  await expectLook(ben.page, 'light');
  await ben.page.emulateMedia({ colorScheme: 'dark' });
  await expectLook(ben.page, 'dark');
  await ben.page.emulateMedia({ colorScheme: 'light' });
  await expectLook(ben.page, 'light');
  await ben.context.close();
});

test('[CONSOLE-44] the reader chooses otherwise, the next load remembers it, and the system is followed again', async () => {
  const ben = await scene.person('ben', { hasPasskey: false });
  await show(ben, '#/findings', 'break-glass');
  await choose(ben, 'Dark');
  await expectLook(ben.page, 'dark');
  expect(await violations(ben.page)).toEqual([]);
  await ben.page.reload();
  await ben.page.getByText('break-glass').first().waitFor();
  await expectLook(ben.page, 'dark');
  await choose(ben, 'As the system says');
  await expectLook(ben.page, 'light');
  await ben.page.emulateMedia({ colorScheme: 'dark' });
  await choose(ben, 'Light');
  await expectLook(ben.page, 'light');
  await ben.context.close();
});
