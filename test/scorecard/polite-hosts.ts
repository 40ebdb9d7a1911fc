/** P24 to P30: how we share a host, and heed what it says to programs. */
import assert from 'node:assert/strict';
import { askOne } from '#src/io/db/resources.ts';
import { type Field, gapHours, validatorsOf, within } from './field.ts';
import type { ScoreTest } from './score.ts';
import { type LoggedRequest, newsPage, rss, type SiteAnswer } from './site.ts';

const ok: SiteAnswer = { headers: { etag: '"e"' }, body: rss(['Entry']) };
const text = 'The Harbour Council met on Monday and spoke about the lake for two hours. '.repeat(12);
const page: SiteAnswer = { headers: { etag: '"p"' }, body: newsPage(text) };
const robots = (body: string): SiteAnswer => ({ headers: { 'content-type': 'text/plain' }, body });

/** Starts of requests at a host, in seconds, robots.txt among them. */
function startSeconds(field: Field, letter = 'a'): readonly number[] {
  const all: readonly LoggedRequest[] = [...field.seen(letter), ...field.seen(letter, '/robots.txt')];
  return all.map(({ atMs }) => atMs / 1_000).sort((a, b) => a - b);
}

function leastGapSeconds(starts: readonly number[]): number {
  return Math.min(...starts.slice(1).map((at, index) => at - (starts[index] ?? 0)));
}

