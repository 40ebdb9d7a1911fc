import { z } from 'zod';
import { removeUnstorable } from '#src/core/charset.ts';
import { parseInstant } from '#src/core/date.ts';
import { resolveHttpUrl, urlLengthMax } from '#src/core/url.ts';
import { escapeXml, removeForbidden } from '#src/core/xml/entity.ts';
import {
  BODY_CHARS_MAX,
  countProblem,
  type FeedContent,
  type FeedDirections,
  type FeedEnclosure,
  type FeedItem,
  ITEM_COUNT_MAX,
  LIST_COUNT_MAX,
  NO_DIRECTIONS,
  TITLE_CHARS_MAX,
  textOrNull,
  uniqueNames,
} from './item.ts';
import { collapse, resolveLinks } from './markup.ts';

/** A JSON Feed's facts, or in words why the text is none. */
export type JsonFeed =
  | {
      readonly kind: 'feed';
      readonly content: FeedContent;
      readonly hints: FeedDirections;
      readonly problems: readonly string[];
    }
  | { readonly kind: 'refused'; readonly error: string };

// Publishers leave out and mistype what they like: a field of another type counts as absent, and only `items` is needed.
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
  .transform(cleanText);
const person = z.object({ name: text, url: text }).nullable().catch(null);
const list = <T extends z.ZodType>(element: T) => z.array(element).catch([]);
const jsonItem = z.object({
  id: text,
  url: text,
  external_url: text,
  title: text,
  content_html: text,
  content_text: text,
  summary: text,
  date_published: text,
  date_modified: text,
  authors: list(person),
  author: person.optional(),
  tags: list(text),
  attachments: list(
    z
      .object({ url: text, mime_type: text, size_in_bytes: z.int().nonnegative().nullable().catch(null) })
      .nullable()
      .catch(null),
  ),
});
const jsonFeed = z.object({
  title: text,
  home_page_url: text,
  feed_url: text,
  next_url: text,
  description: text,
  language: text,
  authors: list(person),
  author: person.optional(),
  hubs: list(z.object({ url: text }).nullable().catch(null)),
  items: z.array(z.unknown()),
});

type JsonItem = z.infer<typeof jsonItem>;
type JsonPerson = z.infer<typeof person>;
type FeedContext = { readonly base: string | null; readonly authors: readonly string[] };

/** Reads a JSON Feed 1.0 or 1.1 (jsonfeed.org/version/1.1); never throws. */
export function readJsonFeed(json: string, base: string | null): JsonFeed {
  const document = parseJson(json);
  if (document === undefined) return { kind: 'refused', error: 'not a feed: broken JSON' };
  const parsed = jsonFeed.safeParse(document);
  if (!parsed.success) return { kind: 'refused', error: 'not a feed: JSON without a list of items' };
  const feed = parsed.data;
  const first = feed.items.slice(0, ITEM_COUNT_MAX);
  const items = first.map((item) => jsonItem.safeParse(item).data).filter((item) => item !== undefined);
  const problems: string[] = [];
  if (items.length < first.length)
    problems.push(`${first.length - items.length} of ${first.length} items are no objects`);
  if (first.length < feed.items.length) problems.push(countProblem(feed.items.length));
  const authors = namesOf(feed.authors, feed.author);
  const content = {
    title: titleOf(feed.title),
    link: resolve(feed.home_page_url, base),
    description: feed.description === null ? null : escapeXml(feed.description),
    language: feed.language,
    items: items.map((item) => readItem(item, { base, authors })),
  };
  return { kind: 'feed', content, hints: readDirections(feed, base), problems };
}

function readDirections(feed: z.infer<typeof jsonFeed>, base: string | null): FeedDirections {
  const hubs = feed.hubs.map((hub) => resolve(hub?.url ?? null, base)).filter((url) => url !== null);
  return {
    ...NO_DIRECTIONS,
    hubs: hubs.slice(0, LIST_COUNT_MAX),
    selfUrl: resolve(feed.feed_url, base),
    nextUrl: resolve(feed.next_url, base),
  };
}

function readItem(item: JsonItem, feed: FeedContext): FeedItem {
  const { base } = feed;
  const url = resolve(item.url, base) ?? resolve(item.external_url, base) ?? resolve(item.id, null);
  const own = namesOf(item.authors, item.author);
  const plain = item.content_text === null ? null : escapeXml(item.content_text);
  const updatedAt = parseInstant(item.date_modified ?? '');
  return {
    id: textOrNull(item.id, urlLengthMax) ?? url,
    title: titleOf(item.title),
    url,
    publishedAt: parseInstant(item.date_published ?? '') ?? updatedAt,
    updatedAt,
    summary: item.summary === null ? null : escapeXml(item.summary),
    contentHtml: item.content_html === null ? plain : resolveLinks(item.content_html, base),
    authors: own.length > 0 ? own : feed.authors,
    categories: uniqueNames(item.tags.map((tag) => tag ?? '')),
    enclosures: listEnclosures(item, base),
    transcripts: [],
    source: null,
  };
}

function listEnclosures(item: JsonItem, base: string | null): readonly FeedEnclosure[] {
  const found: FeedEnclosure[] = [];
  for (const attachment of item.attachments.slice(0, LIST_COUNT_MAX)) {
    const url = resolve(attachment?.url ?? null, base);
    if (attachment === null || url === null) continue;
    found.push({ url, type: attachment.mime_type, length: attachment.size_in_bytes });
  }
  return found;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json.trim());
  } catch {
    return undefined;
  }
}

function cleanText(value: string | null | undefined): string | null {
  return textOrNull(removeForbidden(removeUnstorable(value ?? '')).trim(), BODY_CHARS_MAX);
}

function titleOf(value: string | null): string | null {
  return textOrNull(collapse(value ?? ''), TITLE_CHARS_MAX);
}

function resolve(address: string | null, base: string | null): string | null {
  return address === null ? null : resolveHttpUrl(address, base);
}

// JSON Feed 1.0 has one author, 1.1 a list.
function namesOf(persons: readonly JsonPerson[], single: JsonPerson | undefined): readonly string[] {
  return uniqueNames([...persons, single ?? null].map((one) => collapse(one?.name ?? one?.url ?? '')));
}
