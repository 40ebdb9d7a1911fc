/** Every page of the demo, as a stranger meets it: the whole service on two weeks of the invented press. */
import { readFileSync, writeFileSync } from 'node:fs';
import { load } from 'cheerio';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFaults, hasBrowser, openBrowser } from '#test/scorecard/browser.ts';
import { findFreePort } from '#test/support/postgres.ts';
import { type Demo, demoToken, startDemo } from '../../demo/demo.ts';

/** The demo lives through its days in half a minute on an idle machine; one that is busy needs several. */
const startMs = 400_000;
const pagesMax = 200;
const widths = [1280, 390, 320];

let demo: Demo;
let browser: Browser;
const stopping = new AbortController();
const isLooked = hasBrowser || process.env['CI'] === 'true';
if (!isLooked) console.warn('skipped: no chromium is installed, so the pages of the demo are not looked at');
const run = isLooked ? test : test.skip;

beforeAll(async () => {
  demo = await startDemo({ port: await findFreePort(), onDay: () => {}, signal: stopping.signal });
  const found = await openBrowser();
  if (found !== null) browser = found;
}, startMs);

afterAll(async () => {
  await browser?.close();
  await demo?.[Symbol.asyncDispose]();
});

/** Every page that links lead to from the first one, by its address. */
async function crawl(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const open = ['/', '/nothing', '/sign-in', '/settings/retag', '/mail/preview'];
  for (const path of open) {
    if (pages.has(path) || pages.size >= pagesMax) continue;
    const response = await fetch(`${demo.origin}${path}`, { redirect: 'manual' });
    if (response.headers.get('content-type')?.startsWith('text/html') !== true) continue;
    expect([path === '/nothing' ? 404 : 200], path).toContain(response.status);
    const body = await response.text();
    pages.set(path, body);
    for (const link of load(body)('a[href^="/"]').toArray())
      open.push((link.attribs['href'] ?? '').split('#')[0] ?? '');
  }
  return pages;
}

test(
  'every page is valid HTML of at most 100 KB, with one h1, and every link leads somewhere',
  async () => {
    const validator = new HtmlValidate({ extends: ['html-validate:standard'] });
    const pages = await crawl();
    expect(pages.size).toBeGreaterThan(60);
    for (const [path, body] of pages) {
      const { results } = await validator.validateString(body);
      const faults = results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
      expect(faults, path).toEqual([]);
      expect(Buffer.byteLength(body), path).toBeLessThan(100_000);
      expect(load(body)('h1'), path).toHaveLength(1);
    }
  },
  startMs,
);

const kinds = [
  '/',
  '/?since=24h',
  '/digests',
  '/digests/2026-02-06',
  '/claims',
  '/claims/turbine-cost',
  '/claims/copied-design?asOf=2026-02-10',
  '/claims/court-date',
  '/articles?q=kestrel+claim:turbine-cost',
  '/articles?q=nothingatall',
  '/articles/2',
  '/articles/11',
  '/stories/1',
  '/sources',
  '/review',
  '/jobs',
  '/settings',
  '/sign-in',
  '/nothing',
];

run.each(kinds)(
  '%s breaks no rule of accessibility and sticks out nowhere, wide or narrow, light or dark',
  async (path) => {
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(`${demo.origin}${path}`);
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of widths) expect(await findFaults(page, { width, scheme, isPage: true })).toEqual([]);
    }
    await page.close();
  },
  startMs,
);

async function signIn(page: Page, back: string): Promise<void> {
  await page.goto(`${demo.origin}/sign-in?back=${encodeURIComponent(back)}`);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Token').fill(demoToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

run(
  'a reader goes from today to a claim, its quote in context, and a search',
  async () => {
    const page = await browser.newPage();
    await page.goto(demo.origin);
    await page.getByRole('link', { name: 'The turbine of Kestrel Tidal cost about $4 million' }).first().click();
    expect(await page.locator('.strip.full .value').allTextContents()).toContain('$40\u202fm');
    expect(await page.locator('.strip.narrow').isVisible()).toBe(false);
    await page
      .getByRole('link', { name: /read in context.*Quay Notes/ })
      .first()
      .click();
    expect(await page.locator('.hl').count()).toBeGreaterThan(0);
    await page.keyboard.press('/');
    await page.keyboard.type('divers');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/articles\?q=divers/);
    expect(await page.locator('.hit').count()).toBeGreaterThan(2);
    await page.close();
  },
  startMs,
);

run(
  'a person answers with the keys, takes it back, and pauses a source',
  async () => {
    const page = await browser.newPage();
    await signIn(page, '/review');
    expect(await page.locator('.card').count()).toBe(2);
    await page.keyboard.press('j');
    await page.keyboard.press('0');
    await page.getByText('Saved: not about this claim').waitFor();
    expect(await page.locator('.card').count()).toBe(1);
    await page.keyboard.press('u');
    await page.locator('.card').nth(1).waitFor();
    await page.goto(`${demo.origin}/sources`);
    await page.getByRole('button', { name: 'Pause Harbour Post' }).click();
    await page.getByRole('button', { name: 'Ask again Harbour Post' }).click();
    await page.getByRole('button', { name: 'Pause Harbour Post' }).waitFor();
    await page.close();
  },
  startMs,
);

run(
  'a claim that is added to the file shows what it would find, and applying finds it',
  async () => {
    const claim = `  - id: soup
    short: Soup
    statement: There was soup at the open day of Kestrel Tidal
    about: kestrel
    all: [[soup]]
`;
    const page = await browser.newPage({ bypassCSP: true });
    await signIn(page, '/settings/retag');
    await page.getByText('Nothing would change').waitFor();
    const ledger = readFileSync(demo.ledgerFile, 'utf8');
    writeFileSync(demo.ledgerFile, ledger.replace('\nsources:\n', `${claim}\nsources:\n`));
    await page.reload();
    expect(await page.locator('.lead').textContent()).toMatch(/^\d+ quotes? gained, 0 lost/);
    expect(await page.locator('figure.quote').first().textContent()).toContain('soup');
    expect(await findFaults(page, { width: 390, scheme: 'dark', isPage: true })).toEqual([]);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/\/jobs$/);
    await demo.run('run', '--until-idle');
    await page.goto(`${demo.origin}/claims/soup`);
    expect(await page.locator('figure.quote').first().textContent()).toContain('soup');
    await page.close();
  },
  startMs,
);

run(
  'printed, a page keeps its quotes and loses what only a screen needs',
  async () => {
    const page = await browser.newPage();
    await page.goto(`${demo.origin}/claims/turbine-cost`);
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['header nav', 'footer', 'form'])
      expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
    expect(await page.locator('figure.quote').first().isVisible()).toBe(true);
    await page.close();
  },
  startMs,
);
