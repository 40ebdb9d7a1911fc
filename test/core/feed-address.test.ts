import { expect, test } from 'vitest';
import { findFeedLinks, guessFeedUrls, knownFeedUrl } from '#src/core/feed-address.ts';

const pageUrl = 'https://news.example/science/story.html';

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
  const found = findFeedLinks(html, pageUrl);
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
  expect(findFeedLinks(html, pageUrl)).toEqual([]);
});

test('findFeedLinks keeps the title that the site gives', () => {
  const html =
    '<link rel="alternate" type="application/rss+xml" title=" News &amp; views " href="/r"><a href="/a.rss">a</a>';
  expect(findFeedLinks(html, pageUrl).map(({ title }) => title)).toEqual(['News & views', null]);
});

test('findFeedLinks ends a list without end and stays quick on hostile pages', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `<a href="/${index}.rss">x</a>`).join('');
  const attributes = `<a ${Array.from({ length: 50_000 }, (_, index) => `a${index}=1`).join(' ')}>`;
  const startedAt = performance.now();
  expect(findFeedLinks(many, pageUrl)).toHaveLength(100);
  expect(findFeedLinks(attributes, pageUrl)).toEqual([]);
  expect(findFeedLinks('<div>'.repeat(100_000), pageUrl)).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test.each<[string, string | null]>([
  ['https://www.youtube.com/channel/UC123/videos', 'https://www.youtube.com/feeds/videos.xml?channel_id=UC123'],
  ['https://www.youtube.com/playlist?list=PL1', 'https://www.youtube.com/feeds/videos.xml?playlist_id=PL1'],
  ['https://www.youtube.com/watch?v=abc', null],
  ['https://github.com/owner/tool', 'https://github.com/owner/tool/releases.atom'],
  ['https://github.com/owner/tool/tree/main/src', 'https://github.com/owner/tool/releases.atom'],
  ['https://github.com/owner', null],
  ['https://www.reddit.com/r/science/top/', 'https://www.reddit.com/r/science/.rss'],
  ['https://writer.substack.com/p/a-post', 'https://writer.substack.com/feed'],
  ['https://medium.com/@writer/a-post', 'https://medium.com/feed/@writer'],
  ['https://writer.medium.com/a-post', 'https://writer.medium.com/feed'],
  ['https://desk.wordpress.com/2025/01/x', 'https://desk.wordpress.com/feed/'],
  ['https://desk.blogspot.com/', 'https://desk.blogspot.com/feeds/posts/default'],
  ['https://bsky.app/profile/desk.example', 'https://bsky.app/profile/desk.example/rss'],
  ['https://news.google.com/search?q=a+b&hl=en', 'https://news.google.com/rss/search?q=a+b&hl=en'],
  ['https://notgithub.com/owner/tool', null],
  ['https://github.com.evil.example/owner/tool', null],
  ['https://news.example/science', null],
])('knownFeedUrl of %s is %s', (url, expected) => {
  expect(knownFeedUrl(url)).toBe(expected);
});

test('guessFeedUrls tries the folder before the root of the host, and nothing elsewhere', () => {
  const guesses = guessFeedUrls('https://news.example/blog/a?x=1#y');
  expect(guesses[0]).toBe('https://news.example/blog/feed');
  expect(guesses).toContain('https://news.example/feed');
  expect(new Set(guesses).size).toBe(guesses.length);
  expect(guessFeedUrls('https://news.example/')).toHaveLength(guesses.length / 2);
});
