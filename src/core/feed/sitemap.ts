import { listChildren, textOf, type XmlElement } from '#src/core/xml/tree.ts';
import { findInstant, findText, findToken, firstField, groupFields, listFields, readUrl } from './field.ts';
import { type FeedContent, type FeedItem, ITEM_COUNT_MAX, uniqueNames } from './item.ts';

/**
 * Reads a Google News sitemap, where each address carries a headline and a date; null for any other sitemap, which lists
 * addresses only (developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
 */
export function readNewsSitemap(root: XmlElement): FeedContent | null {
  const entries = listChildren(root)
    .filter(({ name }) => name === 'url')
    .slice(0, ITEM_COUNT_MAX);
  const items = entries.map(readEntry).filter((item) => item !== null);
  if (items.length === 0) return null;
  const publication = items[0]?.source?.title ?? null;
  return { title: publication, link: null, description: null, language: languageOf(entries), items };
}

function readEntry(entry: XmlElement): FeedItem | null {
  const fields = groupFields(entry, ['news:news', 'news:publication']);
  const title = findText(fields, ['news:title']);
  const url = firstField(fields, ['loc'], readUrl);
  if (title === null || url === null) return null;
  const publication = findText(fields, ['news:name']);
  const keywords = listFields(fields, ['news:keywords', 'news:genres']).flatMap((element) =>
    textOf(element).split(','),
  );
  return {
    id: url,
    title,
    url,
    publishedAt: findInstant(fields, ['news:publication_date']),
    updatedAt: findInstant(fields, ['lastmod']),
    summary: null,
    contentHtml: null,
    authors: [],
    categories: uniqueNames(keywords.map((word) => word.trim())),
    enclosures: [],
    transcripts: [],
    source: publication === null ? null : { title: publication, url: null },
  };
}

function languageOf(entries: readonly XmlElement[]): string | null {
  const first = entries[0];
  return first === undefined
    ? null
    : findToken(groupFields(first, ['news:news', 'news:publication']), ['news:language']);
}
