import { decodeText } from '#src/core/charset.ts';
import type { PageAttributes } from '#src/core/page/tag.ts';
import { type PageElement, parsePageTree, walkTree } from '#src/core/page/tree.ts';
import { documentUrl, resolveHttpUrl } from '#src/core/url.ts';
import type { FeedCandidate } from './address.ts';

/** A page as received: its bytes, its declared type, the address it came from. */
export type LinkingPage = { readonly bytes: Uint8Array; readonly contentType: string | null; readonly url: string };

/** Enough for a newspaper that offers a feed for each of its sections; the rest of a longer list is noise. */
const candidateCountMax = 100;
/**
 * Plain XML types count too: sites announce RSS by them; a parameter may follow a type. `application/json` does not: it is the
 * site's API more often than a feed.
 */
const feedType = /^(?:application\/(?:(?:rss|atom|rdf)\+xml|feed\+json|xml)|text\/xml)(?:;|$)/i;
/** A link to read, rather than a mark in the head, shows a feed only by its address. */
const feedPath = /\/(?:feed|rss|atom)(?:\/|$)|\/(?:feed|rss|atom|index)\.(?:xml|rdf|json)$|\.(?:rss|atom)$/i;
/** Feeds of comments are offered beside the feed of articles on every page of most blogs. */
const aboutComments = /comment|kommentar|commentaire|comentario/i;

/**
 * The feeds that a page names, best first and each once: those marked in its head, then links that look like feeds,
 * those of comments last. Never throws; parses outside text, so run it where time is limited.
 */
export function findFeedLinks({ bytes, contentType, url: pageUrl }: LinkingPage): readonly FeedCandidate[] {
  const elements = listLinks(decodeText(bytes, { contentType, kind: 'html' }).text);
  const baseHref = elements.find(({ name }) => name === 'base')?.attributes['href'];
  const base = resolveHttpUrl(baseHref ?? '', pageUrl) ?? pageUrl;
  const read = ({ attributes }: PageElement): readonly FeedCandidate[] => {
    const url = resolveHttpUrl(attributes['href'] ?? '', base);
    return url === null ? [] : [{ url, title: attributes['title']?.trim() || null }];
  };
  const marks = elements.filter(({ name, attributes }) => name !== 'base' && marksFeed(attributes)).flatMap(read);
  const links = elements.filter(({ name }) => name === 'a').flatMap(read);
  return ranked([...marks, ...links.filter(({ url }) => feedPath.test(new URL(url).pathname))]);
}

function listLinks(html: string): readonly PageElement[] {
  const found: PageElement[] = [];
  walkTree(parsePageTree(html).root, {
    text: () => {},
    enter: (element) => {
      const { name, attributes } = element;
      if ((name === 'a' || name === 'link' || name === 'base') && attributes['href'] !== undefined) found.push(element);
      return true;
    },
    leave: () => {},
  });
  return found;
}

/** A mark names a feed by its relation, or by relation and type. */
function marksFeed({ rel = '', type = '' }: PageAttributes): boolean {
  const relations = rel.toLowerCase().split(/\s+/);
  return relations.includes('feed') || (relations.includes('alternate') && feedType.test(type));
}

function ranked(candidates: readonly FeedCandidate[]): readonly FeedCandidate[] {
  const byDocument = new Map<string, FeedCandidate>();
  for (const candidate of candidates) {
    const key = documentUrl(candidate.url);
    if (!byDocument.has(key)) byDocument.set(key, { ...candidate, url: key });
  }
  const isAboutComments = ({ url, title }: FeedCandidate) => aboutComments.test(`${url} ${title ?? ''}`);
  const found = [...byDocument.values()];
  const articlesFirst = [...found.filter((each) => !isAboutComments(each)), ...found.filter(isAboutComments)];
  return articlesFirst.slice(0, candidateCountMax);
}
