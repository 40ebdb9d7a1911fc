import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FeedRefusal, type ParsedFeed, parseFeed } from '#src/core/feed/feed.ts';
import { BODY_CHARS_MAX, type FeedItem, ITEM_COUNT_MAX } from '#src/core/feed/item.ts';
import { hostileFeeds } from '#test/support/hostile-feeds.ts';

const fixtures = new URL('../../fixtures/feeds/', import.meta.url);
const names = readdirSync(fixtures).filter((name) => !name.endsWith('.expected.json'));
const HOSTILE_MS = 2000;

type Source = { readonly url?: string | null; readonly headers?: Readonly<Record<string, string>> };

function read(text: string, source: Source = {}): Promise<ParsedFeed | FeedRefusal> {
  return parseFeed({ bytes: new TextEncoder().encode(text), ...source });
}

async function readWhole(text: string, source: Source = {}): Promise<ParsedFeed> {
  const feed = await read(text, source);
  if (feed.kind === 'refused') throw new Error(feed.error);
  return feed;
}

const rss = (inside: string): string => `<rss version="2.0"><channel><title>T</title>${inside}</channel></rss>`;
const rssItem = (inside: string): string => rss(`<item>${inside}</item>`);
const entry = (inside: string): string => `<feed xmlns="http://www.w3.org/2005/Atom"><entry>${inside}</entry></feed>`;

test.each(names)('parseFeed reads the whole of %s', async (name) => {
  const feed = await parseFeed({
    bytes: readFileSync(new URL(name, fixtures)),
    url: 'https://origin.example/dir/feed',
  });
  await expect(`${JSON.stringify(feed, null, 2)}\n`).toMatchFileSnapshot(
    `../../fixtures/feeds/${name.replace(/\.\w+$/, '')}.expected.json`,
  );
  expect(structuredClone(feed)).toEqual(feed);
});

test.each<[what: string, document: string, wanted: Partial<FeedItem>]>([
  [
    'a guid that is a permalink',
    rssItem('<guid>https://e.example/1</guid>'),
    { id: 'https://e.example/1', url: 'https://e.example/1' },
  ],
  [
    'a guid that denies it',
    rssItem('<title>t</title><guid isPermaLink="FALSE">https://e.example/1</guid>'),
    { id: 'https://e.example/1', url: null },
  ],
  ['an item without guid', rssItem('<link>https://e.example/1</link>'), { id: 'https://e.example/1' }],
  [
    'nothing but an episode',
    rssItem('<title>t</title><enclosure url="https://e.example/1.mp3"/>'),
    { id: 'https://e.example/1.mp3', url: null },
  ],
  ['a cut end and no other item', '<rss><channel><item><title>t</title><description>It beg', { summary: 'It beg' }],
  ['an Atom link inside RSS', rssItem('<atom:link href="https://e.example/1"/>'), { url: 'https://e.example/1' }],
  ['a script address', rssItem('<title>t</title><link>javascript:alert(1)</link>'), { url: null }],
  ['an address with spaces around', rssItem('<link>\n https://e.example/1 \n</link>'), { url: 'https://e.example/1' }],
  [
    'two titles',
    rssItem('<title>First</title><title>Second</title><media:title>Third</media:title>'),
    { title: 'First' },
  ],
  ['a title with tags', rssItem('<title>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; plain</title>'), { title: 'Bold & plain' }],
  ['a title with signs', rssItem('<title>1 &lt; 2 and AT&amp;T</title>'), { title: '1 < 2 and AT&T' }],
  ['a title with raw tags', rssItem('<title>Why <em>it</em> matters</title>'), { title: 'Why it matters' }],
  ['a typed text title', entry('<title type="text">The &lt;b> tag</title>'), { title: 'The <b> tag' }],
  ['a typed HTML title', entry('<title type="html">The &amp;lt;b&amp;gt; tag</title>'), { title: 'The <b> tag' }],
  [
    'raw HTML in a description',
    rssItem('<description><p>A <b>b</b> c</p></description>'),
    { summary: '<p>A <b>b</b> c</p>' },
  ],
  [
    'description and summary',
    rssItem('<description>Long</description><summary>Short</summary>'),
    { summary: 'Short', contentHtml: 'Long' },
  ],
  ['an unreadable date', rssItem('<title>t</title><pubDate>soon</pubDate>'), { publishedAt: null }],
  [
    'an unreadable date before a good one',
    rssItem('<pubDate>soon</pubDate><dc:date>2025-03-04</dc:date>'),
    { publishedAt: '2025-03-04T00:00:00Z' },
  ],
  [
    'only an update',
    entry('<updated>2025-03-04T09:07:05Z</updated>'),
    { publishedAt: '2025-03-04T09:07:05Z', updatedAt: '2025-03-04T09:07:05Z' },
  ],
  ['mail and name', rssItem('<author>ann@e.example (Ann Lee)</author>'), { authors: ['Ann Lee'] }],
  ['name and mail', rssItem('<author>Ann Lee &lt;ann@e.example&gt;</author>'), { authors: ['Ann Lee'] }],
  [
    'one author twice',
    rssItem('<author>Ann</author><dc:creator>ann</dc:creator><dc:creator>Bo</dc:creator>'),
    { authors: ['Ann', 'Bo'] },
  ],
  [
    'a media description',
    rssItem('<media:group><media:description>a &lt; b</media:description></media:group>'),
    { summary: 'a &lt; b' },
  ],
  [
    'foreign fields in media content',
    rssItem('<title>t</title><media:content><dc:identifier>file-1</dc:identifier></media:content>'),
    { id: null },
  ],
  ['an unknown namespace', rssItem('<x:title xmlns:x="urn:x">No</x:title><title>Yes</title>'), { title: 'Yes' }],
  [
    'an odd prefix',
    rssItem('<q:creator xmlns:q="http://purl.org/dc/elements/1.1/">Ann</q:creator>'),
    { authors: ['Ann'] },
  ],
  ['upper case', '<RSS><CHANNEL><ITEM><TITLE>Loud</TITLE></ITEM></CHANNEL></RSS>', { title: 'Loud' }],
  [
    'fields named like object parts',
    rssItem('<__proto__>x</__proto__><constructor>y</constructor><title>t</title>'),
    { title: 't', id: null },
  ],
])('parseFeed reads an item with %s', async (_what, document, wanted) => {
  const feed = await readWhole(document);
  expect(feed.items).toHaveLength(1);
  expect(feed.items[0]).toMatchObject(wanted);
  expect('x' in {}).toBe(false);
});

