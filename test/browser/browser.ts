// Chromium for the browser tests: people in contexts of their own, each with a virtual authenticator, and what the
// browser itself complains about.

import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-gpu',
  '--disable-component-update',
  '--disable-sync',
];

/** Somebody at the console. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly authenticator: Authenticator;
  /** What the browser or the page's own code complained about. */
  readonly complaints: string[];
  /** Every address that was asked for. */
  readonly addresses: string[];
}

/** The virtual authenticator of one visitor. */
export interface Authenticator {
  readonly session: CDPSession;
  readonly id: string;
  /** Whether it answers at all. */
  answers(isPresent: boolean): Promise<void>;
  /** Whether the person proves to be who they are. */
  verifies(isVerified: boolean): Promise<void>;
}

/** How a visitor looks at the page. */
export interface Looks {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Debian's chromium, or the one of CHROMIUM. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A fresh context without anything of others. */
export async function visit(browser: Browser, looks: Looks = {}): Promise<Visitor> {
  const { colorScheme = 'light', width = 1280, height = 900 } = looks;
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const addresses: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => addresses.push(request.url()));
  page.on('console', (message) => {
    // the browser tells of each refusal that the API answers; the page shows it
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  return { page, context, authenticator: await addAuthenticator(page), complaints, addresses };
}

async function addAuthenticator(page: Page): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId: id } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    session,
    id,
    async answers(enabled) {
      await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled });
    },
    async verifies(isUserVerified) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified });
    },
  };
}

/** Signs in at the demo identity provider, and ends at the page. */
export async function signIn({ page }: Visitor, origin: string, persona: string, hash = ''): Promise<void> {
  await page.goto(`${origin}/console/${hash}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await pick(page, persona);
}

/** Chooses who to be on the picker. */
export async function pick(page: Page, persona: string): Promise<void> {
  await page.locator(`button[value="${persona}"]`).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Goes to a page of the console by its hash, without loading it again. */
export async function open({ page }: Visitor, hash: string): Promise<void> {
  await page.evaluate(`window.location.hash = ${JSON.stringify(hash)}`);
}

/** Moves the clock of the device on, as that of local mode was: a page signs nothing that ends long after its own. */
export async function forward({ page }: Visitor, seconds: number): Promise<void> {
  const script = `{ const real = Date.now.bind(Date); Date.now = () => real() + ${seconds * 1000}; }`;
  await page.addInitScript(script);
  await page.evaluate(script);
}

/** Holds back the answers of one address. @returns what lets them go */
export async function hold({ page }: Visitor, path: string): Promise<() => void> {
  let letGo = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(
    (url) => url.pathname === path,
    async (route) => {
      await released;
      await route.continue();
    },
  );
  return letGo;
}
