/** H25 to H32: what pages show of the outside, and what they never let in. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { type CheerioAPI, load } from 'cheerio';
import FeedParser from 'feedparser';
import { z } from 'zod';
import { tableOf } from '#src/cli/export-evidence.ts';
import { safeHref } from '#src/core/display/link.ts';
import { listEvidence } from '#src/io/db/evidence-export.ts';
import { hostileAddresses } from '#test/support/hostile-texts.ts';
import { insertStory } from '#test/web/press.ts';
import { listRequests } from './browser.ts';
import type { ScoreTest } from './score.ts';
import type { WebGround } from './web-ground.ts';

const policy =
  "default-src 'none';style-src 'self';script-src 'self';img-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'";
/** Elements that our pages never write themselves, so whoever finds one found outside markup. */
const foreign =
  'script:not([src^="/keys-"]),img,iframe,style,base,object,embed,math,video,audio,template,noscript,meta[http-equiv],link[rel=preload]';
const trickPaths = [
  ...[
    '/style/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e%5cetc',
    '/icon.svg/..%2fx',
  ],
  ...[
    '//evil.example',
    '//evil.example/%2e%2e',
    '/%5cevil.example',
    '/\\evil.example',
    '/style-other.css',
    '/icon.svg%00.html',
  ],
];
/** Parameters by which programs of this kind let themselves be sent elsewhere. */
const returnNames = ['next', 'return', 'return_to', 'returnTo', 'redirect', 'url', 'to', 'back', 'continue'];
const elsewhere = [
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  '/%09/evil.example',
  'javascript:alert(1)',
];

/** What spreadsheets take for the beginning of a formula, full-width signs among them. */
const formulaStarts = ['=', '+', '-', '@', '\t=', '\r=', '＝'];

