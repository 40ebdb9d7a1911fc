import { parseOpml as parseWithFeedsmith } from 'feedsmith';
import { expect, test } from 'vitest';
import { buildOpml, parseOpml } from '#src/core/feed/opml.ts';

const list = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>My &amp; your feeds</title></head><body>
  <outline text="Harbour">
    <outline type="rss" text="Tide &amp; Time" xmlUrl="https://tide.example/feed?a=1&amp;b=2" htmlUrl="https://tide.example/"/>
    <outline text="Inner"><outline TITLE="Deep" XMLURL="http://deep.example/rss"></outline></outline>
  </outline>
  <outline text="Once more" xmlUrl="https://tide.example/feed?a=1&amp;b=2#top"/>
  <outline text="" xmlUrl="https://nameless.example/atom.xml"/>
  <outline text="A note without a feed"/>
  <outline text="Bad" xmlUrl="feed:https://bad.example/"/>
  <outline text="Secret" xmlUrl="https://reader:word@secret.example/feed"/>
</body></opml>`;

test('parseOpml reads the feeds of all folders once, by whatever case their attributes have', () => {
  expect(parseOpml(list).feeds).toEqual([
    { url: 'https://tide.example/feed?a=1&b=2', name: 'Tide & Time' },
    { url: 'http://deep.example/rss', name: 'Deep' },
    { url: 'https://nameless.example/atom.xml', name: null },
  ]);
});

test('parseOpml names the addresses that it leaves out', () => {
  const { problems } = parseOpml(list);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('feed:https://bad.example/');
});

test.each(['', 'plain words', '<rss version="2.0"><channel><title>A feed</title></channel></rss>', '{"feeds": []}'])(
  'parseOpml takes nothing from %j',
  (text) => {
    expect(parseOpml(text)).toEqual({ feeds: [], problems: ['this is no OPML document'] });
  },
);

test('parseOpml reads what it can of a list that is cut short', () => {
  expect(parseOpml(list.slice(0, list.indexOf('<outline text="Inner"'))).feeds).toHaveLength(1);
});

test('parseOpml takes a long list up to its limit and says so', () => {
  const outlines = Array.from({ length: 5_002 }, (_, index) => `<outline xmlUrl="https://a.example/${index}"/>`);
  const { feeds, problems } = parseOpml(`<opml><body>${outlines.join('')}</body></opml>`);
  expect([feeds.length, problems.length]).toEqual([5_000, 2]);
});

const feeds = [
  { url: 'https://tide.example/feed?a=1&b="2"', name: 'Tide & "Time" <now>' },
  { url: 'https://nameless.example/atom.xml', name: null },
  { url: 'https://odd.example/rss', name: 'Bell\u0007, NUL\0, half \ud800 and 深度' },
];

test('buildOpml writes what parseOpml reads', () => {
  expect(parseOpml(buildOpml('Feeds', feeds)).feeds).toEqual([
    { url: 'https://tide.example/feed?a=1&b=%222%22', name: 'Tide & "Time" <now>' },
    { url: 'https://nameless.example/atom.xml', name: 'nameless.example' },
    { url: 'https://odd.example/rss', name: 'Bell, NUL, half \ufffd and 深度' },
  ]);
});

test('buildOpml is read by an independent parser', () => {
  const document = parseWithFeedsmith(buildOpml('Feeds & <more>', feeds));
  expect(document.head?.title).toBe('Feeds & <more>');
  expect(document.body?.outlines?.map(({ xmlUrl }) => xmlUrl)).toEqual(feeds.map(({ url }) => url));
});
