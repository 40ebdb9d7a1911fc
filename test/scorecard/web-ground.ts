/** What the lines of the web scorecard stand on: the pages of the house, listening on a port, with hostile articles among the others. */
import assert from 'node:assert/strict';
import type { LightMyRequestResponse } from 'fastify';
import type { Browser } from 'playwright-core';
import { hostileAddresses, hostileTexts } from '#test/support/hostile-texts.ts';
import { type MailHouse, openMailHouse } from '#test/support/mail-house.ts';
import { insertStory } from '#test/web/press.ts';
import { openBrowser } from './browser.ts';
import { digestSection, publicUrl } from './mail-ground.ts';

/** The ground; the lines only read it, but for those that say so. */
export type WebGround = {
  readonly house: MailHouse;
  readonly browser: Browser | null;
  readonly origin: string;
  readonly port: number;
  /** Every page that there is, hostile articles and failures among them. */
  readonly paths: readonly string[];
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
};

const failingPaths = ['/nothing', '/%zz', '/articles/abc', '/digests/2025-99-99', '/api/v1/nothing', '/api/v1/%zz'];

/** Opens the ground once for a whole run. */
export async function openWebGround(closing: AsyncDisposableStack): Promise<WebGround> {
  const house = closing.use(await openMailHouse({ digest: digestSection, web: { publicUrl }, smtpUrl: null }));
  const articleIds = await addHostileArticles(house);
  house.setTime('2025-01-30T07:00:00Z');
  await house.runDue();
  const origin = await house.web.listen({ host: '127.0.0.1', port: 0 });
  const browser = await openBrowser();
  closing.defer(async () => await browser?.close());
  const searches = hostileTexts.map((text) => `/articles?q=${encodeURIComponent(text)}`);
  const ours = [
    '/',
    '/?since=24h',
    '/digests',
    '/digests/2025-01-30',
    '/claims',
    '/claims/no-permit',
    '/claims/bridge-cost',
  ];
  const lists = [
    '/articles',
    '/sources',
    '/review',
    '/sign-in',
    '/subscribe',
    '/mail/preview',
    '/livez',
    '/readyz',
    '/api/openapi.json',
    '/api/v1/claims',
  ];
  return {
    house,
    browser,
    origin,
    port: Number(new URL(origin).port),
    paths: [...ours, ...lists, ...articleIds.map((id) => `/articles/${id}`), ...searches, ...failingPaths],
    get: async (url, headers = {}) => await house.web.inject({ url, headers }),
  };
}

/** One article for each hostile text, with each hostile address in turn; a failing source that speaks in the same way. */
async function addHostileArticles({ deps }: MailHouse): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const [index, text] of hostileTexts.entries()) {
    const quote = `${text} the permit ${index}`;
    const said = [{ claim: 'no-permit', stance: 'disputes', speaker: text, quote } as const];
    const id = await insertStory(deps.db, {
      ...{ title: `${text} ${index}`, outlet: `${text}\u202e${index}`, lang: index % 2 === 0 ? 'en' : text },
      ...{ at: '2025-01-30T06:30:00Z', published: text.toLowerCase(), text: `Before. ${quote} After.`, said },
    });
    const url = hostileAddresses[index % hostileAddresses.length] ?? '';
    await deps.db.updateTable('articles').set({ url, canonical_url: url }).where('id', '=', id).execute();
    await deps.db.updateTable('versions').set({ byline: text }).where('article_id', '=', id).execute();
    ids.push(id);
  }
  const words = hostileTexts.join(' ');
  await deps.db.updateTable('sources').set({ name: words }).where('id', '=', 'capital').execute();
  await deps.db.updateTable('resources').set({ last_error: words }).where('failure_count', '>', 0).execute();
  await deps.db.updateTable('fetches').set({ words }).where('words', 'is not', null).execute();
  assert.ok(ids.length > 10);
  return ids;
}
