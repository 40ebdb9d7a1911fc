import { expect, test } from 'vitest';
import { extractPage } from '#src/core/page/page.ts';

const BODY = `<article><h1>The old mill is sold</h1>${'<p>The council met on Friday, and after two hours of talk it agreed to buy the old mill by the river.</p>'.repeat(6)}</article>`;

/** What a page says of itself when its head holds this. */
function check(head: string) {
  const { section, isFree, block } = extractPage({ url: null, html: `<head>${head}</head><body>${BODY}</body>` });
  return { section, isFree, block };
}

const declare = (fields: object): string =>
  `<script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', ...fields })}</script>`;

test.each([
  ['nothing', '', null],
  ['structured data', declare({ articleSection: ['Business', 'Markets'] }), 'Business'],
  ['a meta tag', '<meta property="article:section" content="World">', 'World'],
  ['both', `${declare({ articleSection: 'Business' })}<meta property="article:section" content="World">`, 'Business'],
])('readSection reads the section from %s', (_, head, section) => {
  expect(check(head).section).toBe(section);
});

test.each([
  ['nothing', '', null],
  ['true', declare({ isAccessibleForFree: true }), true],
  ['a word', declare({ isAccessibleForFree: 'False' }), false],
  ['a term of the vocabulary', declare({ isAccessibleForFree: 'http://schema.org/True' }), true],
  ['a tier', '<meta property="article:content_tier" content="metered">', false],
  ['something else', declare({ isAccessibleForFree: 'perhaps' }), null],
])('readIsFree reads %s, and a whole text stays an article', (_, head, isFree) => {
  expect(check(head)).toEqual({ section: null, isFree, block: null });
});
