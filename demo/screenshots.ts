/** The pictures of the README, taken of the running demo with the machine's Chromium. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const folder = fileURLToPath(new URL('../docs/', import.meta.url));

type Picture = {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
};

/** Wide enough for the page's full width, and as high as what matters on it. */
const pictures: readonly Picture[] = [
  { name: 'today', path: '/', width: 1184, height: 860 },
  { name: 'claim', path: '/claims/turbine-cost', width: 1184, height: 900 },
  { name: 'article', path: '/articles/2', width: 1184, height: 900 },
  { name: 'phone', path: '/claims/turbine-cost', width: 390, height: 844 },
];

/** Takes them into `docs/` and says how large they are. Throws where there is no Chromium. */
export async function takeScreenshots(origin: string): Promise<void> {
  const executablePath = browsers.find(existsSync);
  if (executablePath === undefined) throw new Error(`Cannot take pictures: there is none of ${browsers.join(', ')}`);
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  for (const { name, path, width, height } of pictures) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
    await page.goto(`${origin}${path}`);
    const file = join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    await page.close();
    process.stdout.write(`docs/${name}.png ${Math.round(statSync(file).size / 1024)} KB\n`);
  }
  await browser.close();
}
