import { expect, test } from 'vitest';
import { findFeedLinks } from '#src/core/feed/links.ts';

const pageUrl = 'https://news.example/science/story.html';

function findIn(html: string) {
  return findFeedLinks({ bytes: Buffer.from(html), contentType: 'text/html; charset=utf-8', url: pageUrl });
}

test.each<[string, string, string[]]>([
  ['RSS', '<link rel="alternate" type="application/rss+xml" href="/feed">', ['/feed']],
  ['Atom in capitals', '<LINK REL="Alternate" TYPE="Application/Atom+XML" HREF="atom.xml">', ['/science/atom.xml']],
  ['JSON Feed', '<link rel="alternate" type="application/feed+json" href="/feed.json">', ['/feed.json']],
  ['a type with a charset', '<link rel=alternate type="application/rss+xml; charset=utf-8" href=/r>', ['/r']],
  ['plain XML', '<link rel="alternate home" type="text/xml" href="/r">', ['/r']],
  ['rel=feed', '<link rel="feed" href="/r">', ['/r']],
  ['a mark in the body', '<body><p><link rel="alternate" type="application/rss+xml" href="/r">', ['/r']],
  ['a base', '<base href="/blog/"><link rel="alternate" type="application/rss+xml" href="r">', ['/blog/r']],
  ['entities', '<link rel="alternate" type="application/rss+xml" href="/r?a=1&amp;b=2">', ['/r?a=1&b=2']],
  [
    'a link to read',
    '<a href="/science/rss.xml">RSS</a> <a href="/tag/ai/feed/">AI</a>',
    ['/science/rss.xml', '/tag/ai/feed/'],
  ],
  ['one feed twice', '<link rel="feed" href="/r"><a href="/r#top">x</a><a href="/r.rss">y</a>', ['/r', '/r.rss']],
  [
    'comments last, marks before links',
    `<a href="/a.rss">a</a><link rel="alternate" type="application/rss+xml" href="/comments/feed">
     <link rel="alternate" type="application/rss+xml" title="Comments on this" href="/c"><link rel="feed" href="/r">`,
    ['/r', '/a.rss', '/comments/feed', '/c'],
  ],
])('findFeedLinks finds %s', (_, html, paths) => {
  const found = findIn(html);
  expect(found.map(({ url }) => url.replace('https://news.example', ''))).toEqual(paths);
});

test.each([
  '',
  'no markup at all',
  '<link rel="alternate" hreflang="de" href="/de">',
  '<link rel="alternate" type="application/json+oembed" href="/oembed?format=json">',
  '<link rel="alternate" type="text/xml+oembed" href="/oembed?format=xml">',
  '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
  '<link rel="stylesheet" type="text/xml" href="/s">',
  '<link rel="alternate" type="application/rss+xml" href="">',
  '<link rel="alternate" type="application/rss+xml">',
  '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
  '<link rel="alternate" type="application/rss+xml" href="feed://news.example/r">',
  '<a href="/feedback">f</a><a href="/atomic">a</a><a href="/rss-explained.html">r</a>',
  '<!-- <link rel="feed" href="/r"> --><script>"<link rel=feed href=/r>"</script>',
])('findFeedLinks finds nothing in %j', (html) => {
  expect(findIn(html)).toEqual([]);
});

test('findFeedLinks keeps the title that the site gives', () => {
  const html =
    '<link rel="alternate" type="application/rss+xml" title=" News &amp; views " href="/r"><a href="/a.rss">a</a>';
  expect(findIn(html).map(({ title }) => title)).toEqual(['News & views', null]);
});

test('findFeedLinks ends a list without end and stays quick on hostile pages', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `<a href="/${index}.rss">x</a>`).join('');
  const attributes = `<a ${Array.from({ length: 50_000 }, (_, index) => `a${index}=1`).join(' ')}>`;
  const startedAt = performance.now();
  expect(findIn(many)).toHaveLength(100);
  expect(findIn(attributes)).toEqual([]);
  expect(findIn('<div>'.repeat(100_000))).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
