import type { PageAttributes } from '#src/core/page-tag.ts';
import { type PageElement, parsePageTree, walkTree } from '#src/core/page-tree.ts';
import { documentUrl, resolveHttpUrl } from '#src/core/url.ts';

/** A feed that a page names or a place is known to have; `title` is the site's own word for it. */
export type FeedCandidate = { readonly url: string; readonly title: string | null };

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
 * Where sites put a feed that no page of theirs names; asked only when the operator wants it, as each is one more
 * request.
 */
const guessedPaths = ['feed', 'rss.xml', 'feed.xml', 'atom.xml', 'index.xml', 'rss', 'feed.json'];

/**
 * Places whose feed follows from the address. Each reads the host and path, and gives a path on the same host, or null.
 */
const places: readonly (readonly [host: RegExp, feed: (url: URL) => string | null])[] = [
  [/(?:^|\.)youtube\.com$/, youtubeFeed],
  [/^github\.com$/, (url) => fill(/^\/([^/]+)\/([^/]+)/, url, '/$1/$2/releases.atom')],
  [/(?:^|\.)reddit\.com$/, (url) => fill(/^\/(r|user)\/([^/]+)/, url, '/$1/$2/.rss')],
  [/^medium\.com$/, (url) => fill(/^\/(@?[^/]+)/, url, '/feed/$1')],
  [/\.(?:substack|medium)\.com$/, () => '/feed'],
  [/\.wordpress\.com$/, () => '/feed/'],
  [/\.blogspot\.com$/, () => '/feeds/posts/default'],
  [/\.tumblr\.com$/, () => '/rss'],
  [/^bsky\.app$/, (url) => fill(/^\/profile\/([^/]+)/, url, '/profile/$1/rss')],
  [/^news\.google\.com$/, (url) => fill(/^\/search$/, url, `/rss/search${url.search}`)],
];

/**
 * The feeds that a page names, best first and each once: those marked in its head, then links that look like feeds,
 * those of comments last. Never throws; parses outside text, so run it where time is limited.
 */
export function findFeedLinks(html: string, pageUrl: string): readonly FeedCandidate[] {
  const elements = listLinks(html);
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

/**
 * The feed that an address is known to have by its place, such as a channel or a repository; null for other places.
 * Asks nobody.
 */
export function knownFeedUrl(url: string): string | null {
  const parsed = new URL(url);
  const place = places.find(([host]) => host.test(parsed.hostname));
  const path = place?.[1](parsed) ?? null;
  return path === null ? null : new URL(path, parsed.origin).href;
}

/** Addresses worth a try when a page names no feed: below its folder first, then at the root of its host. */
export function guessFeedUrls(url: string): readonly string[] {
  const folder = new URL('.', documentUrl(url)).href;
  const bases = [...new Set([folder, new URL('/', url).href])];
  return bases.flatMap((base) => guessedPaths.map((path) => new URL(path, base).href));
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

function youtubeFeed(url: URL): string | null {
  const list = url.searchParams.get('list');
  if (url.pathname === '/playlist' && list !== null) return `/feeds/videos.xml?playlist_id=${encodeURIComponent(list)}`;
  return fill(/^\/channel\/([^/]+)/, url, '/feeds/videos.xml?channel_id=$1');
}

/** The template with the pattern's groups filled in, null when the path does not fit. */
function fill(pattern: RegExp, { pathname }: URL, template: string): string | null {
  const match = pattern.exec(pathname);
  return match === null ? null : match[0].replace(pattern, template);
}
