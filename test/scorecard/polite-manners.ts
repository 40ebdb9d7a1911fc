/** P18 to P23: how we present ourselves, and what a feed says of its own accord. */
import assert from 'node:assert/strict';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { gapHours, validatorsOf, within } from './field.ts';
import type { ScoreTest } from './score.ts';
import { newsPage, rss, type SiteAnswer } from './site.ts';

const ok: SiteAnswer = { headers: { etag: '"e"' }, body: rss(['Entry']) };
const text = 'The Harbour Council met on Monday and spoke about the lake for two hours. '.repeat(12);
const page: SiteAnswer = { headers: { etag: '"p"' }, body: newsPage(text) };
const foreignHeaders = ['cookie', 'referer', 'pragma', 'cache-control', 'accept-language', 'authorization', 'origin'];
const robots = (body: string): SiteAnswer => ({ headers: { 'content-type': 'text/plain' }, body });

/** The tests of manners. */
export const mannerTests: readonly ScoreTest[] = [
  {
    id: 'P18',
    holds: 'validators stay with the host that gave them, and five hops are the most',
    fails: 'conditional headers follow a redirect, so that another document answers 304',
    run: async (field) => {
      field.answer('a', (_, turn) =>
        turn === 0 ? ok : { status: 302, headers: { location: field.url('/elsewhere', 'b') } },
      );
      field.answer('b', () => ({ headers: { etag: '"b"' }, body: rss(['Elsewhere']) }));
      field.answer('c', ({ path }) => ({ status: 302, headers: { location: `/${Number(path.slice(1)) + 1}` } }));
      await field.watch({ sources: [{ url: field.url('/feed') }, { url: field.url('/0', 'c') }] });
      await field.hours(3);
      assert.deepEqual(validatorsOf(field.seen()[1]), ['"e"', null]);
      assert.deepEqual(validatorsOf(field.seen('b')[0]), [null, null]);
      assert.deepEqual(validatorsOf(field.seen()[2]), [null, null], 'the tag of the other host came back to the first');
      assert.deepEqual(validatorsOf(field.seen('b')[1]), ['"b"', null]);
      const hops = field.seen('c').filter(({ atMs }) => atMs <= (field.seen('c')[0]?.atMs ?? 0) + 60_000);
      assert.equal(hops.length, 6);
    },
  },
  {
    id: 'P19',
    holds: 'no cookie, referer, added query or fragment',
    fails: 'a cookie jar or the redirect code carries something from answer to answer',
    run: async (field) => {
      field.answer('a', ({ path }, turn) => {
        const cookies = { 'set-cookie': [`id=${turn}; Path=/`, 'b=2'] };
        return path.startsWith('/moved')
          ? { status: 302, headers: { ...cookies, location: '/feed?a=1&b=%20x' } }
          : { ...ok, headers: { ...cookies, etag: `"${turn}"` } };
      });
      await field.feeds('/moved#part', '/feed?a=1&b=%20x#part');
      await field.hours(4);
      within(field.seen().length, [8, 40], 'requests');
      for (const { headers, path } of field.seen()) {
        assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined]);
        assert.ok(path === '/moved' || path === '/feed?a=1&b=%20x', path);
      }
    },
  },
  {
    id: 'P20',
    holds: 'one User-Agent that says who we are; Accept fits; no header that nobody asked for',
    fails: 'the HTTP client adds cache-control and sec-fetch headers to conditional requests',
    run: async (field) => {
      field.answer('a', ({ path }) => (path === '/page' ? page : path === '/robots.txt' ? robots('') : ok));
      await field.watch({ sources: [{ url: field.url('/feed') }], pages: [{ url: field.url('/page') }] });
      await field.hours(3);
      const all = [...field.seen(), ...field.seen('a', '/robots.txt')];
      within(all.length, [5, 12], 'requests');
      for (const { headers, path } of all) {
        assert.match(headers['user-agent'] ?? '', /^claimledger\/\d+\.\d+\.\d+ \(\+https?:\/\/\S+\)$/);
        assert.match(headers['accept-encoding'] ?? '', /\bgzip\b/);
        const fitting = path === '/feed' ? /atom\+xml.*rss\+xml/ : path === '/page' ? /text\/html/ : /text\/plain/;
        assert.match(headers.accept ?? '', fitting);
        const foreign = Object.keys(headers).filter((name) => foreignHeaders.includes(name) || /^sec-/.test(name));
        assert.deepEqual(foreign, []);
      }
      assert.equal(new Set(all.map(({ headers }) => headers['user-agent'])).size, 1);
    },
  },
  {
    id: 'P21',
    holds: 'packed transfer is offered, used and undone',
    fails: 'the body is asked for in the clear, or the packed bytes reach the parser',
    run: async (field) => {
      const packers = new Map([
        ['/gzip', gzipSync],
        ['/br', brotliCompressSync],
      ]);
      field.answer('a', ({ path, headers }) => {
        const encoding = path.slice(1);
        const isOffered = (headers['accept-encoding'] ?? '').includes(encoding);
        const body = rss([`Packed with ${encoding}`]);
        return {
          headers: isOffered ? { 'content-encoding': encoding } : {},
          body: isOffered ? (packers.get(path)?.(body) ?? '') : '',
        };
      });
      await field.feeds(...packers.keys());
      await field.hours(0.1);
      for (const path of packers.keys()) assert.equal((await field.row(field.url(path))).lastOutcome, 'fresh');
    },
  },
  {
    id: 'P22',
    holds: 'GET only, and no path that nobody named but robots.txt',
    fails: 'HEAD requests, favicons or guessed feed addresses are tried',
    run: async (field) => {
      field.answer('a', ({ path }) => (path === '/page' ? page : path === '/dead' ? { status: 404 } : ok));
      await field.watch({
        sources: ['/feed', '/dead'].map((path) => ({ url: field.url(path) })),
        pages: [{ url: field.url('/page') }],
      });
      await field.hours(30);
      const all = [...field.seen(), ...field.seen('a', '/robots.txt')];
      assert.deepEqual([...new Set(all.map(({ method }) => method))], ['GET']);
      assert.deepEqual([...new Set(all.map(({ path }) => path))].sort(), ['/dead', '/feed', '/page', '/robots.txt']);
    },
  },
  {
    id: 'P23',
    holds: 'ttl, skipHours and skipDays in GMT, and the sy interval are kept',
    fails: "hours are taken in the machine's own zone, or the hints are parsed and never used",
    run: async (field) => {
      const hours = [0, 1, 2, 3, 4, 5].map((hour) => `<hour>${hour}</hour>`).join('');
      const channels: Readonly<Record<string, string>> = {
        '/ttl': '<ttl>180</ttl>',
        '/long': '<ttl>99999</ttl>',
        '/hours': `<skipHours>${hours}</skipHours>`,
        '/days': '<skipDays><day>Tuesday</day><day>Wednesday</day></skipDays>',
        '/sy':
          '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod><sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">4</sy:updateFrequency>',
      };
      field.answer('a', ({ path }, turn) => ({
        headers: { etag: `"${turn}"` },
        body: rss([`Entry ${turn}`], channels[path]),
      }));
      await field.feeds(...Object.keys(channels));
      const startedAt = field.clock.now().subtract({ milliseconds: Math.round(field.site.nowMs()) });
      await field.hours(8 * 24);
      const timesOf = (path: string) =>
        field
          .seen('a', path)
          .slice(1)
          .map(({ atMs }) => startedAt.add({ milliseconds: Math.round(atMs) }).toZonedDateTimeISO('UTC'));
      within(
        Math.min(...gapHours(field.seen('a', '/ttl'))),
        [3, 3.2],
        'hours between visits with a ttl of 180 minutes',
      );
      within(
        Math.min(...gapHours(field.seen('a', '/long'))),
        [24, 24.2],
        'hours between visits with a ttl of ten weeks',
      );
      within(Math.min(...gapHours(field.seen('a', '/sy'))), [6, 6.2], 'hours between visits, updated four times a day');
      assert.ok(timesOf('/hours').length > 20 && timesOf('/days').length > 20, 'hardly any visit');
      assert.deepEqual(
        timesOf('/hours').filter(({ hour }) => hour < 6),
        [],
      );
      assert.deepEqual(
        timesOf('/days').filter(({ dayOfWeek }) => dayOfWeek === 2 || dayOfWeek === 3),
        [],
      );
    },
  },
];
