import { documentUrl } from '#src/core/url.ts';

/** A feed that a page names or a place is known to have; `title` is the site's own word for it. */
export type FeedCandidate = { readonly url: string; readonly title: string | null };

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
