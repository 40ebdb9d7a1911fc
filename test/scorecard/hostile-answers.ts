/** H9 to H17: what comes back over the wire, and feeds that hurt. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { parseLedger } from '#src/config/load.ts';
import { parseFeed } from '#src/core/feed/feed.ts';
import { defaultFetchLimits, type FetchKind, type FetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { openDoor } from '#src/io/http/door.ts';
import { startSocketServer } from '#test/support/http-server.ts';
import { type Field, validatorsOf, within } from './field.ts';
import { resolveToLoopback } from './house.ts';
import type { ScoreTest } from './score.ts';
import { type Answering, newsPage, rss } from './site.ts';

const megabyte = 1024 * 1024;
const wall = { exchangeMs: 1_000 };

type Asking = { readonly kind?: FetchKind; readonly limits?: Partial<FetchLimits> };

/** Asks host `a` once through a door of its own. */
async function ask(field: Field, answering: Answering, { kind = 'feed', limits = {} }: Asking = {}) {
  field.answer('a', answering);
  return await askAt(field.url('/x'), { kind, limits });
}

async function askAt(url: string, { kind = 'feed', limits = {} }: Asking = {}): Promise<FetchOutcome> {
  await using door = openDoor({
    userAgent: 'claimledger/0 (+test)',
    limits: { ...defaultFetchLimits, ...limits },
    allowPrivate: [new URL(url).host],
    resolve: resolveToLoopback,
  });
  return await door.fetch({ url, kind, etag: null, lastModified: null });
}

function reasonOf(outcome: FetchOutcome): string {
  return 'reason' in outcome ? outcome.reason : outcome.kind;
}

/** Most memory, in MB, that this process took while `work` ran. */
async function risenMegabytes(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  return (most - before) / megabyte;
}

/** A gigabyte of zeros as one of gzip's members after the other. */
function packedGigabyte(): Buffer {
  const member = gzipSync(Buffer.alloc(64 * megabyte));
  return Buffer.concat(Array.from({ length: 16 }, () => member));
}

function feedOf(text: string) {
  return { bytes: Buffer.from(text), headers: {}, url: 'http://a.test/feed' };
}

/** Reads a feed in the house's own threads; refused and impossible ones give no titles. */
async function titlesOf(field: Field, text: string): Promise<readonly string[]> {
  const feed = await field.house.deps.pool.parseFeed(feedOf(text));
  return feed.kind === 'feed' ? feed.items.map(({ title }) => title ?? '') : [];
}

