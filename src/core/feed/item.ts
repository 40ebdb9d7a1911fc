import type { FeedHints } from '#src/core/fetch/skip-times.ts';

/** A file that comes with an item: an episode, a picture, a PDF; `length` in bytes as the publisher states it. */
export type FeedEnclosure = { readonly url: string; readonly type: string | null; readonly length: number | null };

/** A transcript that comes with an episode (Podcasting 2.0); `type` is its media type as the publisher states it. */
export type FeedTranscript = { readonly url: string; readonly type: string | null; readonly lang: string | null };

/** Where an item says it was first published. */
export type FeedSource = { readonly title: string | null; readonly url: string | null };

/**
 * One entry of a feed. `title` and names are plain text; `summary` and `contentHtml` are HTML as published (not sanitised)
 * with relative addresses resolved; addresses are absolute http(s); instants are RFC 3339 in UTC. Null: the feed does not say.
 */
export type FeedItem = {
  readonly id: string | null;
  readonly title: string | null;
  readonly url: string | null;
  readonly publishedAt: string | null;
  readonly updatedAt: string | null;
  readonly summary: string | null;
  readonly contentHtml: string | null;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  readonly enclosures: readonly FeedEnclosure[];
  readonly transcripts: readonly FeedTranscript[];
  readonly source: FeedSource | null;
};

/** What a feed tells its readers: how often to come and when not to, who pushes news, where it lives and where it goes on. */
export type FeedDirections = FeedHints & {
  readonly hubs: readonly string[];
  readonly selfUrl: string | null;
  readonly nextUrl: string | null;
};

/** A feed as read from its document, before and after rss-parser: `description` is HTML as published. */
export type FeedContent = {
  readonly title: string | null;
  readonly link: string | null;
  readonly description: string | null;
  readonly language: string | null;
  readonly items: readonly FeedItem[];
};

/** A feed whose items are read from its tree one by one, so that a large feed is not held twice. */
export type RawFeed = Omit<FeedContent, 'items'> & { readonly items: Iterable<FeedItem> };

/** Feeds hold tens of items, archives of podcasts some hundreds; the newest stand first. */
export const ITEM_COUNT_MAX = 2000;
/** Longest title, name or category kept, in characters; the longest real headlines have about 300. */
export const TITLE_CHARS_MAX = 1000;
/** Longest summary or content kept, in characters: a book, not a denial of service. */
export const BODY_CHARS_MAX = 2_000_000;
/** Most authors, categories, enclosures, transcripts or hubs kept of one item or feed. */
export const LIST_COUNT_MAX = 200;
/** A feed that tells nothing. */
export const NO_DIRECTIONS: FeedDirections = {
  ttlMinutes: null,
  skipHours: [],
  skipDays: [],
  updatePeriodSeconds: null,
  hubs: [],
  selfUrl: null,
  nextUrl: null,
};

/** The text within its limit, or null when there is none. */
export function textOrNull(text: string | null | undefined, charsMax: number): string | null {
  if (text === null || text === undefined || text === '') return null;
  return text.length <= charsMax ? text : text.slice(0, charsMax).toWellFormed();
}

/** The names without repeats and empty ones, each and all within their limits; order kept. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const kept = new Map<string, string>();
  for (const name of names) {
    const text = textOrNull(name, TITLE_CHARS_MAX);
    if (text !== null && kept.size < LIST_COUNT_MAX && !kept.has(text.toLowerCase()))
      kept.set(text.toLowerCase(), text);
  }
  return [...kept.values()];
}

/** The figure in the text when it is a whole number that can be counted with, else null. */
export function parseCount(text: string | null | undefined): number | null {
  const digits = text?.trim() ?? '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

/** The problem of a feed with more items than are read. */
export function countProblem(itemCount: number): string {
  return `the feed has ${itemCount} items; the first ${ITEM_COUNT_MAX} were read`;
}
