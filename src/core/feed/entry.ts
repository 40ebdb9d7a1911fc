/** Feed entries on their way from the parsed feed into the ledger. */
import { type CaptionTrack, listTranscriptTracks } from '#src/core/caption/track.ts';
import { articleUrlKey, resolveHttpUrl, withoutTracking } from '#src/core/url.ts';
import type { FeedItem } from './item.ts';
import { htmlToText } from './markup.ts';

/** A feed entry ready to be kept. `key` is what makes it the same entry on the next visit. */
export type NewItem = {
  readonly key: string;
  /** The key that it would have if it shared its address, or did not; null without address or guid, and where another entry has it. */
  readonly otherKey: string | null;
  readonly guid: string | null;
  readonly url: string | null;
  readonly title: string;
  readonly summary: string | null;
  readonly contentHtml: string | null;
  readonly authors: readonly string[];
  readonly outlet: string | null;
  readonly lang: string | null;
  readonly publishedAt: Temporal.Instant | null;
  readonly updatedAt: Temporal.Instant | null;
  readonly transcripts: readonly CaptionTrack[];
  /** Whether its page is to be read: it names a topic, or its source is read whole. */
  readonly isWanted: boolean;
};

/** What the entry's own words say about the topics. */
export type MentionsTopic = (article: { readonly title: string; readonly text: string }) => boolean;

/**
 * The entries of a feed, each once. An entry is known by its address (scheme, tracking parameters and fragment aside), so that a
 * changed guid or an http->https move is no new entry; where several entries share an address, or have none, by address and guid.
 */
export function planItems(
  items: readonly FeedItem[],
  options: { readonly read: 'topics' | 'all'; readonly lang: string | null; readonly mentionsTopic: MentionsTopic },
): readonly NewItem[] {
  const entries = withoutRepeats(
    items.map((item) => {
      const url = item.url === null ? null : behindAlert(item.url);
      return { item: { ...item, url }, address: url === null ? null : articleUrlKey(url) };
    }),
  );
  const addressCounts = new Map<string, number>();
  for (const { address } of entries) {
    if (address !== null) addressCounts.set(address, (addressCounts.get(address) ?? 0) + 1);
  }
  const planned = new Map<string, NewItem>();
  for (const { item, address } of entries) {
    const isShared = address !== null && (addressCounts.get(address) ?? 0) > 1;
    const key = itemKey(item, { address, isShared });
    if (key === null || planned.has(key)) continue;
    const otherKey = address === null || item.id === null ? null : itemKey(item, { address, isShared: !isShared });
    planned.set(key, planItem(item, { ...options, key, otherKey }));
  }
  return [...planned.values()].map((item) =>
    item.otherKey !== null && planned.has(item.otherKey) ? { ...item, otherKey: null } : item,
  );
}

/** The plain text of an entry's own words: its full content, else its summary. */
export function itemText(item: { readonly contentHtml: string | null; readonly summary: string | null }): string {
  return htmlToText(item.contentHtml ?? item.summary ?? '').trim();
}

/** The key under which all readings of one article meet: its address, or its source and entry when it has none. */
export function articleKey(item: {
  readonly url: string | null;
  readonly sourceId: string;
  readonly key: string;
}): string {
  return item.url === null ? `item ${item.sourceId} ${item.key}` : articleUrlKey(item.url);
}

/**
 * Who published an article: the page's own word, else the entry's, else the feed when the page stands on the feed's own site, else the
 * page's host. A feed that collects other people's articles publishes none of them.
 */
export function nameOutlet(from: {
  readonly url: string;
  readonly siteName: string | null;
  readonly item: {
    readonly outlet: string | null;
    readonly sourceName: string;
    readonly sourceLink: string | null;
  } | null;
}): string {
  const { url, siteName, item } = from;
  const host = siteHost(url);
  const isOwnSite = item !== null && (item.sourceLink === null || siteHost(item.sourceLink) === host);
  return siteName ?? item?.outlet ?? (isOwnSite ? item.sourceName : host);
}

/** The host of an address without `www.`; an address that cannot be read stands for itself. */
export function siteHost(url: string): string {
  return URL.parse(url)?.host.replace(/^www\./, '') ?? url;
}

/** The article behind an alert's click counter (`google.com/url?...&url=ADDRESS`); any other address is its own. */
function behindAlert(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.pathname !== '/url' || !/^www\.google\.[a-z.]+$/.test(parsed.hostname)) return url;
  return resolveHttpUrl(parsed.searchParams.get('url') ?? parsed.searchParams.get('q') ?? '', null) ?? url;
}

type AddressedEntry = { readonly item: FeedItem; readonly address: string | null };

/** An entry that a feed lists twice is one: with one guid, or with one headline and date. Of repeats the first stays. */
function withoutRepeats(entries: readonly AddressedEntry[]): readonly AddressedEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ item: { id, title, publishedAt }, address }) => {
    if (address === null) return true;
    const marks = [
      ...(id === null ? [] : [JSON.stringify([address, id])]),
      ...(title === null || publishedAt === null ? [] : [JSON.stringify([address, title, publishedAt])]),
    ];
    const isRepeat = marks.some((mark) => seen.has(mark));
    for (const mark of marks) seen.add(mark);
    return !isRepeat;
  });
}

function itemKey(
  item: FeedItem,
  { address, isShared }: { readonly address: string | null; readonly isShared: boolean },
): string | null {
  if (address !== null) return isShared && item.id !== null ? `${address} ${item.id}` : address;
  if (item.id !== null) return `guid ${item.id}`;
  return item.title === null ? null : `title ${item.title} ${item.publishedAt ?? ''}`;
}

function planItem(
  item: FeedItem,
  options: {
    readonly key: string;
    readonly otherKey: string | null;
    readonly read: 'topics' | 'all';
    readonly lang: string | null;
    readonly mentionsTopic: MentionsTopic;
  },
): NewItem {
  const title = item.title ?? '';
  const text = itemText(item);
  // Without full content the summary is the text already.
  const words = item.contentHtml === null ? text : `${htmlToText(item.summary ?? '')}\n${text}`;
  return {
    key: options.key,
    otherKey: options.otherKey,
    guid: item.id,
    url: item.url === null ? null : withoutTracking(item.url),
    title: title === '' ? firstWords(text) : title,
    summary: item.summary,
    contentHtml: item.contentHtml,
    authors: item.authors,
    outlet: item.source?.title ?? null,
    lang: options.lang,
    publishedAt: instantOrNull(item.publishedAt),
    updatedAt: instantOrNull(item.updatedAt),
    transcripts: listTranscriptTracks(item.transcripts),
    isWanted: options.read === 'all' || options.mentionsTopic({ title, text: words }),
  };
}

/** Most characters of an untitled entry's text that stand for its title (Mastodon posts have none). */
const titleFromTextMax = 120;

function firstWords(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  if (line.length <= titleFromTextMax) return line;
  return `${line.slice(0, titleFromTextMax).replace(/\s+\S*$/, '')} …`;
}

function instantOrNull(text: string | null): Temporal.Instant | null {
  if (text === null) return null;
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}
