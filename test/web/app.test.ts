import { load } from 'cheerio';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { fillPress, openPress, pressDeps } from './press.ts';

let store: Store;
let app: FastifyInstance;

beforeAll(async () => {
  store = await openPress();
  await fillPress(store.db);
  app = await buildWeb(pressDeps(store.db));
});

afterAll(async () => {
  await app.close();
  await store[Symbol.asyncDispose]();
});

async function read(url: string) {
  const response = await app.inject({ url });
  expect(response.statusCode, url).toBe(200);
  return load(response.body);
}

const pages = [
  '/',
  '/?since=24h',
  '/digests',
  '/digests/2025-01-30',
  '/claims',
  '/claims/bridge-cost',
  '/claims/crew-200',
  '/articles',
  '/articles?q=bridge',
  '/articles/3',
  '/sources',
  '/review',
  '/jobs',
  '/settings',
  '/settings/retag',
  '/sign-in',
];

test.each(pages)('%s is one page with one headline, its landmarks and no more than 100 KB', async (url) => {
  const response = await app.inject({ url });
  expect(response.statusCode).toBe(200);
  expect(Buffer.byteLength(response.body)).toBeLessThan(100_000);
  const $ = load(response.body);
  expect($('html').attr('lang')).toBe('en');
  expect($('h1')).toHaveLength(1);
  expect($('header,main,footer')).toHaveLength(3);
  expect($('[style],style,script:not([src]),img,iframe')).toHaveLength(0);
  expect($('script').attr('src')).toMatch(/^\/keys-[\w-]+\.js$/);
  const ids = $('[id]')
    .toArray()
    .map((element) => $(element).attr('id'));
  expect(new Set(ids).size).toBe(ids.length);
});