/** The tests of hosts. */
export const hostTests: readonly ScoreTest[] = [
  {
    id: 'P24',
    holds: 'one open request to a host, starts two seconds apart, redirects too, and other hosts do not wait',
    fails: 'the feeds of one host are asked at once, or the whole pass goes through one line',
    run: async (field) => {
      const slowly = (body: SiteAnswer['body']) => (response: { end(body: SiteAnswer['body']): void }) =>
        void setTimeout(() => response.end(body), 15);
      field.answer('a', ({ path }) =>
        path === '/0' ? { status: 302, headers: { location: field.url('/next-door') } } : slowly(rss(['Entry'])),
      );
      field.answer('b', ({ path }) =>
        path === '/feed' ? slowly(rss(['Entry'])) : { status: 302, headers: { location: field.url('/behind') } },
      );
      const sources = Array.from({ length: 20 }, (_, index) => ({ url: field.url(`/${index}`) }));
      const others = ['/feed', '/leads-to-a'].map((path) => ({ url: field.url(path, 'b') }));
      await field.watch({ sources: [...sources, ...others] });
      const dueAtMs = field.site.nowMs();
      await field.hours(0.2);
      const starts = startSeconds(field);
      // 20 feeds, one of them moved within the host, and what leads here from the other host.
      assert.equal(starts.length, 22);
      within(leastGapSeconds(starts), [2, 3], 'the shortest time between two starts in seconds');
      assert.equal(field.site.openMax.get(new URL(field.url('/')).host), 1);
      within(
        ((field.seen('b', '/feed')[0]?.atMs ?? 0) - dueAtMs) / 1_000,
        [0, 2],
        'seconds that the other host waited',
      );
    },
  },
  {
    id: 'P25',
    holds: 'one address is asked once, however often it is listed, linked or cited',
    fails: 'each subscription or each citation has its own timer',
    run: async (field) => {
      const entry = `<item><title>Riverton Water spill in the lake</title><link>${field.url('/story#comments')}</link></item>`;
      field.answer('a', ({ path }) =>
        path === '/story' || path === '/page' ? page : { ...ok, body: rss([`Entry ${path}`], entry) },
      );
      const other = field.url('/feed#top').replace('http://a.', 'HTTP://A.');
      await field.watch({
        sources: [field.url('/feed'), other, field.url('/other')].map((url) => ({ url })),
        pages: [field.url('/page'), field.url('/page#part')].map((url) => ({ url })),
      });
      await field.hours(0.5);
      for (const path of ['/feed', '/other', '/page', '/story', '/robots.txt'])
        assert.equal(field.seen('a', path).length, 1, path);
      const paths = Array.from({ length: 200 }, (_, index) => `/${index}`);
      field.answer('b', () => (response) => void setTimeout(() => response.end(rss(['Entry'])), 5));
      const host = new URL(field.url('/', 'b')).host;
      await field.watch({
        sources: paths.map((path) => ({ url: field.url(path, 'b') })),
        fetch: { hosts: { [host]: { spacing: '0s', connections: 8 } } },
      });
      await field.hours(0.5);
      assert.equal(field.seen('b').length, paths.length, 'lanes at one host asked an address twice');
    },
  },
  {
    id: 'P26',
    holds: 'ten presses of "fetch now" make one conditional request a minute, and none during a silence',
    fails: 'a click is unconditional, or goes out although the site asked to wait',
    run: async (field) => {
      field.answer('a', (_, turn) =>
        turn === 0 ? ok : turn < 3 ? { status: 304 } : { status: 429, headers: { 'retry-after': '3600' } },
      );
      await field.feeds('/feed');
      await field.hours(0.01);
      const press = async (times: number): Promise<void> => {
        for (let time = 0; time < times; time += 1) {
          await askOne(field.house.deps.db, field.url('/feed'), field.clock.now());
          await field.house.pass({ seconds: 5 });
        }
      };
      await press(10);
      await field.hours(0.05);
      const asked = field.seen();
      within(asked.length, [2, 3], 'requests after ten presses in a minute');
      await field.hours(0.1);
      await press(25);
      const [silentFrom] = field.seen().slice(3);
      assert.ok(silentFrom, 'the site was never asked a fourth time');
      await press(10);
      assert.equal(field.seen().length, 4, 'a press was sent during the silence');
      for (const request of field.seen().slice(1)) assert.deepEqual(validatorsOf(request), ['"e"', null]);
      within(Math.min(...gapHours(field.seen())) * 60, [1, 10], 'the shortest wait in minutes');
    },
  },
  {
    id: 'P27',
    holds:
      'robots.txt rules pages by our group, longest match, stars, ends and escapes, and not the feeds of the operator',
    fails: 'rules for everybody are mixed with ours, or %7E and ~ are two things',
    run: async (field) => {
      const rules = [
        'User-agent: *',
        'Disallow: /',
        '',
        'user-agent: ClaimLedger/1.0',
        'Disallow: /private',
        'Allow: /private/open',
        'Disallow: /*.pdf$',
        'Disallow: /~joe/',
      ];
      const verdicts: Readonly<Record<string, boolean>> = {
        '/private/x': false,
        '/private/open/y': true,
        '/a.pdf': false,
        '/a.pdf?page=2': true,
        '/%7Ejoe/z': false,
        '/public': true,
      };
      field.answer('a', ({ path }) =>
        path === '/robots.txt' ? robots(rules.join('\r\n')) : path === '/private/feed' ? ok : page,
      );
      const pages = Object.keys(verdicts).map((path) => ({ url: field.url(path) }));
      await field.watch({ sources: [{ url: field.url('/private/feed') }], pages });
      await field.hours(3);
      for (const [path, isAllowed] of Object.entries(verdicts)) {
        assert.equal(field.seen('a', path).length > 0, isAllowed, path);
        if (!isAllowed) assert.match((await field.row(field.url(path))).lastError ?? '', /asks programs not to read/);
      }
      within(field.seen('a', '/private/feed').length, [2, 4], "requests for the operator's own feed");
    },
  },
  {
    id: 'P28',
    holds: 'a missing robots.txt allows, a failing one forbids for now; hops, size and junk have bounds; kept a day',
    fails: 'an error of robots.txt is read as leave, or the file is asked for before each page',
    run: async (field) => {
      const forbids = 'User-agent: *\nDisallow: /page\n';
      const padding = '# padding\n'.repeat(52_000);
      const answers: Readonly<Record<string, (turn: number, path: string) => SiteAnswer | (() => void)>> = {
        a: () => ({ status: 404 }),
        b: (turn) => (turn === 0 ? { status: 503 } : { status: 404 }),
        c: (turn) => (turn === 0 ? () => {} : { status: 404 }),
        d: (_, path) => ({
          status: 301,
          headers: { location: path === '/robots.txt' ? '/r1' : `/r${Number(path.slice(2)) + 1}` },
        }),
        e: () => robots(`${forbids}${padding}${padding}${padding}${padding}`),
        f: () => robots(`<!doctype html><html><body>Nothing: here</body></html>\n%%% junk\0\n`),
        g: () => robots(`${padding}${forbids}`),
      };
      for (const [letter, answerRobots] of Object.entries(answers)) {
        field.answer(letter, ({ path }, turn) => {
          if (letter === 'd' && path === '/r4') return robots(forbids);
          return /^\/r(?:obots|\d)/.test(path) ? answerRobots(turn, path) : page;
        });
      }
      const pages = Object.keys(answers).map((letter) => ({ url: field.url('/page', letter) }));
      await field.watch({ pages });
      await field.hours(0.5);
      const asked = () => Object.keys(answers).map((letter) => field.seen(letter, '/page').length > 0);
      assert.deepEqual(asked(), [true, false, false, false, false, true, true]);
      await field.hours(20);
      assert.deepEqual(asked(), [true, true, true, false, false, true, true]);
      for (const letter of ['a', 'd', 'e', 'f', 'g']) assert.equal(field.seen(letter, '/robots.txt').length, 1, letter);
      await field.hours(30);
      within(field.seen('a', '/robots.txt').length, [2, 3], 'requests for robots.txt in two days');
    },
  },
  {
    id: 'P29',
    holds: 'Crawl-delay spaces the requests of a host, up to a minute',
    fails: 'the delay is read and not kept, or an hour of it stops the reading of a site',
    run: async (field) => {
      for (const [letter, seconds] of [
        ['a', 10],
        ['b', 3_600],
      ] as const)
        field.answer(letter, ({ path }) =>
          path === '/robots.txt' ? robots(`User-agent: *\nCrawl-delay: ${seconds}\n`) : page,
        );
      const pages = ['a', 'b'].flatMap((letter) =>
        [1, 2, 3, 4].map((index) => ({ url: field.url(`/${index}`, letter) })),
      );
      await field.watch({ pages });
      await field.hours(0.5);
      assert.deepEqual([startSeconds(field).length, startSeconds(field, 'b').length], [5, 5]);
      within(
        leastGapSeconds(startSeconds(field)),
        [10, 11],
        'the shortest time between two starts with a delay of 10 s',
      );
      within(leastGapSeconds(startSeconds(field, 'b')), [60, 61], 'the same with a delay of an hour');
    },
  },
  {
    id: 'P30',
    holds: 'a page that stays the same is asked ever more rarely, down to once a week',
    fails: 'watched pages are asked at a fixed pace, or tokens in their bytes count as changes',
    run: async (field) => {
      field.answer('a', ({ path, headers }, turn) => {
        if (path === '/robots.txt') return { status: 404 };
        if (path === '/tagged') return headers['if-none-match'] === undefined ? page : { status: 304 };
        return {
          body: newsPage(`${text}The page of test thirty.`).replace(
            '<head>',
            `<head><meta name="token" content="${turn}">`,
          ),
        };
      });
      await field.watch({ pages: ['/tagged', '/tokens'].map((path) => ({ url: field.url(path) })) });
      await field.hours(50 * 24);
      const [tagged, tokens] = ['/tagged', '/tokens'].map((path) => gapHours(field.seen('a', path)));
      for (const [at, hours] of [1, 2, 4, 8, 16, 32, 64, 128, 168, 168].entries())
        within(tagged?.[at], [hours, hours + 0.2], `wait ${at + 1} of a page with a tag`);
      for (const [at, hours] of [24, 48, 96, 168, 168].entries())
        within(tokens?.[at], [hours, hours + 0.2], `wait ${at + 1} of a page with changing tokens`);
    },
  },
];
