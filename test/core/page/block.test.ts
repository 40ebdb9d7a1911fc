import { expect, test } from 'vitest';
import { findPageBlock } from '#src/core/page/block.ts';
import { readStructuredData } from '#src/core/page/structured.ts';

const LOCKED = '{"@type":"NewsArticle","isAccessibleForFree":false}';
const FREE = '{"@type":"NewsArticle","isAccessibleForFree":true}';
const LONG = 'The council met on Friday and agreed to buy the old mill by the river. '.repeat(40);

function check(page: { title?: string; text?: string; pageText?: string; url?: string; data?: string }): string | null {
  return findPageBlock({
    title: page.title ?? null,
    titleTag: page.title ?? '',
    url: page.url ?? null,
    text: page.text ?? '',
    readPageText: () => page.pageText ?? page.text ?? '',
    data: readStructuredData([page.data ?? FREE], null),
  });
}

test.each([
  ['challenge', { title: 'Just a moment...' }],
  ['challenge', { title: 'Access to this page has been denied', text: 'Press & hold to confirm.' }],
  ['challenge', { title: 'paper.example', pageText: 'Enable JavaScript and cookies to continue' }],
  ['soft-404', { title: '404 - Page not found | Paper', text: 'Sorry.' }],
  ['soft-404', { title: 'Seite nicht gefunden' }],
  ['soft-404', { title: 'お探しのページは見つかりません' }],
  ['consent', { title: 'Before you continue to Search', pageText: 'We use cookies. Reject all. Accept all.' }],
  ['consent', { url: 'https://consent.paper.example/v2', text: 'Some words.' }],
  ['paywall', { title: 'Story', text: 'Two sentences. Subscribe to continue reading.' }],
  ['paywall', { title: 'Story', text: 'Two sentences.', pageText: 'Already a subscriber? Log in', data: LOCKED }],
  ['paywall', { title: '記事', text: '冒頭だけ。この記事は会員限定です。' }],
])('findPageBlock names a wall: %s for %o', (expected, page) => {
  expect(check(page)).toBe(expected);
});

test.each([
  [{ title: 'Just a moment changed the match', text: LONG }],
  [{ title: 'Page not found: the lost chapters of a diary', text: LONG }],
  [{ title: 'Why every paper says subscribe to continue reading', text: LONG, data: LOCKED }],
  [{ title: '404 Media asks for the files', text: 'A short note about a request for files, sent on Friday.' }],
  [{ title: 'Body not found after flood', text: 'A short note on the search, which ended on Friday.' }],
  [{ title: 'A short note', text: 'The mill is sold.', pageText: 'We use cookies. Accept all. The mill is sold.' }],
  [{ title: 'Fog', text: 'A short story of the harbour.', pageText: 'Subscribe to our newsletter' }],
])('findPageBlock keeps an article: %o', (page) => {
  expect(check(page)).toBeNull();
});
