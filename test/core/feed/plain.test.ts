import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FeedItem } from '#src/core/feed/item.ts';
import { passThroughRssParser } from '#src/core/feed/plain.ts';
import { removeForbidden } from '#src/core/xml/entity.ts';

// What the readers before it never hand over: empty texts, bare white space, characters that XML forbids.
const someText = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== ''),
  fc.constantFrom(']]>', '<![CDATA[x]]>', 'a ]]> b & c < d', '&amp;lt;', '<b>"q"</b>', 'a]', ' a\r\nb ', '__proto__'),
);
const text = someText.map(removeForbidden).filter((value) => value.trim() !== '');
const maybe = fc.option(text, { nil: null });
const url = fc.webUrl();
const item: fc.Arbitrary<FeedItem> = fc.record({
  id: maybe,
  title: maybe,
  url: fc.option(url, { nil: null }),
  publishedAt: fc.constantFrom(null, '2025-03-04T09:07:05Z'),
  updatedAt: fc.constantFrom(null, '2025-03-05T09:07:05Z'),
  summary: maybe,
  contentHtml: maybe,
  authors: fc.array(text, { maxLength: 3 }),
  categories: fc.array(text, { maxLength: 3 }),
  enclosures: fc.array(
    fc.record({ url, type: fc.constantFrom(null, 'audio/mpeg'), length: fc.option(fc.nat(), { nil: null }) }),
    { maxLength: 2 },
  ),
  transcripts: fc.array(
    fc.record({ url, type: fc.constantFrom(null, 'text/vtt'), lang: fc.constantFrom(null, 'en') }),
    { maxLength: 2 },
  ),
  source: fc.option(fc.record({ title: fc.constantFrom('A & "B" <c>', 'd'), url }), { nil: null }),
});
const content = fc.record({
  title: maybe,
  link: fc.option(url, { nil: null }),
  description: maybe,
  language: fc.constantFrom(null, 'en'),
  items: fc.array(item, { maxLength: 5 }),
});

test('passThroughRssParser gives back what it was given', async () => {
  await fc.assert(
    fc.asyncProperty(content, async (feed) => {
      expect(await passThroughRssParser(feed)).toEqual(feed);
    }),
    { numRuns: 200 },
  );
});

test('passThroughRssParser keeps the order of many items', async () => {
  const blank: FeedItem = {
    id: null,
    title: null,
    url: null,
    publishedAt: null,
    updatedAt: null,
    summary: null,
    contentHtml: null,
    authors: [],
    categories: [],
    enclosures: [],
    transcripts: [],
    source: null,
  };
  const items = Array.from({ length: 321 }, (_, at) => ({ ...blank, title: `item ${at}` }));
  const feed = { title: null, link: null, description: null, language: null, items };
  expect(await passThroughRssParser(feed)).toEqual(feed);
});