/** The tests of answers. */
export const answerTests: readonly ScoreTest[] = [
  {
    id: 'H9',
    holds: 'packed bombs stop at the byte cap with under 50 MB of memory',
    fails: 'the limit counts bytes on the wire, and the body is unpacked first',
    run: async (field) => {
      const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
      const bombs: readonly (readonly [string, Buffer, string])[] = [
        ['gzip', gzipSync(Buffer.alloc(megabyte)), 'fresh'],
        ['gzip', packedGigabyte(), 'too-large'],
        ['br', brotliCompressSync(Buffer.alloc(200 * megabyte), quick), 'too-large'],
        ['gzip, gzip', gzipSync(packedGigabyte()), 'too-large'],
        [Array(20).fill('br').join(', '), brotliCompressSync('x'), 'bad-encoding'],
      ];
      for (const [encoding, body, wanted] of bombs) {
        const risen = await risenMegabytes(async () => {
          const outcome = await ask(field, () => ({ headers: { 'content-encoding': encoding }, body }), {
            kind: 'page',
          });
          assert.deepEqual([encoding, reasonOf(outcome)], [encoding, wanted]);
        });
        within(risen, [-500, 50], `MB taken for ${encoding}`);
      }
    },
  },
  {
    id: 'H10',
    holds: 'a byte each 0.2 s for ever ends at the deadline of the whole exchange',
    fails: 'each byte resets the timer',
    run: async (field) => {
      assert.equal(defaultFetchLimits.exchangeMs, 30_000);
      const drip = (response: ServerResponse): void => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const timer = setInterval(() => response.write('x'), 200);
        response.on('close', () => clearInterval(timer));
      };
      const startedAt = performance.now();
      const outcome = await ask(field, () => drip, { limits: wall });
      assert.equal(reasonOf(outcome), 'timeout');
      within(performance.now() - startedAt, [900, 2_000], 'milliseconds');
    },
  },
  {
    id: 'H11',
    holds: 'endless, cut, empty and partial answers are errors that store nothing',
    fails: 'half a feed is read as a whole one, or its validators are kept',
    run: async (field) => {
      const endless = (response: ServerResponse): void => {
        const block = Buffer.alloc(megabyte, 'x');
        const more = (): void => {
          while (!response.destroyed && response.write(block));
        };
        response.on('drain', more);
        more();
      };
      assert.equal(reasonOf(await ask(field, () => endless)), 'too-large');
      const bad = { etag: '"bad"' };
      const answers: Readonly<Record<string, ReturnType<Answering>>> = {
        '/short': (response) => {
          response.writeHead(200, { ...bad, 'content-length': '9000' }).write(rss(['Half']));
          setTimeout(() => response.destroy(), 10);
        },
        '/empty': { headers: bad },
        '/204': { status: 204, headers: bad },
        '/206': { status: 206, headers: bad, body: rss(['Part']) },
      };
      field.answer('a', ({ path }, turn) =>
        turn === 1 ? (answers[path] ?? {}) : { headers: { etag: '"good"' }, body: rss(['Whole']) },
      );
      await field.feeds(...Object.keys(answers));
      await field.hours(4);
      for (const path of Object.keys(answers)) {
        assert.deepEqual(validatorsOf(field.seen('a', path)[2]), ['"good"', null], path);
      }
      const { rows } = await sql<{ title: string }>`select title from items where title in ('Half', 'Part')`.execute(
        field.house.deps.db,
      );
      assert.deepEqual(rows, []);
    },
  },
  {
    id: 'H12',
    holds: 'loops, long chains and redirects to nowhere end after at most five hops',
    fails: "the client's default follows twenty",
    run: async (field) => {
      const chains: Readonly<Record<string, Answering>> = {
        loop: ({ path }) => ({ status: 302, headers: { location: path === '/x' ? '/y' : '/x' } }),
        itself: () => ({ status: 301, headers: { location: '/x' } }),
        chain: (_, turn) => ({ status: 307, headers: { location: `/${turn}-${field.seen().length}` } }),
        nowhere: () => ({ status: 302 }),
        empty: () => ({ status: 302, headers: { location: '' } }),
      };
      for (const [name, answering] of Object.entries(chains)) {
        const before = field.seen().length;
        const outcome = await ask(field, answering);
        const isTyped = ['too-many-redirects', 'bad-redirect'].includes(reasonOf(outcome));
        assert.ok(isTyped, `${name}: ${reasonOf(outcome)}`);
        within(field.seen().length - before, [1, 6], `requests for a ${name}`);
      }
    },
  },
  {
    id: 'H13',
    holds: 'huge, countless and malformed headers are errors',
    fails: 'headers fill the memory, or a NUL travels on into the store',
    run: async () => {
      const heads: readonly (readonly [string, string])[] = [
        [`X-A: ${'a'.repeat(40_000)}\r\n`, 'headers-too-large'],
        ['X-A: a\r\n'.repeat(10_000), 'headers-too-large'],
        ['X-A: a\0b\r\n', 'malformed'],
        ['X-A: a\rb\r\n', 'malformed'],
      ];
      for (const [head, wanted] of heads) {
        await using server = await startSocketServer((socket) =>
          socket.end(`HTTP/1.1 200 OK\r\n${head}Content-Length: 1\r\n\r\nx`, 'latin1'),
        );
        assert.equal(reasonOf(await askAt(`${server.origin}/`)), wanted);
      }
    },
  },
  {
    id: 'H14',
    holds: 'pictures, PDFs, films and web pages are not read as feeds',
    fails: 'the body is downloaded and parsed whatever it says it is',
    run: async (field) => {
      const film = (response: ServerResponse): void => {
        response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': String(300 * megabyte) }).write('x');
      };
      const named =
        (type: string): Answering =>
        () => ({ headers: { 'content-type': type }, body: 'bytes' });
      for (const answering of [named('image/png'), named('application/pdf'), () => film])
        assert.match(reasonOf(await ask(field, answering)), /^(?:wrong-type|too-large)$/);
      field.answer('b', () => ({
        headers: { 'content-type': 'application/rss+xml' },
        body: newsPage('Sign in first.'),
      }));
      await field.watch({ sources: [{ url: field.url('/feed', 'b') }] });
      await field.hours(0.1);
      const row = await field.row(field.url('/feed', 'b'));
      assert.equal(row.state, 'failing');
      assert.match(row.lastError ?? '', /not a feed/i);
    },
  },
  {
    id: 'H15',
    holds: 'entities are not expanded: no memory, no file, no request',
    fails: 'a document type reads a local file or asks another site',
    run: async (field) => {
      const laughs = Array.from({ length: 12 }, (_, level) => {
        const inner = level === 0 ? 'ha' : `&l${level - 1};`.repeat(10);
        return `<!ENTITY l${level} "${inner}">`;
      });
      const bodies = [
        `<!DOCTYPE r [${laughs.join('')}]>`,
        '<!DOCTYPE r [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
        `<!DOCTYPE r [<!ENTITY l11 SYSTEM "${field.url('/entity')}">]>`,
        `<!DOCTYPE r SYSTEM "${field.url('/type')}" [<!ENTITY % p SYSTEM "${field.url('/parameter')}"> %p;]>`,
        `<!DOCTYPE r [<!ENTITY l11 "${'x'.repeat(50_000)}">]>`,
      ];
      for (const [index, type] of bodies.entries()) {
        const text = `<?xml version="1.0"?>${type}<rss version="2.0"><channel><title>t</title><item><title>${'&l11;'.repeat(index === 4 ? 2_000 : 1)}</title><guid>g</guid></item></channel></rss>`;
        const startedAt = performance.now();
        const titles = await titlesOf(field, text).catch(() => []);
        within(performance.now() - startedAt, [0, 5_500], 'milliseconds');
        assert.ok(!/root:|hahahaha|x{20}/.test(titles.join('')), `document ${index} was expanded`);
      }
      assert.deepEqual(field.seen(), []);
    },
  },
  {
    id: 'H16',
    holds: '__proto__, constructor and prototype are names like any other',
    fails: "a feed, JSON document or ledger changes every object's prototype",
    run: async () => {
      const names = ['__proto__', 'constructor', 'prototype'];
      for (const name of names) {
        const element = `<${name}><x>polluted</x></${name}>`;
        const xml = `<rss version="2.0"><channel ${name}="polluted"><title>t</title>${element}<item ${name}="polluted">${element}<title>a</title><guid>${name}</guid></item></channel></rss>`;
        const json = `{"version":"https://jsonfeed.org/version/1.1","title":"t","${name}":{"x":"polluted"},"items":[{"id":"${name}","content_text":"a","${name}":{"x":"polluted"}}]}`;
        for (const text of [xml, json]) {
          const feed = await parseFeed(feedOf(text));
          assert.ok(feed.kind === 'refused' || feed.items.length === 1);
        }
        const { ledger, mistakes } = parseLedger(
          `version: 1\nname: x\ntopics: []\nclaims: []\n${name}: {x: polluted}\n`,
        );
        assert.ok(ledger === null && mistakes.length > 0, `the ledger key ${name} is accepted`);
      }
      assert.equal(Reflect.get({}, 'x'), undefined);
      assert.equal(Reflect.ownKeys(Object.prototype).includes('x'), false);
      assert.equal({}.constructor, Object);
    },
  },
  {
    id: 'H17',
    holds: 'what can be read of a bad feed is read; one bad entry does not stop the others',
    fails: 'a bare & loses the feed, or 100,000 entries take the service down',
    run: async (field) => {
      const entries = [
        '<item><title>A & B</title><guid>1</guid><link>http://a.h17.test/1</link></item>',
        '<item><title>No guid, date or link</title></item>',
        '<item><title>In 2099</title><guid>3</guid><pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate></item>',
        '<item><title>In 1970</title><guid>4</guid><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>',
        '<item><title>Twice</title><guid>5</guid></item><item><title>Twice</title><guid>5</guid></item>',
        '<item><title>First address</title><guid>6</guid><link>http://a.h17.test/6</link></item>',
        '<item><title>Second address</title><guid>6</guid><link>http://a.h17.test/7</link></item>',
      ];
      field.answer('a', () => ({ body: rss([], entries.join('')) }));
      await field.feeds('/feed');
      await field.hours(0.1);
      const { rows } = await sql<{ title: string }>`
        select i.title from items i join sources s on s.id = i.source_id join resources r on r.id = s.resource_id
        where r.url = ${field.url('/feed')} order by i.id`.execute(field.house.deps.db);
      assert.deepEqual(
        rows.map(({ title }) => title),
        ['A & B', 'No guid, date or link', 'In 2099', 'In 1970', 'Twice', 'First address', 'Second address'],
      );
      const many = await titlesOf(field, rss(Array.from({ length: 100_000 }, (_, index) => `Entry ${index}`)));
      within(many.length, [1, 2_000], 'entries read of 100,000');
    },
  },
];
