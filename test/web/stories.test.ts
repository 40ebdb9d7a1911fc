import { load } from 'cheerio';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupStories } from '#jobs/group-story.ts';
import type { Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { openArchive } from '#test/support/archive.ts';
import { makeProse, swapWords } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';
import { openPress, pressDeps } from './press.ts';

const random = seededRandom(8);
const statement = 'Riverton Water poisoned the lake last spring. Fishermen left.';
const report = `${statement} ${makeProse(random, { wordCount: 250, subject: 1 })}`;
const own = `${statement} ${makeProse(random, { wordCount: 250, subject: 2 })}`;

let store: Store;
let app: FastifyInstance;

/** An original (1) with a copy that names it (2), one that names nobody (3) and a spun one (4); an own report (5). */
beforeAll(async () => {
  store = await openPress();
  const archive = await openArchive(store.db);
  const keep = async (outlet: string, text: string): Promise<void> => {
    const key = `${outlet.toLowerCase().replaceAll(' ', '-')}.example/a`;
    await archive.keep(text, { key, outlet, title: `What ${outlet} says` });
    archive.move({ minutes: 38 });
  };
  await keep('Harbour Ledger', report);
  await keep('Bayside Courier', `OSTLAND (Harbour Ledger) - ${report}`);
  await keep('Daily Chisel', report);
  await keep('Pulse Mirror', swapWords(report, 5));
  await keep('Capital Wire', own);
  await groupStories({}, archive.deps);
  app = await buildWeb(pressDeps(store.db, { now: archive.deps.now }));
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

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

test('a story page says how few origins its articles have, and who repeats them how', async () => {
  const $ = await read('/stories/1');
  expect($('h1').text()).toBe('What Harbour Ledger says');
  expect($('.lead').text()).toBe('4 articles in 4 outlets, but only 1 independent origin. The other 3 repeat it.');
  const rows = $('tbody tr')
    .map((_, row) =>
      plain(
        $(row)
          .find('td')
          .map((_, cell) => $(cell).text())
          .get()
          .join(' | '),
      ),
    )
    .get();
  expect(rows).toEqual([
    'Bayside Courier | copy, names the origin | 100 % | 38 min',
    'Daily Chisel | copy, names nobody | 100 % | 1 h 16 min',
    expect.stringMatching(/^Pulse Mirror \| rewritten, names nobody \| \d\d % \| 1 h 54 min$/),
  ]);
  expect($('.told .stance').first().text()).toBe('Supports');
  expect($('.told a[href="/claims/poisoned"]').length).toBeGreaterThan(0);
  expect((await read('/stories/2'))('.lead').text()).toBe(
    'One article, in words of its own. Nobody repeats it so far.',
  );
  expect((await app.inject({ url: '/stories/99' })).statusCode).toBe(404);
});

test('the API tells the same story', async () => {
  const story = (await app.inject({ url: '/api/v1/stories/1' })).json();
  expect(story).toMatchObject({ articleCount: 4, outletCount: 4, originCount: 1, claims: ['poisoned'] });
  expect(
    story.origins[0].copies.map(({ role, credit }: { role: string; credit: string | null }) => [role, credit]),
  ).toEqual([
    ['copy', 'Harbour Ledger'],
    ['copy', null],
    ['spun', null],
  ]);
  const { items } = (await app.inject({ url: '/api/v1/articles' })).json();
  expect(items.map(({ story: place }: { story: unknown }) => place)).toEqual([
    { id: 2, role: 'original', originId: 5, copyCount: 0 },
    { id: 1, role: 'spun', originId: 1, copyCount: 3 },
    { id: 1, role: 'copy', originId: 1, copyCount: 3 },
    { id: 1, role: 'copy', originId: 1, copyCount: 3 },
    { id: 1, role: 'original', originId: 1, copyCount: 3 },
  ]);
});

test('a claim counts origins beside articles, and its quote says in how many outlets the words stand', async () => {
  const $ = await read('/claims/poisoned');
  expect($('.sum').text()).toContain('2 independent origins in 4 articles');
  const notes = $('figure.quote figcaption')
    .map((_, note) => plain($(note).text()))
    .get();
  expect(notes).toHaveLength(2);
  expect(notes.filter((note) => note.includes('same words in 3 outlets'))).toEqual([
    expect.stringContaining('Harbour Ledger'),
  ]);
});

test('the search counts origins, and each hit says what it repeats', async () => {
  const $ = await read('/articles');
  expect($('.found').text()).toBe('5 articles from 2 independent origins');
  expect(
    $('.hit')
      .map((_, hit) => $(hit).find('a[href^="/stories/"]').text())
      .get(),
  ).toEqual(['', 'a copy rewritten by a machine', 'a copy', 'a copy', '3 copies']);
});

test('a spun copy shows no quotes and says why', async () => {
  const $ = await read('/articles/4');
  expect($('.hl')).toHaveLength(0);
  expect($('aside').text()).toContain('A machine has rewritten another article here');
  expect((await read('/articles/3'))('.hl').length).toBeGreaterThan(0);
});
