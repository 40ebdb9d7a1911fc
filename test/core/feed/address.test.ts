import { expect, test } from 'vitest';
import { guessFeedUrls, knownFeedUrl } from '#src/core/feed/address.ts';

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