export const webShownTests: readonly ScoreTest<WebGround>[] = [
  {
    id: 'H25',
    holds: 'outside text adds no element and no attribute to any page',
    fails: 'a script, a form or a style from a title, a name, a quote, an address or an error',
    run: async ({ get, paths }) => {
      let shown = 0;
      for (const path of paths) {
        const { body, headers } = await get(path);
        if (!`${headers['content-type']}`.startsWith('text/html')) continue;
        const $ = load(body);
        assert.equal($(foreign).length, 0, `${path}: ${$(foreign).first().prop('outerHTML')}`);
        assert.equal($('form[action*="evil"],[ping],[autofocus],[srcdoc],[formaction]').length, 0, path);
        assert.deepEqual(
          listNames($).filter((name) => /^on|^style$|^src|^background$/.test(name)),
          [],
          path,
        );
        assert.equal($('h1').length, 1, `${path} has ${$('h1').length} headings of the first level`);
        if ($('main').text().includes('<script>alert(1)</script>')) shown += 1;
      }
      assert.ok(shown > 10, `hostile text is shown on ${shown} pages only: too few to tell`);
    },
  },
  {
    id: 'H26',
    holds: 'every link leads to http, https or our own pages',
    fails: 'javascript:, data:, vbscript: or //host in an href',
    run: async ({ get, paths }) => {
      assert.deepEqual(
        hostileAddresses.filter((address) => safeHref(address) !== null),
        [],
      );
      const found = new Set<string>();
      for (const path of paths) {
        const $ = load((await get(path)).body);
        for (const element of $('[href],[action]').toArray())
          found.add($(element).attr('href') ?? $(element).attr('action') ?? '');
      }
      assert.ok(found.size > 50);
      assert.deepEqual(
        [...found].filter((href) => !/^(?:#|\?|\/(?![/\\])|https?:\/\/(?!user:)[a-z])/.test(href)),
        [],
      );
    },
  },
  {
    id: 'H27',
    holds: 'a page asks nothing of any other host',
    fails: 'a pixel, a font or a preload of the outside',
    run: async ({ browser, origin, paths }) => {
      assert.ok(browser, 'no Chromium on this machine');
      const page = await browser.newPage();
      let count = 0;
      for (const path of paths.filter((each) => /^\/(?:$|articles\/|claims|sources)/.test(each))) {
        const asked = await listRequests(page, () => page.goto(`${origin}${path}`));
        assert.deepEqual(
          asked.filter((url) => !url.startsWith(`${origin}/`)),
          [],
          path,
        );
        page.removeAllListeners('request');
        count += asked.length;
      }
      assert.ok(count > 20);
      await page.close();
    },
  },
  {
    id: 'H28',
    holds: 'the guards stand on every page, answer and failure',
    fails: 'a page without Content-Security-Policy, nosniff or no-referrer',
    run: async ({ get, paths, house }) => {
      const answers = await Promise.all(paths.map(async (path) => ({ path, answer: await get(path) })));
      const sent = await house.web.inject({ method: 'POST', url: '/subscribe', payload: 'x' });
      const large = await house.web.inject({ method: 'POST', url: '/subscribe', payload: 'x'.repeat(100_000) });
      assert.deepEqual([sent.statusCode, large.statusCode], [422, 413]);
      const codes = new Set<number>();
      for (const { path, answer } of [...answers, { path: 'sent', answer: sent }, { path: 'large', answer: large }]) {
        codes.add(answer.statusCode);
        assert.equal(answer.headers['content-security-policy'], policy, path);
        assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
        assert.equal(answer.headers['referrer-policy'], 'no-referrer', path);
        assert.equal(answer.headers['x-frame-options'], 'DENY', path);
      }
      assert.ok(codes.has(200) && codes.has(404));
    },
  },
  {
    id: 'H29',
    holds: 'no path leads out of the pages, and no parameter to another site',
    fails: 'a file of the machine, or a redirect elsewhere',
    run: async ({ get, paths, port }) => {
      for (const path of trickPaths) {
        // Past every client that would tidy the path first.
        const status = await new Promise<number>((resolve, reject) => {
          request({ port, path, host: '127.0.0.1' }, (answer) => resolve(answer.resume().statusCode ?? 0))
            .on('error', reject)
            .end();
        });
        assert.ok([400, 404].includes(status), `${path} answers ${status}`);
      }
      for (const path of [...paths.slice(0, 12), '/sign-in', '/login']) {
        for (const target of elsewhere) {
          const query = returnNames.map((name) => `${name}=${encodeURIComponent(target)}`).join('&');
          const { headers } = await get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
          const to = headers.location === undefined ? '/' : `${headers.location}`;
          assert.ok(/^\/(?![/\\])/.test(to), `${path} leads to ${to}`);
        }
      }
    },
  },
  {
    id: 'H30',
    holds: 'no cell of the CSV export begins a formula; JSON keeps the words as they are',
    fails: 'a spreadsheet runs a title',
    run: async ({ house }) => {
      for (const [index, start] of formulaStarts.entries()) {
        const words = `${start}HYPERLINK("https://evil.example") ${index}`;
        const said = [{ claim: 'no-permit', stance: 'disputes', speaker: words, quote: words } as const];
        const story = { title: words, outlet: words, lang: 'en', at: '2025-01-30T06:40:00Z', text: words, said };
        await insertStory(house.deps.db, story);
      }
      const rows = await Array.fromAsync(listEvidence(house.deps.db));
      const cells = listCells(tableOf(rows, true));
      const kept = JSON.stringify(rows);
      for (const start of formulaStarts) {
        assert.ok(cells.filter((cell) => cell.startsWith(`'${start}HYPERLINK`)).length >= 4, JSON.stringify(start));
        assert.ok(kept.includes(`"title":${JSON.stringify(`${start}HYPERLINK`).slice(0, -1)}`), JSON.stringify(start));
      }
      assert.deepEqual(
        cells.filter((cell) => formulaStarts.some((start) => cell.startsWith(start))),
        [],
      );
    },
  },
  {
    id: 'H31',
    holds: 'feeds that we publish are well formed whatever their titles hold',
    fails: 'XML that a strict reader refuses, a control character, or markup from a title or a quote',
    run: async ({ get }) => {
      let quoted = 0;
      for (const feed of ['/feeds/articles', '/feeds/claims/no-permit', '/feeds/stances/disputes', '/feeds/digest']) {
        const { body, statusCode } = await get(`${feed}.atom`);
        assert.equal(statusCode, 200, feed);
        assert.ok(!/\p{Cc}/u.test(body.replace(/[\t\r\n]/g, '')), `${feed} holds control characters`);
        const ids = await readAtomIds(body);
        const json = feedItems.parse(JSON.parse((await get(`${feed}.json`)).body));
        assert.deepEqual(
          ids,
          json.items.map(({ id }) => id),
          `${feed}: Atom and JSON differ`,
        );
        for (const { content_html } of json.items) {
          const $ = load(content_html, null, false);
          assert.equal($(foreign).length, 0, `${feed}: ${content_html.slice(0, 200)}`);
          if ($.text().includes('<script>alert(1)</script>')) quoted += 1;
        }
      }
      assert.ok(quoted > 0, 'no feed quotes a hostile text: nothing was put to the test');
    },
  },
];

const feedItems = z.object({ items: z.array(z.object({ id: z.string(), content_html: z.string() })).min(1) });

/** The ids of an Atom feed as a reader that is not ours finds them; rejects what is not well formed. */
async function readAtomIds(atom: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { guid } of Readable.from([atom]).pipe(new FeedParser({ strict: true, addmeta: false })))
    ids.push(guid);
  return ids;
}

/** The cells of a table as RFC 4180 parts them. */
function listCells(table: string): readonly string[] {
  return [...table.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

function listNames($: CheerioAPI): readonly string[] {
  return $('*')
    .toArray()
    .flatMap((element) => (element.type === 'tag' ? Object.keys(element.attribs) : []));
}
