import { decodeText } from '#src/core/charset.ts';
import { resolveHttpUrl } from '#src/core/url.ts';
import { parseXml, type XmlDocument } from '#src/core/xml/tree.ts';
import { BODY_CHARS_MAX, type FeedContent, type FeedDirections, type FeedItem, NO_DIRECTIONS } from './item.ts';
import { readJsonFeed } from './json.ts';
import { collapse, htmlToText } from './markup.ts';
import { passThroughRssParser } from './plain.ts';
import { readNewsSitemap } from './sitemap.ts';
import { readXmlFeed } from './xml.ts';

/** A document as received: its bytes, the response's headers in lower case, the address it came from. */
export type FeedDocument = {
  readonly bytes: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string | null;
};

/** A feed read, with what was wrong with it in words. */
export type ParsedFeed = FeedContent & {
  readonly kind: 'feed';
  readonly hints: FeedDirections;
  readonly problems: readonly string[];
};

/** A document that is no feed, and in words what it is instead. */
export type FeedRefusal = { readonly kind: 'refused'; readonly error: string };

// Content types that are never read as a feed, whatever the bytes look like.
const FOREIGN_TYPE = /^\s*(?:image|video|audio|font)\/|^\s*application\/(?:pdf|zip|gzip)\b/i;
const FEED_ROOTS: ReadonlySet<string> = new Set(['rss', 'feed', 'rdf:rdf', 'rdf', 'channel']);
const HTML_ROOTS: ReadonlySet<string> = new Set(['html', 'xhtml:html']);
// Roots of other documents that come instead of a feed, in the operator's words.
const FOREIGN_ROOTS: ReadonlyMap<string, string> = new Map([
  ['opml', 'an OPML list of feeds'],
  ['sitemapindex', 'an index of sitemaps'],
  ['error', 'an XML error message'],
]);
const HTML_START = /^\s*<(?:!doctype html|html|head|body)\b/i;
const HTML_HEAD_CHARS = 20_000;
const ROOT_CHARS_MAX = 50;
const HTML_TITLE = /<title[^<>]*>([^<]{1,200})/i;

// Bytes -> text -> tolerant tree -> the facts of each item -> plain RSS -> rss-parser. One path for good and broken feeds.

/**
 * Reads any feed: RSS 0.9x-2.0, RDF, Atom 0.3/1.0, JSON Feed, Google News sitemap, in any encoding, well-formed or not. What
 * can be read is read; a document of another kind is refused. Input and output can be cloned between threads. Never throws.
 */
export async function parseFeed(input: FeedDocument): Promise<ParsedFeed | FeedRefusal> {
  const contentType = input.headers?.['content-type'] ?? null;
  if (contentType !== null && FOREIGN_TYPE.test(contentType))
    return refuse(`the content type is ${contentType.trim()}`);
  const { text, problems } = decodeText(input.bytes, { contentType, kind: 'xml' });
  const base = findBase(input);
  const start = text.trimStart().slice(0, 1000);
  if (start === '') return refuse('the document is empty');
  if (/^[{[]/.test(start)) return readJson(text, { base, problems });
  if (HTML_START.test(start)) return refuse(describeHtml(text));
  const document = parseXml(text, base);
  const root = document.roots.find(({ name }) => FEED_ROOTS.has(name));
  if (root === undefined) return readOther(document, text);
  const { content, hints, problems: feedProblems } = readXmlFeed(root, document.cut);
  const language = content.language ?? input.headers?.['content-language'] ?? null;
  const plain = await passThroughRssParser({ ...content, language });
  const cutProblems = plain.items.some(isCut) ? [`a text was cut at ${BODY_CHARS_MAX} characters`] : [];
  const allProblems = [...problems, ...document.problems, ...feedProblems, ...cutProblems];
  return { kind: 'feed', ...plain, hints, problems: allProblems };
}

function isCut(item: FeedItem): boolean {
  return item.summary?.length === BODY_CHARS_MAX || item.contentHtml?.length === BODY_CHARS_MAX;
}

// Relative addresses count from where the document says it is (RFC 3986 section 5.1), else from where it was fetched.
function findBase(input: FeedDocument): string | null {
  const url = input.url ?? null;
  return resolveHttpUrl(input.headers?.['content-location'] ?? '', url) ?? url;
}

function readJson(
  text: string,
  { base, problems }: { base: string | null; problems: readonly string[] },
): ParsedFeed | FeedRefusal {
  const feed = readJsonFeed(text, base);
  if (feed.kind === 'refused') return feed;
  return { kind: 'feed', ...feed.content, hints: feed.hints, problems: [...problems, ...feed.problems] };
}

function readOther(document: XmlDocument, text: string): ParsedFeed | FeedRefusal {
  const root = document.roots[0];
  if (root === undefined) return refuse('no markup and no JSON');
  if (HTML_ROOTS.has(root.name)) return refuse(describeHtml(text));
  if (root.name !== 'urlset')
    return refuse(FOREIGN_ROOTS.get(root.name) ?? `XML with the root "${root.tag.slice(0, ROOT_CHARS_MAX)}"`);
  const content = readNewsSitemap(root);
  if (content === null) return refuse('a sitemap without news');
  return { kind: 'feed', ...content, hints: NO_DIRECTIONS, problems: document.problems };
}

// The page's title tells a challenge or a sign-in page from a moved feed.
function describeHtml(text: string): string {
  const title = collapse(htmlToText(HTML_TITLE.exec(text.slice(0, HTML_HEAD_CHARS))?.[1] ?? ''));
  return title === '' ? 'an HTML page' : `an HTML page with the title "${title}"`;
}

function refuse(reason: string): FeedRefusal {
  return { kind: 'refused', error: `not a feed: ${reason}` };
}
