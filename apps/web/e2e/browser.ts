import process from 'node:process';
import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium as playwright,
} from 'playwright-core';

import { unpackedChromium } from './chromium.ts';

/** Its own arguments hold `--single-process`, in which a second context crashes, and `--disable-web-security`. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  // A picture drawn by an emulated graphics card costs a quarter of the time of a test: WebGL stays with it, pages are drawn without.
  '--disable-gpu-rasterization',
  '--disable-gpu-compositing',
  '--font-render-hinting=none',
];

const STARTS_WITHIN_MS = 180_000;

/** A real headless browser; it comes by npm, so a fresh machine needs nothing more. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = unpackedChromium();
  return playwright.launch({
    executablePath,
    args: ARGUMENTS,
    headless: true,
    // As below: it ends what hangs, and no machine is too slow for it.
    timeout: STARTS_WITHIN_MS,
    env: { ...(process.env as Record<string, string>), ...env },
  });
}

export interface Looking {
  readonly page: Page;
  /** What the page complained of: errors, refused requests, breaches of the content policy. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A person with a browser of their own, in English where nothing else is wished. */
export async function look(browser: Browser, options: BrowserContextOptions = {}): Promise<Looking> {
  const context: BrowserContext = await browser.newContext({
    // Without a locale the page's Intl sees `en-US@posix`, which is no language tag.
    locale: 'en-GB',
    // Nothing depends on where the machine stands.
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  // Ends a wait for what will never come; nothing depends on how fast a machine is.
  context.setDefaultTimeout(180_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, complaints, close: () => context.close() };
}

/** Waits until nothing of the page is still being read: what is judged then is the page, not half of it. */
export const allRead = (page: Page): Promise<void> =>
  page.getByRole('main').getByText('Loading …').first().waitFor({ state: 'detached' });

/** What axe finds on the page that is open, WCAG 2.2 AA and good practice, as sentences; only some of its rules where they are named. */
export async function barriers(page: Page, rules?: readonly string[]): Promise<string[]> {
  // No page has a frame of another origin, for which alone a second page would be opened to sum up.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  if (rules === undefined)
    axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  else axe.withRules([...rules]);
  const { violations } = await axe.analyze();
  return violations.map(({ id, impact, nodes }) => {
    const where = nodes.slice(0, 3).map(({ target }) => target.join(' '));
    return `${id} (${impact}): ${where.join(', ')}`;
  });
}