test.each<[what: string, link: string, source: Source, url: string | null]>([
  ['its feed', '<link>../a</link>', { url: 'https://e.example/x/y/feed' }, 'https://e.example/x/a'],
  ['its scheme', '<link>//cdn.example/a</link>', { url: 'https://e.example/feed' }, 'https://cdn.example/a'],
  [
    'content-location',
    '<link>a</link>',
    { url: 'https://e.example/feed', headers: { 'content-location': '/deep/feed' } },
    'https://e.example/deep/a',
  ],
  [
    'xml:base',
    '<link xml:base="https://b.example/c/">a</link>',
    { url: 'https://e.example/feed' },
    'https://b.example/c/a',
  ],
  ['nothing known', '<link>a/b?c=1</link>', {}, 'a/b?c=1'],
  ['nothing that is an address', '<link>not an address</link>', {}, null],
])('parseFeed resolves an address against %s', async (_what, link, source, url) => {
  const feed = await readWhole(rssItem(`<title>t</title>${link}`), source);
  expect(feed.items[0]?.url).toBe(url);
});

test.each<[what: string, text: string, source: Source, error: RegExp]>([
  ['nothing', ' \n', {}, /empty/],
  [
    'a page',
    '<!DOCTYPE html><html><head><title>Just a &amp; moment</title>',
    {},
    /HTML page with the title "Just a & moment"/,
  ],
  ['an XHTML page', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', {}, /HTML page/],
  ['plain text', 'Forbidden', {}, /no markup/],
  ['JSON without items', '{"message":"rate limited"}', {}, /without a list of items/],
  ['broken JSON', '{"items":[', {}, /broken JSON/],
  ['a plain sitemap', '<urlset><url><loc>https://e.example/</loc></url></urlset>', {}, /sitemap without news/],
  ['OPML', '<opml version="2.0"><body><outline xmlUrl="https://e.example/feed"/></body></opml>', {}, /OPML/],
  ['other XML', '<svg xmlns="http://www.w3.org/2000/svg"/>', {}, /root "svg"/],
  ['a picture', '<rss/>', { headers: { 'content-type': 'image/png' } }, /image\/png/],
])('parseFeed refuses %s', async (_what, text, source, error) => {
  const feed = await read(text, source);
  expect(feed.kind === 'refused' ? feed.error : '').toMatch(error);
});

test.each<[what: string, text: string]>([
  ['no items', rss('')],
  ['items outside the channel', '<rss><channel><title>T</title></channel><item><title>t</title></item></rss>'],
  ['a wrong content type', rss('')],
])('parseFeed reads a feed with %s', async (_what, text) => {
  const feed = await readWhole(text, { headers: { 'content-type': 'text/html' } });
  expect(feed.title).toBe('T');
});

test.each(hostileFeeds)('parseFeed stays quick on $name', async ({ text }) => {
  const before = process.threadCpuUsage();
  const feed = await readWhole(text);
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(HOSTILE_MS);
  expect(feed.items[0]?.title).toMatch(/^t/);
  expect(feed.items.length).toBeLessThanOrEqual(ITEM_COUNT_MAX);
  expect(JSON.stringify(feed)).not.toContain('root:');
});

test('parseFeed says that a text was cut', async () => {
  const feed = await readWhole(rssItem(`<title>t</title><description>${'long '.repeat(500_000)}</description>`));
  expect(feed.items[0]?.summary).toHaveLength(BODY_CHARS_MAX);
  expect(feed.problems).toEqual(['a text was cut at 2000000 characters']);
});

test('parseFeed never throws on damaged feeds', async () => {
  const texts = names.map((name) => readFileSync(new URL(name, fixtures), 'utf8'));
  const junk = fc.constantFrom(
    '<',
    '>',
    '&',
    '"',
    ']]>',
    '<![CDATA[',
    '<!--',
    '</item>',
    '<entry>',
    '\0',
    '&#0;',
    '&#xD800;',
    '=',
    '{',
  );
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), junk, fc.nat(20)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), damage, async (text, hits) => {
      const damaged = hits.reduce((whole, [place, insert, cutCount]) => {
        const at = Math.floor(place * whole.length);
        return whole.slice(0, at) + insert + whole.slice(at + cutCount);
      }, text);
      const feed = await read(damaged, { url: 'https://e.example/' });
      const printed = JSON.stringify(feed);
      expect(printed.isWellFormed()).toBe(true);
      expect(printed).not.toContain('\\u0000');
    }),
    { numRuns: 300 },
  );
});
