/** What we publish as feeds: Atom (RFC 4287) and JSON Feed 1.1 of the same entries. */
import { createHash } from 'node:crypto';
import { generateAtomFeed, generateJsonFeed } from 'feedsmith';

/** One entry. `key` names what it is about and never changes; `updated` is an instant (RFC 3339), `html` is safe markup. */
export type FeedEntry = {
  readonly key: string;
  readonly title: string;
  readonly url: string;
  readonly updated: string;
  readonly published: string;
  readonly author: string | null;
  readonly lang: string | null;
  readonly html: string;
};

/** A feed with its addresses; `updated` stands for one without entries. */
export type OutputFeed = {
  readonly key: string;
  readonly title: string;
  readonly pageUrl: string;
  readonly selfUrl: string;
  readonly updated: string;
  readonly entries: readonly FeedEntry[];
};

/** The forms that a feed comes in, by the ending of its address. */
export const feedFormats = ['atom', 'json'] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** The media type of a form. */
export const feedTypes: Readonly<Record<FeedFormat, string>> = {
  atom: 'application/atom+xml',
  json: 'application/feed+json',
};

/** The address of a feed in one form; a query stays behind the ending. */
export function feedHref(href: string, format: FeedFormat): string {
  const [path = '', query] = href.split('?');
  return `${path}.${format}${query === undefined ? '' : `?${query}`}`;
}

/** The instant at which anything in a feed last changed. */
export function updatedAt({ entries, updated }: OutputFeed): Temporal.Instant {
  const instants = [updated, ...entries.map((entry) => entry.updated)].map((text) => Temporal.Instant.from(text));
  return instants.reduce((newest, each) => (Temporal.Instant.compare(each, newest) > 0 ? each : newest));
}

/** An instant as HTTP writes it (RFC 9110, 5.6.7). */
export function writeHttpDate(instant: Temporal.Instant): string {
  return new Date(instant.epochMilliseconds).toUTCString();
}

/** Writes a feed. What XML 1.0 cannot hold is left out. */
export function renderFeed(feed: OutputFeed, format: FeedFormat): string {
  return format === 'atom' ? renderAtom(feed) : renderJson(feed);
}

function renderAtom(feed: OutputFeed): string {
  return generateAtomFeed({
    id: idOf(feed.key),
    title: { value: clean(feed.title) },
    updated: dateOf(updatedAt(feed).toString()),
    authors: [{ name: 'claimledger' }],
    links: [
      { href: feed.selfUrl, rel: 'self', type: feedTypes.atom },
      { href: feed.pageUrl, rel: 'alternate', type: 'text/html' },
    ],
    entries: feed.entries.map((entry) => ({
      id: idOf(entry.key),
      title: { value: clean(entry.title) },
      updated: dateOf(entry.updated),
      published: dateOf(entry.published),
      authors: entry.author === null ? [] : [{ name: clean(entry.author) }],
      links: [{ href: entry.url, rel: 'alternate', type: 'text/html' }],
      content: { type: 'html', value: clean(entry.html) },
    })),
  });
}

function renderJson(feed: OutputFeed): string {
  const document = generateJsonFeed({
    title: clean(feed.title),
    home_page_url: feed.pageUrl,
    feed_url: feed.selfUrl,
    items: feed.entries.map((entry) => ({
      id: idOf(entry.key),
      url: entry.url,
      title: clean(entry.title),
      content_html: clean(entry.html),
      date_published: dateOf(entry.published),
      date_modified: dateOf(entry.updated),
      ...(entry.author === null ? {} : { authors: [{ name: clean(entry.author) }] }),
      ...(entry.lang === null ? {} : { language: entry.lang }),
    })),
  });
  return JSON.stringify(document);
}

/** A name that is the same wherever this ledger moves: made of what the entry is about, not of our address. */
function idOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  // Version 8 of RFC 9562: a hash of our own choice.
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function dateOf(instant: string): Date {
  return new Date(Temporal.Instant.from(instant).epochMilliseconds);
}

/** Control characters and halves of pairs stand in no XML document (XML 1.0, 2.2). */
function clean(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
