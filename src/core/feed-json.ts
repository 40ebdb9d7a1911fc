import { z } from 'zod';
import { removeUnstorable } from '#src/core/charset.ts';
import { parseInstant } from '#src/core/date.ts';
import {
  BODY_CHARS_MAX,
  countProblem,
  type FeedContent,
  type FeedDirections,
  type FeedItem,
  ITEM_COUNT_MAX,
  LIST_COUNT_MAX,
  NO_DIRECTIONS,
  TITLE_CHARS_MAX,
  textOrNull,
  uniqueNames,
} from '#src/core/feed-item.ts';
import { collapse, resolveLinks } from '#src/core/feed-markup.ts';
import { resolveHttpUrl } from '#src/core/url.ts';
import { escapeXml, removeForbidden } from '#src/core/xml-entity.ts';

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
      .object({ url: text, mime_type: text, size_in_bytes: z.number().nullable().catch(null) })
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

/** Reads a JSON Feed 1.0 or 1.1 (jsonfeed.org/version/1.1); never throws. */
export function readJsonFeed(json: string, base: string | null): JsonFeed {
  const document = parseJson(json);
  if (document === undefined) return { kind: 'refused', error: 'not a feed: broken JSON' };
  const parsed = jsonFeed.safeParse(document);
  if (!parsed.success) return { kind: 'refused', error: 'not a feed: JSON without a list of items' };
  const feed = parsed.data;
  const first = feed.items.slice(0, ITEM_COUNT_MAX);
  const known = first.map((item) => jsonItem.safeParse(item).data).filter((item) => item !== undefined);
  const problems: string[] = [];
  if (known.length < first.length)
    problems.push(`${first.length - known.length} of ${first.length} items are not objects`);
  if (first.length < feed.items.length) problems.push(countProblem(feed.items.length));
  const authors = namesOf(feed.authors, feed.author);
  return {
    kind: 'feed',
    content: {
      title: titleOf(feed.title),
      link: resolve(feed.home_page_url, base),
      description: feed.description === null ? null : escapeXml(feed.description),
      language: feed.language,
      items: known.map((item) => readItem(item, { base, authors })),
    },
    hints: {
      ...NO_DIRECTIONS,
      hubs: feed.hubs
        .map((hub) => resolve(hub?.url ?? null, base))
        .filter((url) => url !== null)
        .slice(0, LIST_COUNT_MAX),
      selfUrl: resolve(feed.feed_url, base),
      nextUrl: resolve(feed.next_url, base),
    },
    problems,
  };
}

function readItem(
  item: JsonItem,
  feed: { readonly base: string | null; readonly authors: readonly string[] },
): FeedItem {
  const { base } = feed;
  const url = resolve(item.url, base) ?? resolve(item.external_url, base) ?? resolve(item.id, null);
  const own = namesOf(item.authors, item.author);
  const content =
    item.content_html === null
      ? item.content_text && escapeXml(item.content_text)
      : resolveLinks(item.content_html, base);
  const updatedAt = parseInstant(item.date_modified ?? '');
  return {
    id: item.id ?? url,
    title: titleOf(item.title),
    url,
    publishedAt: parseInstant(item.date_published ?? '') ?? updatedAt,
    updatedAt,
    summary: item.summary === null ? null : escapeXml(item.summary),
    contentHtml: content,
    authors: own.length > 0 ? own : feed.authors,
    categories: uniqueNames(item.tags.map((tag) => tag ?? '')),
    enclosures: item.attachments
      .flatMap((attachment) => {
        const address = resolve(attachment?.url ?? null, base);
        return address === null
          ? []
          : [{ url: address, type: attachment?.mime_type ?? null, length: attachment?.size_in_bytes ?? null }];
      })
      .slice(0, LIST_COUNT_MAX),
    source: null,
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
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