test('every link of ours on every page leads to a page', async () => {
  const seen = new Set<string>();
  for (const url of pages) {
    const $ = await read(url);
    for (const element of $('a[href],link[href]').toArray()) {
      const href = $(element).attr('href') ?? '';
      if (href.startsWith('/')) seen.add(href.split('#')[0] ?? '');
      else expect(href).toMatch(/^(?:https:\/\/|#)/);
    }
  }
  for (const href of seen) expect((await app.inject({ url: href })).statusCode, href).toBe(200);
});

test('/ shows the newest stored digest and leads to what came after it', async () => {
  const $ = await read('/');
  expect($('h1').text()).toBe('2 claims moved, 2 new quotes from 1 independent origin');
  expect($('.coverage').text()).toContain('1 source could not be reached');
  expect($('#moved').parent().parent().find('.why').first().text()).toContain(
    'Why it moved: a value far outside the claim',
  );
  const since = $('.since a');
  expect(since.text()).toBe('1 new quote');
  const later = await read(since.attr('href') ?? '');
  expect(later('h1').text()).toContain('1 new quote');
  expect(later.text()).toContain('not stored');
});

test('/digests/:date shows its own day, with the days around it', async () => {
  const $ = await read('/digests/2025-01-29');
  expect($('.top .meta').first().text()).toContain('Wednesday 29 January 2025');
  expect($('.links a').first().attr('href')).toBe('/digests/2025-01-30');
});

test('/claims lists every claim with its balance, the silent one too', async () => {
  const $ = await read('/claims');
  const rows = $('tbody tr')
    .toArray()
    .map((row) => $(row).text().replace(/\s+/g, ' '));
  expect(rows).toHaveLength(3);
  expect(rows[0]).toContain('The Elbe bridge was repaired');
  expect(rows[2]).toContain('Nothing seen yet. Watching since 20 Jan.');
  const order = await read('/claims?order=ledger');
  expect(order('.meta b').first().text()).toBe('as in the ledger');
});

test('/claims/:id shows statement, figure with table, quotes and numbers', async () => {
  const $ = await read('/claims/bridge-cost');
  expect($('h1').text()).toBe('The Elbe bridge was repaired for about $5.6 million');
  expect($('.lane circle.ring')).toHaveLength(2);
  expect($('.lane path.solid')).toHaveLength(2);
  expect($('.lane .today')).toHaveLength(3);
  expect($('.figure + details tbody tr')).toHaveLength(3);
  expect($('.strip.full .value').text()).toContain('$1.6\u202fbn');
  expect($('.strip.full circle, .strip.full path.solid')).toHaveLength(4);
  expect($('figure.quote').first().find('blockquote').text()).toContain('建筑公司称维修成本');
  expect($('figure.quote a').first().attr('href')).toMatch(/^\/articles\/4#e\d+$/);
  expect($('#numbers').parent().parent().text()).toContain('$1.6\u202fbn');
  expect($('#numbers').parent().parent().text()).toContain('outside the claim');
});

test('/articles/:id marks each quote where it stands, and its note leads there', async () => {
  const $ = await read('/articles/3');
  const quote = $('.hl.disputes').text();
  expect(quote).toBe(
    'Nobody who has ever paid for steel believes the five-million figure. Our estimate is $1.6 billion, says Ada Brandt.',
  );
  const notes = $('.notes li')
    .toArray()
    .map((note) => $(note).text().replace(/\s+/g, ' ').trim());
  expect(notes).toHaveLength(3);
  expect(notes[0]).toContain('not counted yet');
  expect(notes[1]).toContain('Numbers: $1,600,000,000');
  expect(notes[1]).toContain('The claim’s words are there: “Nobody who h”.');
  for (const back of $('.notes .back').toArray()) {
    expect($($(back).attr('href') ?? '').length).toBe(1);
  }
});

test('/articles/:id lists the versions of a page that changed', async () => {
  const $ = await read('/articles/1');
  expect($('#versions').text()).toBe('Versions');
  expect($('.origin').text()).toContain('2 versions');
  expect($('.diff').text()).toContain('1 paragraph the same');
  expect($('.diff ins').first().text()).toMatch(/^inserted: According to the builder/);
});

test.each([
  ['bridge', 1],
  ['"building permit"', 0],
  ['permit', 1],
  ['permit OR genehmigung', 2],
  ['the -permit', 1],
  ['成本', 1],
  ['claim:no-permit', 2],
  ['claim:no-permit stance:supports', 1],
  ['claim:bridge-cost stance:supports', 0],
  ['source:harbour', 1],
  ['source:"quay notes"', 1],
  ['lang:de', 1],
  ['after:2025-01-29', 2],
  ['before:2025-01-21', 1],
  ['after:2025-01-20 before:2025-01-30', 2],
  ['成%本', 0],
])('/articles?q=%s finds %i', async (query, count) => {
  const $ = await read(`/articles?q=${encodeURIComponent(query)}`);
  expect($('.hit')).toHaveLength(count);
  expect($('.search input').attr('value')).toBe(query);
});

test('a search that finds nothing says which condition stands in the way', async () => {
  const $ = await read('/articles?q=council+stance:disputes');
  expect($('.lead').text()).toContain(
    'No article has all of these: council stance:disputes. Without “council” there are 2.',
  );
});

test('/articles?q= keeps what was typed wrong and says what was done', async () => {
  const $ = await read(`/articles?q=${encodeURIComponent('"bridge')}`);
  expect($('[role=status]').text()).toContain('without its partner');
  expect($('.hit')).toHaveLength(1);
});

test('/sources says what fails and why', async () => {
  const $ = await read('/sources');
  expect($('.lead').text()).toBe('3 sources: 2 working, 1 failing.');
  const first = $('tbody tr').first().text().replace(/\s+/g, ' ');
  expect(first).toContain('Failing');
  expect(first).toContain('The site asks us to sign in (403). Since yesterday 19:40.');
  expect($('nav .fault').text()).toBe('1 failing');
  expect($('#pages').parent().parent().text()).toContain('The builder’s film');
  expect($('tbody tr').first().find('.missed')).toHaveLength(1);
});
