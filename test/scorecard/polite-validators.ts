/** P1 to P9: what is asked again only if it changed. */
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { gapHours, validatorsOf, within } from './field.ts';
import type { ScoreTest } from './score.ts';
import { newsPage, rss, type SiteAnswer } from './site.ts';

const oddValidators: readonly (readonly [etag: string, lastModified: string])[] = [
  ['"a"', 'Tue, 28 Jan 2025 08:00:00 GMT'],
  ['W/"weak"', 'Sun, 28 Jan 2025 08:00:00 GMT'],
  ['"spaced  tag"', 'Tue, 28 Jan 2025 08:00:00 +0000'],
  ['"caf\xe9"', '2025-01-28 08:00:00'],
  ["'single'", 'Tuesday, 28-Jan-25 08:00:00 GMT'],
];
const oddTags = ['W/"a-gzip"', '"a;gzip"', '"a--br"', 'abc'];
const text = 'The Harbour Council met on Monday and spoke about the lake for two hours. '.repeat(12);
const tooLarge = Buffer.alloc(11 * 1024 * 1024, ' ');

const readable = (etag: string): SiteAnswer => ({ headers: { etag }, body: rss([`Entry ${etag.slice(1, -1)}`]) });

/** The first nine tests of the polite fetch. */
export const validatorTests: readonly ScoreTest[] = [
  {
    id: 'P1',
    holds: 'a day with five restarts costs one unconditional GET',
    fails: 'a restart forgets validators or due times and asks in full again',
    run: async (field) => {
      field.answer('a', (_, turn) => (turn === 0 ? readable('"one"') : { status: 304 }));
      await field.feeds('/feed');
      for (let restart = 0; restart < 5; restart += 1) {
        await field.hours(4);
        await field.house.restart();
      }
      await field.hours(4);
      const seen = field.seen();
      within(seen.length, [3, 24], 'requests in a day');
      assert.deepEqual(validatorsOf(seen[0]), [null, null]);
      for (const request of seen.slice(1)) assert.deepEqual(validatorsOf(request), ['"one"', null]);
    },
  },
  {
    id: 'P2',
    holds: 'both validators come back byte for byte, for feeds and pages',
    fails: 'a validator is trimmed, unquoted, re-formatted or decoded on its way through the store',
    run: async (field) => {
      field.answer('a', ({ path }, turn) => {
        const [etag, date] = oddValidators[Number(path.slice(2))] ?? ['', ''];
        if (turn > 0) return { status: 304 };
        const headers = { etag, 'last-modified': date };
        return path.startsWith('/f') ? { headers, body: rss([path]) } : { headers, body: newsPage(text) };
      });
      const urls = (kind: string) => oddValidators.map((_, index) => ({ url: field.url(`/${kind}${index}`) }));
      await field.watch({ sources: urls('f'), pages: urls('p') });
      await field.hours(3);
      for (const [index, wanted] of oddValidators.entries()) {
        for (const path of [`/f${index}`, `/p${index}`]) {
          assert.deepEqual(validatorsOf(field.seen('a', path)[1]), wanted, path);
        }
      }
    },
  },
  {
    id: 'P3',
    holds: 'only the header that fits is sent; without any, a day passes unless the operator set an interval',
    fails: 'an invented date is sent, or a feed without validators is asked hourly in full',
    run: async (field) => {
      const date = 'Tue, 28 Jan 2025 08:00:00 GMT';
      const headers = new Map<string, SiteAnswer['headers']>([
        ['/tag', { etag: '"t"' }],
        ['/date', { 'last-modified': date }],
      ]);
      field.answer('a', ({ path }) => ({ headers: headers.get(path) ?? {}, body: rss(['Same']) }));
      const paths = ['/tag', '/date', '/none'].map((path) => ({ url: field.url(path) }));
      await field.watch({ sources: [...paths, { url: field.url('/own'), every: '3h' }] });
      await field.hours(27);
      assert.deepEqual(validatorsOf(field.seen('a', '/tag')[1]), ['"t"', null]);
      assert.deepEqual(validatorsOf(field.seen('a', '/date')[1]), [null, date]);
      for (const path of ['/none', '/own']) assert.deepEqual(validatorsOf(field.seen('a', path)[1]), [null, null]);
      within(gapHours(field.seen('a', '/none'))[0], [24, 24.2], 'hours between two visits without validators');
      within(gapHours(field.seen('a', '/own'))[0], [3, 3.2], 'hours between two visits as the operator set them');
    },
  },
  {
    id: 'P4',
    holds: 'entity tags that servers spoil come back as they were sent',
    fails: 'a suffix like -gzip is taken off, or quotes are added',
    run: async (field) => {
      field.answer('a', ({ path }, turn) =>
        turn > 0 ? { status: 304 } : { headers: { etag: oddTags[Number(path.slice(1))] ?? '' }, body: rss([path]) },
      );
      await field.feeds(...oddTags.map((_, index) => `/${index}`));
      await field.hours(3);
      for (const [index, tag] of oddTags.entries())
        assert.deepEqual(validatorsOf(field.seen('a', `/${index}`)[1]), [tag, null]);
    },
  },
  {
    id: 'P5',
    holds: 'the newest pair is sent, whichever of the two changed',
    fails: 'an entity tag is not refreshed while the date stays equal, or the other way round',
    run: async (field) => {
      const pairs = [
        ['"1"', 'Tue, 28 Jan 2025 08:00:00 GMT'],
        ['"2"', 'Tue, 28 Jan 2025 08:00:00 GMT'],
        ['"2"', 'Wed, 29 Jan 2025 08:00:00 GMT'],
      ] as const;
      field.answer('a', (_, turn) => {
        const [etag, date] = pairs[turn] ?? pairs[2];
        return { headers: { etag, 'last-modified': date }, body: rss([`Entry ${turn}`]) };
      });
      await field.feeds('/feed');
      await field.hours(6);
      for (const [turn, pair] of pairs.entries()) assert.deepEqual(validatorsOf(field.seen()[turn + 1]), pair);
    },
  },
  {
    id: 'P6',
    holds: 'a new tag on the same body is kept, and the document is written once',
    fails: 'the body hash is equal so the new validators are thrown away, or a second copy is stored',
    run: async (field) => {
      field.answer('a', ({ path }, turn) => ({
        headers: { etag: `"${turn}"` },
        body: path === '/feed' ? rss(['Same']) : newsPage(`${text}The lake of test six.`),
      }));
      const before = await countRows(field.house.deps.db);
      await field.watch({ sources: [{ url: field.url('/feed') }], pages: [{ url: field.url('/page') }] });
      await field.hours(8);
      for (const path of ['/feed', '/page']) {
        const seen = field.seen('a', path);
        within(seen.length, [3, 20], `requests for ${path}`);
        for (const [turn, request] of seen.slice(1).entries())
          assert.deepEqual(validatorsOf(request), [`"${turn}"`, null]);
      }
      const after = await countRows(field.house.deps.db);
      assert.deepEqual(
        { documents: after.documents - before.documents, versions: after.versions - before.versions },
        { documents: 1, versions: 1 },
      );
    },
  },
  {
    id: 'P7',
    holds: 'a 304 renews tag, date and max-age',
    fails: 'headers of a 304 are ignored, so that the next request is old or too early',
    run: async (field) => {
      const renewed = { etag: '"new"', 'last-modified': 'Thu, 30 Jan 2025 08:00:00 GMT' };
      field.answer('a', (_, turn) =>
        turn === 0 ? readable('"old"') : { status: 304, headers: { ...renewed, 'cache-control': 'max-age=18000' } },
      );
      await field.feeds('/feed');
      await field.hours(9);
      const seen = field.seen();
      assert.deepEqual(validatorsOf(seen[2]), [renewed.etag, renewed['last-modified']]);
      within(gapHours(seen)[1], [5, 5.2], 'hours after the 304 with max-age of five');
    },
  },
  {
    id: 'P8',
    holds: 'validators that an answer no longer has are dropped',
    fails: 'values latched months ago are sent for ever',
    run: async (field) => {
      field.answer('a', (_, turn) => (turn === 0 ? readable('"gone"') : { body: rss([`Entry ${turn}`]) }));
      await field.feeds('/feed');
      await field.hours(30);
      assert.deepEqual(validatorsOf(field.seen()[1]), ['"gone"', null]);
      assert.deepEqual(validatorsOf(field.seen()[2]), [null, null]);
    },
  },
  {
    id: 'P9',
    holds: 'validators of a body that was cut, too large or no feed are not kept',
    fails: 'the broken answer is confirmed by 304 for ever and its mending is never seen',
    run: async (field) => {
      field.answer('a', ({ path }, turn) => {
        if (turn !== 1) return readable(`"good-${turn}"`);
        const headers = { etag: '"bad"' };
        if (path === '/large') return { headers, body: tooLarge };
        if (path === '/html') return { headers, body: newsPage('We are repairing the site. Please come back.') };
        return (response) => {
          response.writeHead(200, { ...headers, 'content-length': '5000' }).write('<rss><channel>');
          setTimeout(() => response.destroy(), 10);
        };
      });
      await field.feeds('/cut', '/large', '/html');
      await field.hours(5);
      for (const path of ['/cut', '/large', '/html']) {
        const seen = field.seen('a', path);
        assert.deepEqual(validatorsOf(seen[2]), ['"good-0"', null], path);
        assert.deepEqual(validatorsOf(seen[3]), ['"good-2"', null], path);
      }
    },
  },
];

async function countRows(db: Parameters<ReturnType<typeof sql<object>>['execute']>[0]) {
  const { rows } = await sql<{ documents: number; versions: number }>`
    select (select count(*)::int from documents) as documents, (select count(*)::int from versions) as versions`.execute(
    db,
  );
  return rows[0] ?? { documents: 0, versions: 0 };
}
