import { expect, test } from 'vitest';
import { chooseCitations, placeLinks } from '#src/core/watch/citations.ts';

const text =
  'The plant cost $5 million, the owner told the Harbour Post. The council doubts it. Read the terms of the plan.';

function link(url: string, words: string) {
  const start = text.indexOf(words);
  return { url, text: words, start, end: start + words.length };
}

function choose(urls: readonly string[], quotes: readonly { readonly start: number; readonly end: number }[] = []) {
  const links = placeLinks(
    text,
    urls.map((url) => link(url, 'Harbour Post')),
  );
  return chooseCitations(links, { key: 'a.example/2025/story', quotes });
}

test('placeLinks gives each link its sentence and the key of its article', () => {
  const [first, second] = placeLinks(text, [
    link('http://www.post.example/plant?utm_source=x', 'Harbour Post'),
    link('https://plan.example/terms-of-use', 'terms'),
  ]);
  expect(text.slice(first?.sentence?.start, first?.sentence?.end)).toBe(
    'The plant cost $5 million, the owner told the Harbour Post.',
  );
  expect(first?.targetKey).toBe('post.example/plant');
  expect(text.slice(second?.sentence?.start, second?.sentence?.end)).toBe('Read the terms of the plan.');
});

test.each([
  'https://post.example/2025/01/30/plant-cost',
  'https://post.example/plant-cost',
  'https://post.example/story123',
  'https://post.example/page.html',
  'https://post.example/?p=123',
  'https://tube.example/watch?v=abc',
  'https://openai.example/policies/terms-of-use',
  'https://git.example/riverton/plant',
])('chooseCitations takes the document %s', (url) => expect(choose([url]).map((each) => each.url)).toEqual([url]));

test.each([
  ['the article itself', 'https://www.a.example/2025/story?utm_source=rss#top'],
  ['a front page', 'https://post.example/'],
  ['a section', 'https://post.example/business'],
  ['a profile', 'https://x.example/@riverton_water'],
  ['a list', 'https://post.example/news/topic/lake'],
  ['a tag', 'https://post.example/tag/riverton-water'],
  ['an author', 'https://post.example/author/ada-brandt'],
  ['a page about the site', 'https://post.example/subscribe/now'],
  ['a privacy policy', 'https://post.example/privacy-policy'],
  ['a picture', 'https://post.example/img/plant-cost.jpg'],
  ['a paper', 'https://post.example/files/plant-cost.PDF'],
  ['a feed', 'https://post.example/2025/feed.xml'],
])('chooseCitations leaves out %s', (_, url) => expect(choose([url])).toEqual([]));

test('chooseCitations takes an address once, those of quoted sentences first', () => {
  const links = placeLinks(text, [
    link('https://plan.example/terms-of-use', 'terms'),
    link('https://post.example/plant-cost', 'Harbour Post'),
    link('https://www.post.example/plant-cost#more', 'plant'),
  ]);
  const chosen = chooseCitations(links, { key: 'a.example/2025/story', quotes: [{ start: 0, end: 10 }] });
  expect(chosen.map(({ targetKey, isQuoted }) => ({ targetKey, isQuoted }))).toEqual([
    { targetKey: 'post.example/plant-cost', isQuoted: true },
    { targetKey: 'plan.example/terms-of-use', isQuoted: false },
  ]);
});
