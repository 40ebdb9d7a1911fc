import { describe, expect, test } from 'vitest';
import { articleKey, itemText, planItems } from '#src/core/feed/entry.ts';
import type { FeedItem } from '#src/core/feed/item.ts';

function entry(rest: Partial<FeedItem> = {}): FeedItem {
  return {
    id: null,
    title: 'Harbour wall to be raised',
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
    ...rest,
  };
}

const mentionsTopic = ({ title, text }: { readonly title: string; readonly text: string }) =>
  `${title} ${text}`.includes('harbour');

function plan(items: readonly FeedItem[], read: 'topics' | 'all' = 'topics') {
  return planItems(items, { read, lang: 'en', mentionsTopic });
}

/** The keys of the entries that are kept. */
function keysOf(items: readonly FeedItem[]): readonly string[] {
  return plan(items).map(({ key }) => key);
}

describe('planItems', () => {
  const url = 'https://post.example/wall';

  test.each([
    ['another guid', { url, id: 'b' }],
    ['another scheme', { url: 'http://post.example/wall', id: 'a' }],
    ['tracking parameters', { url: `${url}?utm_source=feed&utm_medium=rss`, id: 'a' }],
    ['a fragment', { url: `${url}#comments`, id: 'a' }],
    ['another title', { url, id: 'a', title: 'Harbour wall is raised' }],
  ])('knows an entry again with %s', (_, later) => {
    expect(keysOf([entry(later)])).toEqual(keysOf([entry({ url, id: 'a' })]));
  });

  test('keeps entries apart that share one address, and one of those that are the same', () => {
    const live = [entry({ url, id: '1' }), entry({ url, id: '2' }), entry({ url, id: '2' })];
    expect(new Set(keysOf(live)).size).toBe(2);
    expect(keysOf([entry({ url }), entry({ url })])).toHaveLength(1);
  });

  test('takes an entry that a feed lists twice for one, known as if it stood there once', () => {
    const date = { publishedAt: '2025-01-30T07:00:00Z' };
    const once = keysOf([entry({ url, id: 'a' })]);
    expect(keysOf([entry({ url, id: 'a' }), entry({ url, id: 'a', title: 'Harbour wall, again' })])).toEqual(once);
    expect(keysOf([entry({ url, id: 'a', ...date }), entry({ url, id: 'b', ...date })])).toEqual(once);
    const posts = [entry({ url, id: 'a', ...date }), entry({ url, id: 'b', title: 'Another post', ...date })];
    expect(plan(posts).map(({ key, otherKey }) => [key, otherKey])).toEqual([
      ['post.example/wall a', 'post.example/wall'],
      ['post.example/wall b', 'post.example/wall'],
    ]);
    const nameless = plan([...posts, entry({ url, title: 'A third post' })]);
    expect(nameless.map(({ key, otherKey }) => [key, otherKey])).toEqual([
      ['post.example/wall a', null],
      ['post.example/wall b', null],
      ['post.example/wall', null],
    ]);
  });

  test('tells addresses apart that differ in what they ask for', () => {
    const items = [entry({ url: `${url}?p=1` }), entry({ url: `${url}?p=2` }), entry({ url: `${url}/`, id: 'x' })];
    expect(new Set(keysOf(items)).size).toBe(3);
  });

  test('knows entries without an address by their guid, else by title and date; without any they are no entry', () => {
    expect(keysOf([entry({ id: 'tag:post.example,2025:1' })])).toEqual(['guid tag:post.example,2025:1']);
    const titled = [entry({ publishedAt: '2025-01-30T07:00:00Z' }), entry({ publishedAt: '2025-01-31T07:00:00Z' })];
    expect(new Set(keysOf(titled)).size).toBe(2);
    expect(keysOf([entry({ title: null, summary: 'Words' })])).toEqual([]);
  });

  test('wants entries that name a topic anywhere in their own words, and every one of a source that is read whole', () => {
    const items = [
      entry({ id: '1', title: 'The harbour wall' }),
      entry({ id: '2', title: 'Untitled', summary: '<p>About the <b>harbour</b></p>' }),
      entry({ id: '3', title: 'Untitled', summary: 'In short', contentHtml: '<p>The harbour, at length</p>' }),
      entry({ id: '4', title: 'Untitled', summary: 'Short summary, harbour', contentHtml: '<p>Other words</p>' }),
      entry({ id: '5', title: 'Cooking' }),
      entry({ id: '6', title: 'Cooking', contentHtml: '<a href="https://harbour.example/">link</a>' }),
    ];
    expect(plan(items).map(({ isWanted }) => isWanted)).toEqual([true, true, true, true, false, false]);
    expect(plan(items, 'all').every(({ isWanted }) => isWanted)).toBe(true);
  });

  test('titles an untitled entry by its first words, cut between words', () => {
    const [short] = plan([entry({ id: '1', title: null, contentHtml: '<p>A short post</p>' })]);
    expect(short?.title).toBe('A short post');
    const [long] = plan([entry({ id: '1', title: null, summary: 'harbour wall '.repeat(30) })]);
    expect(long?.title).toMatch(/^(harbour wall )+(harbour )?…$/);
    expect(long?.title.length).toBeLessThanOrEqual(122);
  });

  test('reads dates as instants and leaves out what is none', () => {
    const [item] = plan([entry({ id: '1', publishedAt: '2025-01-30T08:00:00+01:00', updatedAt: 'yesterday' })]);
    expect(item?.publishedAt?.toString()).toBe('2025-01-30T07:00:00Z');
    expect(item?.updatedAt).toBeNull();
  });

  test('names the outlet that an aggregator names', () => {
    const source = { title: 'Quay Notes', url: 'https://quay.example/' };
    expect(plan([entry({ id: '1', source })])[0]?.outlet).toBe('Quay Notes');
    expect(plan([entry({ id: '1' })])[0]?.outlet).toBeNull();
  });
});

test('articleKey is the address for every source, and the entry’s own where there is none', () => {
  const address = { url: 'https://post.example/wall?utm_source=a', key: 'k' };
  expect(articleKey({ ...address, sourceId: 'one' })).toBe(articleKey({ ...address, sourceId: 'two' }));
  const bare = { url: null, key: 'guid 1' };
  expect(articleKey({ ...bare, sourceId: 'one' })).not.toBe(articleKey({ ...bare, sourceId: 'two' }));
});

test('itemText is the content as plain text, else the summary', () => {
  expect(itemText({ contentHtml: '<p>At <b>length</b></p>', summary: 'In short' }).trim()).toBe('At length');
  expect(itemText({ contentHtml: null, summary: 'In &amp; short' })).toBe('In & short');
  expect(itemText({ contentHtml: null, summary: null })).toBe('');
});
