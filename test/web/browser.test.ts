import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderDigestMail } from '#src/core/mail/digest.ts';
import type { Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { blindDigest, sampleDigest } from '#test/core/digest/sample.ts';
import { fillPress, openPress, pressDeps } from './press.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const isOptional = process.env['CI'] !== 'true';
if (executablePath === undefined && isOptional)
  console.warn('skipped: no chromium is installed, so the pages are not looked at');

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [1280, 390, 320];
const schemes = ['light', 'dark'] as const;

let store: Store;
let app: FastifyInstance;
let origin: string;
let browser: Browser;

/** A mail stands inside the page of its reader, which has the landmarks. */
const mailRules = { region: { enabled: false }, 'landmark-one-main': { enabled: false } };

/** What a page shows that it should not: breaks of the accessibility rules, and columns that stick out sideways. */
async function findFaults(page: Page, rules: object): Promise<readonly string[]> {
  const breaks = await page.evaluate(async (own) => {
    const { violations } = await Reflect.get(globalThis, 'axe').run(document, {
      resultTypes: ['violations'],
      rules: own,
    });
    return violations.map((found: { id: string; nodes: { html: string }[] }) => `${found.id}: ${found.nodes[0]?.html}`);
  }, rules);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return overflow > 0 ? [...breaks, `sticks out by ${overflow} px`] : breaks;
}

/** Looks at one page at every width, light and dark. The rules come in past the page's own policy, which lets no script in. */
async function look(draw: (page: Page) => Promise<unknown>, rules: object = {}): Promise<void> {
  const page = await browser.newPage({ bypassCSP: true });
  await draw(page);
  await page.evaluate(axe);
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      expect(await findFaults(page, rules), `${colorScheme} at ${width} px`).toEqual([]);
    }
  }
  await page.close();
}

const token = 'the token of this test';

const paths = [
  '/',
  '/?since=24h',
  '/digests',
  '/claims',
  '/claims/bridge-cost',
  '/articles?q=bridge+OR+stadt+lang:en+lang:de',
  '/articles/1',
  '/articles/2',
  '/articles/3',
  '/sources',
  '/review',
  '/sign-in',
  '/nothing',
];

const run = executablePath === undefined && isOptional ? test.skip : test;

beforeAll(async () => {
  if (executablePath === undefined && isOptional) return;
  store = await openPress();
  await fillPress(store.db);
  app = await buildWeb(pressDeps(store.db, { token }));
  origin = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await chromium.launch({ args: flags, ...(executablePath === undefined ? {} : { executablePath }) });
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await store?.[Symbol.asyncDispose]();
});

run.each(paths)('%s has no fault at any width, light or dark', async (path) => {
  await look((page) => page.goto(`${origin}${path}`));
});

run('the review of whoever is signed in has no fault at any width, light or dark', async () => {
  await look(async (page) => {
    await page.goto(`${origin}/sign-in`);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Not about this claim' }).waitFor();
  });
});

run('the first-use page has no fault at any width, light or dark', async () => {
  await using empty = await openPress();
  const first = await buildWeb(pressDeps(empty.db));
  const place = await first.listen({ host: '127.0.0.1', port: 0 });
  await look((page) => page.goto(place));
  await first.close();
});

run.each([
  ['a day with news', sampleDigest()],
  ['a blind day', blindDigest()],
])('the mail of %s has no fault at any width, light or dark', async (_case, content) => {
  const { html } = renderDigestMail(content, { webUrl: 'https://ledger.example', readerId: 'me' });
  await look((page) => page.setContent(html), mailRules);
});

run('pages ask nobody but us for anything', async () => {
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const path of paths) await page.goto(`${origin}${path}`);
  expect(asked.filter((url) => !url.startsWith(origin))).toEqual([]);
  await page.close();
});

run('a quote’s link opens the article with its sentence in view', async () => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(`${origin}/claims/no-permit`);
  await page.getByRole('link', { name: /read in context.*Quay Notes/ }).click();
  const top = await page.locator('.hl.supports').evaluate((element) => element.getBoundingClientRect().top);
  expect(top).toBeGreaterThan(0);
  expect(top).toBeLessThan(844);
  await page.close();
});
