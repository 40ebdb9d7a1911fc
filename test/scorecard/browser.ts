/** The machine's Chromium, as the scorecards use it: it looks at pages and mails, and tells what they ask of the network. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A mail stands inside the page of its reader, which has the landmarks. */
const mailRules = { region: { enabled: false }, 'landmark-one-main': { enabled: false } };

/** Whether there is one on this machine. */
export const hasBrowser = places.some((place) => existsSync(place));

/** Starts it; without one on this machine the lines that need it fail and say so. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = places.find(existsSync);
  return executablePath === undefined ? null : await chromium.launch({ executablePath, args: [...flags, ...quiet] });
}

/** How a page is looked at. */
export type Look = {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  readonly textScale?: number;
  /** Our own pages have their landmarks; a mail has not. */
  readonly isPage?: boolean;
};

/** What is wrong with a page so looked at: broken rules of accessibility, and how far it sticks out sideways. */
export async function findFaults(page: Page, look: Look): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: look.scheme });
  await page.setViewportSize({ width: look.width, height: 844 });
  if (look.textScale !== undefined) await enlargeText(page, look.textScale);
  await page.evaluate(axe);
  const breaks = await page.evaluate(
    async (rules) => {
      const { violations } = await Reflect.get(globalThis, 'axe').run(document, { resultTypes: ['violations'], rules });
      return violations.map(
        (found: { id: string; nodes: { html: string }[] }) => `${found.id}: ${found.nodes[0]?.html}`,
      );
    },
    look.isPage === true ? {} : mailRules,
  );
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  const name = `${look.scheme} at ${look.width} px${look.textScale === undefined ? '' : ', text enlarged'}`;
  return [...breaks, ...(overflow > 0 ? [`sticks out by ${overflow} px`] : [])].map((fault) => `${name}: ${fault}`);
}

/** Makes every text larger as a reader's setting does: sizes and line heights, not the widths of boxes. */
async function enlargeText(page: Page, scale: number): Promise<void> {
  await page.evaluate((factor) => {
    const sized = [...document.querySelectorAll('body *')].filter((element) => element instanceof HTMLElement);
    const sizes = sized.map((element) => {
      const { fontSize, lineHeight } = getComputedStyle(element);
      return { element, fontSize: Number.parseFloat(fontSize), lineHeight: Number.parseFloat(lineHeight) };
    });
    for (const { element, fontSize, lineHeight } of sizes) {
      element.style.fontSize = `${fontSize * factor}px`;
      if (!Number.isNaN(lineHeight)) element.style.lineHeight = `${lineHeight * factor}px`;
    }
  }, scale);
}

/** Every address that a page asks for, beside its own, while it is drawn and for a moment after. */
export async function listRequests(page: Page, draw: (page: Page) => Promise<unknown>): Promise<readonly string[]> {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await draw(page);
  await page.waitForLoadState('networkidle');
  return asked;
}
