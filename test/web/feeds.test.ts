import { Readable } from 'node:stream';
import { load } from 'cheerio';
import type { FastifyInstance } from 'fastify';
import FeedParser from 'feedparser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { saveQuery } from '#jobs/save-query.ts';
import type { Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { fillPress, insertStory, now, openPress, pressDeps } from './press.ts';

let store: Store;
let app: FastifyInstance;

const hostile = 'Costs ]]> & <b>bold</b> \u0001\u000b "quoted" \ud800 end';

beforeAll(async () => {
  store = await openPress();
  await fillPress(store.db);
  await insertStory(store.db, {
    title: hostile.replace(/[\0\ud800]/g, ''),
    outlet: 'Quay <Notes> & ]]>',
    lang: 'en',
    at: '2025-01-30T08:20:00Z',
    text: 'Ada said: ]]> <script>alert(1)</script> the bridge cost a lot.',
    said: [
      {
        claim: 'bridge-cost',
        stance: 'reports',
        speaker: 'Ada ]]> <i>',
        quote: ']]> <script>alert(1)</script> the bridge cost a lot.',
      },
    ],
  });
  await saveQuery({ name: 'Steel & bridges', query: 'steel OR bridge', by: 'Ada' }, { db: store.db, now: () => now });
  app = await buildWeb(pressDeps(store.db, { token: 'a-token-of-the-house', publicUrl: 'https://ledger.example' }));
});

afterAll(async () => {
  await app.close();
  await store[Symbol.asyncDispose]();
});

/** An Atom feed as a reader that is not ours reads it. */
async function readAtom(url: string) {
  const response = await app.inject({ url });
  expect(response.statusCode, url).toBe(200);
  expect(response.headers['content-type']).toBe('application/atom+xml; charset=utf-8');
  expect(response.body.replace(/[\t\r\n]/g, '')).not.toMatch(/\p{Cc}/u);
  const parser = new FeedParser({ strict: true, addmeta: false });
  Readable.from([response.body]).pipe(parser);
  const entries: { readonly guid: string; readonly title: string; readonly link: string; readonly html: string }[] = [];
  for await (const item of parser) {
    const { guid, title, link, description } = item;
    entries.push({ guid, title, link, html: description ?? '' });
  }
  return entries;
}

/** JSON Feed 1.1, what it asks for. */
const jsonFeed = z.object({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string().min(1),
  home_page_url: z.url(),
  feed_url: z.url(),
  items: z.array(
    z.object({
      id: z.string().min(1),
      url: z.url(),
      title: z.string().min(1),
      content_html: z.string().min(1),
      date_published: z.iso.datetime(),
      date_modified: z.iso.datetime(),
    }),
  ),
});

async function readJson(url: string) {
  const response = await app.inject({ url });
  expect(response.statusCode, url).toBe(200);
  expect(response.headers['content-type']).toBe('application/feed+json; charset=utf-8');
  return jsonFeed.parse(response.json());
}

const feeds = [
  ['/feeds/claims/bridge-cost', 5],
  ['/feeds/stances/disputes', 2],
  ['/feeds/sources/harbour', 1],
  ['/feeds/queries/steel-bridges', 3],
  ['/feeds/articles', 5],
  ['/feeds/digest', 2],
] as const;

test.each(feeds)('%s is read alike as Atom and as JSON Feed', async (href, count) => {
  const atom = await readAtom(`${href}.atom`);
  const json = await readJson(`${href}.json`);
  expect(atom).toHaveLength(count);
  expect(json.items.map(({ id }) => id)).toEqual(atom.map(({ guid }) => guid));
  expect(new Set(atom.map(({ guid }) => guid)).size).toBe(count);
  for (const { guid, link } of atom) {
    expect(guid).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(link).toMatch(/^https:\/\/ledger\.example\//);
    expect((await app.inject({ url: link.replace('https://ledger.example', '') })).statusCode, link).toBe(200);
  }
});

test('hostile titles and quotes arrive as the words they are, and no markup of theirs does', async () => {
  const entries = await readAtom('/feeds/articles.atom?q=lang:en');
  const entry = entries.find(({ title }) => title.includes('bold'));
  // That reader leaves tags out of titles; another one shows what was written.
  const $feed = load((await app.inject({ url: '/feeds/articles.atom?q=lang:en' })).body, { xml: true });
  const titles = $feed('entry > title')
    .toArray()
    .map((title) => $feed(title).text().trim());
  expect(titles).toContain('Costs ]]> & <b>bold</b> "quoted" end');
  const quotes = await readAtom('/feeds/claims/bridge-cost.atom');
  const quote = quotes.find(({ title }) => title.includes('alert'));
  const $ = load(quote?.html ?? '');
  expect($('script,i,b')).toHaveLength(0);
  expect($('blockquote').text()).toContain(']]> <script>alert(1)</script> the bridge cost a lot.');
  const json = await readJson('/feeds/articles.json?q=lang:en');
  expect(json.items.map(({ title }) => title)).toEqual(titles);
  expect(entry?.title).toContain('Costs ]]> &');
});

test('what is known already is answered with 304, by tag and by date', async () => {
  for (const format of ['atom', 'json']) {
    const url = `/feeds/claims/bridge-cost.${format}`;
    const { headers } = await app.inject({ url });
    const tag = headers['etag'] ?? '';
    const date = String(headers['last-modified']);
    expect(date).toBe('Thu, 30 Jan 2025 08:20:00 GMT');
    expect((await app.inject({ url, headers: { 'if-none-match': tag } })).statusCode).toBe(304);
    const byDate = await app.inject({ url, headers: { 'if-modified-since': date } });
    expect([byDate.statusCode, byDate.body]).toEqual([304, '']);
    const older = 'Thu, 30 Jan 2025 08:19:59 GMT';
    expect((await app.inject({ url, headers: { 'if-modified-since': older } })).statusCode).toBe(200);
    const both = { 'if-modified-since': date, 'if-none-match': '"another"' };
    expect((await app.inject({ url, headers: both })).statusCode).toBe(200);
  }
});

test('pages name their feeds, and what has none is not found', async () => {
  for (const url of ['/', '/claims/bridge-cost', '/articles?q=steel', '/feeds']) {
    const $ = load((await app.inject({ url })).body);
    const links = $('link[rel=alternate]').toArray();
    expect(links, url).toHaveLength(2);
    for (const link of links) {
      const feed = await app.inject({ url: $(link).attr('href') ?? '' });
      expect(feed.headers['content-type']).toContain($(link).attr('type'));
    }
  }
  for (const name of [
    'claims/none.atom',
    'claims/bridge-cost.rss',
    'stances/true.atom',
    'queries/none.json',
    'sources/none.atom',
  ])
    expect((await app.inject({ url: `/feeds/${name}` })).statusCode, name).toBe(404);
});

test('a search is saved by whoever is signed in, once under a name, and taken away again', async () => {
  const signIn = await app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ token: 'a-token-of-the-house', name: 'Ada', back: '/articles' }).toString(),
  });
  const cookie = String(signIn.headers['set-cookie']).split(';')[0] ?? '';
  const post = (url: string, fields: Readonly<Record<string, string>>, withCookie = true) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(withCookie ? { cookie } : {}) },
      payload: new URLSearchParams(fields).toString(),
    });
  const page = await app.inject({ url: '/articles?q=permit', headers: { cookie } });
  const csrf = load(page.body)('form[action="/articles/save"] input[name=csrf]').attr('value') ?? '';
  const fields = { csrf, name: 'Permits', q: 'permit OR genehmigung' };
  expect((await post('/articles/save', fields, false)).headers.location).toContain('/sign-in');
  expect((await post('/articles/save', { ...fields, csrf: 'forged' })).statusCode).toBe(403);
  expect((await app.inject({ url: '/feeds/queries/permits.atom' })).statusCode).toBe(404);
  expect((await post('/articles/save', fields)).headers.location).toBe('/feeds');
  expect(await readAtom('/feeds/queries/permits.atom')).toHaveLength(2);
  expect((await post('/articles/save', fields)).headers.location).toContain('saved=refused');
  expect((await app.inject({ url: '/articles?q=permit', headers: {} })).body).toContain('Sign in to save this search');
  expect((await post('/feeds/queries/permits/remove', { csrf })).statusCode).toBe(303);
  expect((await app.inject({ url: '/feeds/queries/permits.atom' })).statusCode).toBe(404);
});
