/** P10 to P17: how long we stay away, and where we ask next. */
import assert from 'node:assert/strict';
import { askOne } from '#src/io/db/resources.ts';
import { listSourceNews } from '#src/io/db/sources.ts';
import { assertDoubling, type Field, gapHours, validatorsOf, within } from './field.ts';
import type { ScoreTest } from './score.ts';
import { newsPage, rss, type SiteAnswer } from './site.ts';

const ok: SiteAnswer = { headers: { etag: '"e"' }, body: rss(['Entry']) };
const daily = { etag: '"e"', 'cache-control': 'max-age=86400' };
const backOffHours = [1, 2, 4, 8, 16, 24, 24];

/** An HTTP date so many hours from the clock's now. */
function dateIn(field: Field, hours: number): string {
  return new Date(field.clock.now().epochMilliseconds + hours * 3_600_000).toUTCString();
}

/** The tests of waiting and of moving. */
export const timingTests: readonly ScoreTest[] = [
  {
    id: 'P10',
    holds: 'the longest valid promise of freshness is kept, up to a day',
    fails: 'max-age is ignored for feeds, or a year-long one hides a feed for a year',
    run: async (field) => {
      const cases: Readonly<Record<string, readonly [() => Record<string, string>, number]>> = {
        '/age': [() => ({ 'cache-control': 'max-age=7200' }), 2],
        '/expires': [() => ({ date: dateIn(field, 0), expires: dateIn(field, 3) }), 3],
        '/shared': [() => ({ 'cache-control': 'max-age=60, s-maxage=14400' }), 4],
        '/revalidate': [() => ({ 'cache-control': 'no-cache, max-age=7200' }), 2],
        '/garbage': [() => ({ 'cache-control': 'max-age=soon, =,', expires: '0' }), 1],
        '/year': [() => ({ 'cache-control': 'max-age=31536000' }), 24],
      };
      field.answer('a', ({ path }) => ({ ...ok, headers: { etag: '"e"', ...cases[path]?.[0]() } }));
      await field.feeds(...Object.keys(cases));
      await field.hours(26);
      for (const [path, [, hours]] of Object.entries(cases))
        within(gapHours(field.seen('a', path))[0], [hours, hours + 0.2], `hours between two visits of ${path}`);
    },
  },
  {
    id: 'P11',
    holds: 'no feed is asked twice within 60 minutes, and jitter only adds',
    fails: 'an interval counts from the due time instead of the request, or jitter shortens it',
    run: async (field) => {
      field.answer('a', (_, turn) => ({ headers: { etag: `"${turn}"` }, body: rss([`Entry ${turn}`]) }));
      const paths = Array.from({ length: 10 }, (_, index) => `/${index}`);
      await field.feeds(...paths);
      await field.hours(24);
      const gaps = paths.flatMap((path) => gapHours(field.seen('a', path)));
      within(gaps.length, [100, 240], 'waits');
      within(Math.min(...gaps), [1, 1.2], 'the shortest wait in hours');
      // The minutes between two ticks hide most of the jitter, not all of it.
      assert.ok(new Set(gaps.map((gap) => gap.toFixed(2))).size > 2, 'all wait the same: there is no jitter');
    },
  },
  {
    id: 'P12',
    holds: 'Retry-After silences the whole host, up to seven days',
    fails: 'another feed, page or redirect of the host is asked in the same pass',
    run: async (field) => {
      const wish = (value: string, status: number) => (path: string, turn: number) =>
        path === '/first' && turn === 0 ? { status, headers: { 'retry-after': value } } : ok;
      const hosts: Readonly<Record<string, readonly [string, number, number]>> = {
        a: ['7200', 429, 2],
        b: [dateIn(field, 5), 503, 5],
        c: ['99999999', 429, 168],
        d: [dateIn(field, -5), 503, 1],
        e: ['soon', 503, 1],
      };
      for (const [letter, [value, status]] of Object.entries(hosts)) {
        const answering = wish(value, status);
        field.answer(letter, ({ path }, turn) => answering(path, turn));
      }
      field.answer('f', () => ({ status: 302, headers: { location: field.url('/behind') } }));
      const sources = Object.keys(hosts).flatMap((letter) =>
        ['/first', '/second'].map((path) => ({ url: field.url(path, letter) })),
      );
      const pages = [{ url: field.url('/page') }];
      await field.watch({ sources: [...sources, { url: field.url('/feed', 'f') }], pages });
      await field.hours(170);
      for (const [letter, [value, , hours]] of Object.entries(hosts)) {
        const [first, second] = [field.seen(letter, '/first'), field.seen(letter, '/second')];
        within(gapHours(first)[0], [hours, hours + 0.3], `hours after Retry-After: ${value}`);
        const all = [...field.seen(letter), ...field.seen(letter, '/robots.txt')];
        const from = first[0]?.atMs ?? 0;
        const early = all.filter(({ atMs }) => atMs > from && atMs < from + hours * 3_600_000);
        if (hours > 1)
          assert.deepEqual(
            early.map(({ path }) => path),
            [],
          );
        assert.ok(second.length > 0, 'the second feed was never asked');
      }
    },
  },
  {
    id: 'P13',
    holds: 'failures wait 1, 2, 4 h to a day, and one success ends that',
    fails: 'the house asks a failing site at its usual pace, or stays slow after it is mended',
    run: async (field) => {
      const mendedTurn = backOffHours.length;
      field.answer('a', ({ path }, turn) => {
        if (turn >= mendedTurn) return ok;
        return path === '/error' ? { status: 500 } : (response) => response.destroy();
      });
      field.answer('b', (_, turn) => (turn >= mendedTurn ? ok : { status: 429 }));
      field.answer('c', (_, turn) => (turn >= 2 ? ok : () => {}));
      const sources = ['/error', '/reset'].map((path) => ({ url: field.url(path) }));
      const others = ['b', 'c'].map((letter) => ({ url: field.url('/feed', letter) }));
      await field.watch({ sources: [...sources, ...others] });
      await field.hours(85);
      const late = gapHours(field.seen('c'));
      assertDoubling(late, [1, 2], 'no answer');
      within(late[2], [1, 1.2], 'hours after a success that followed silence');
      for (const [path, letter] of [['/error'], ['/reset'], ['/feed', 'b']] as const) {
        const gaps = gapHours(field.seen(letter, path));
        assertDoubling(gaps, backOffHours, path);
        within(gaps[mendedTurn], [1, 1.2], `hours after the first success of ${path}`);
      }
    },
  },
  {
    id: 'P14',
    holds: 'refusals back off too, are shown as failing, and meet one identity',
    fails: 'the request is tried again with another User-Agent, or a dead feed looks healthy',
    run: async (field) => {
      field.answer('a', ({ path }) => ({ status: Number(path.slice(1)) }));
      await field.feeds('/401', '/403', '/404');
      await field.hours(72);
      for (const path of ['/401', '/403', '/404']) {
        assertDoubling(gapHours(field.seen('a', path)), backOffHours.slice(0, 5), path);
        assert.equal((await field.row(field.url(path))).state, 'failing');
      }
      const identities = new Set(
        field.seen().map(({ headers }) => `${headers['user-agent']} ${headers.authorization}`),
      );
      assert.equal(identities.size, 1);
    },
  },
  {
    id: 'P15',
    holds: '410 ends the requests, is reported, and only a person brings the feed back',
    fails: 'a feed that said goodbye is asked for ever, or disappears in silence',
    run: async (field) => {
      const since = field.clock.now();
      field.answer('a', () => ({ status: 410 }));
      await field.feeds('/feed');
      await field.hours(20 * 24);
      assert.equal(field.seen().length, 1);
      const { db, now } = field.house.deps;
      assert.equal((await field.row(field.url('/feed'))).state, 'gone');
      const news = await listSourceNews(db, { start: since, end: now() });
      assert.deepEqual(
        news.map(({ state }) => state),
        ['gone'],
      );
      await askOne(db, field.url('/feed'), now());
      await field.hours(1);
      assert.equal(field.seen().length, 2);
    },
  },
  {
    id: 'P16',
    holds: 'a permanent redirect that lasted three days is followed for good; 304 behind it counts',
    fails: 'the old address is asked for ever, or the new one is believed after one answer',
    run: async (field) => {
      field.answer('a', ({ path }) => ({
        status: path === '/daily' ? 301 : 308,
        headers: { location: field.url(path, 'b') },
      }));
      field.answer('b', ({ path, headers }) => {
        const isKnown = headers['if-none-match'] === '"e"';
        const kept = path === '/daily' ? daily : { etag: '"e"' };
        return isKnown ? { status: 304, headers: kept } : { headers: kept, body: rss(['Entry']) };
      });
      await field.feeds('/daily', '/hourly');
      await field.hours(6 * 24);
      assert.equal(field.seen('a', '/daily').length, 3);
      for (const path of ['/daily', '/hourly']) {
        const old = field.seen('a', path);
        within(
          ((old.at(-1)?.atMs ?? 0) - (old[0]?.atMs ?? 0)) / 3_600_000,
          [48, 54],
          `hours until ${path} is believed`,
        );
        const direct = field.seen('b', path).filter(({ atMs }) => atMs > (old.at(-1)?.atMs ?? 0) + 60_000);
        assert.ok(direct.length >= 2, `${path} is not asked at its new address`);
        for (const request of direct) assert.deepEqual(validatorsOf(request), ['"e"', null]);
        assert.equal((await field.row(field.url(path))).url, field.url(path), 'the old address is forgotten');
      }
    },
  },
  {
    id: 'P17',
    holds: 'temporary redirects and a portal that answers 301 with a web page change nothing',
    fails: 'a hotel network or a maintenance page moves the feed away',
    run: async (field) => {
      field.answer('b', () => ({ headers: daily, body: rss(['Entry']) }));
      const portal = field.url('/sign-in', 'c');
      field.answer('c', () => ({ headers: daily, body: newsPage('Please sign in to use this network.') }));
      field.answer('a', ({ path }) => ({
        status: path === '/portal' ? 301 : Number(path.slice(1)),
        headers: { location: path === '/portal' ? portal : field.url('/feed', 'b') },
      }));
      const paths = ['/302', '/303', '/307', '/portal'];
      await field.feeds(...paths);
      await field.hours(8 * 24);
      for (const path of paths) {
        const seen = field.seen('a', path);
        within(seen.length, [7, 20], `requests for ${path}`);
        within(
          (field.site.nowMs() - (seen.at(-1)?.atMs ?? 0)) / 3_600_000,
          [0, 25],
          `hours since ${path} was asked last`,
        );
      }
    },
  },
];
