import Parser from 'rss-parser';
import { z } from 'zod';
import { urlLengthMax } from '#src/core/url.ts';
import { escapeXml } from '#src/core/xml/entity.ts';
import {
  BODY_CHARS_MAX,
  type FeedContent,
  type FeedEnclosure,
  type FeedItem,
  type FeedTranscript,
  parseCount,
  type RawFeed,
  TITLE_CHARS_MAX,
  textOrNull,
} from './item.ts';

// Names of our own for what rss-parser would cut down or work on: it strips tags from `description` and `content:encoded` in
// quadratic time, keeps only the first author and enclosure, and passes broken dates on as exceptions.
const ITEM_FIELDS = ['changed', 'brief', 'body', 'origin'];
const LIST_FIELDS = ['person', 'topic', 'attachment', 'transcript'];

// Items in one document: rss-parser holds three copies of it while it reads.
const BATCH_ITEM_COUNT = 50;

const text = z
  .string()
  .optional()
  .transform((value) => value || null);
const plainFeed = z.object({
  title: text,
  link: text,
  language: text,
  about: text,
  items: z.array(
    z.object({
      title: text,
      link: text,
      guid: text,
      pubDate: text,
      changed: text,
      brief: text,
      body: text,
      person: z.array(z.string()).default([]),
      topic: z.array(z.string()).default([]),
      attachment: z.array(z.object({ $: z.object({ url: z.string(), type: text, length: text }) })).default([]),
      transcript: z.array(z.object({ $: z.object({ url: z.string(), type: text, lang: text }) })).default([]),
      origin: z.object({ $: z.object({ url: text, title: text }) }).optional(),
    }),
  ),
});

type PlainFeed = z.infer<typeof plainFeed>;
type PlainItem = PlainFeed['items'][number];

/**
 * Hands a feed to rss-parser as plain RSS 2.0 and takes it back: whatever the publisher wrote, rss-parser only meets
 * well-formed XML, RFC 3339 dates and texts within our limits.
 */
export async function passThroughRssParser(feed: RawFeed): Promise<FeedContent> {
  const items: FeedItem[] = [];
  let head: PlainFeed | null = null;
  for (const batch of listBatches(feed)) {
    const read = await readPlainRss(batch);
    head ??= read;
    items.push(...read.items.map(toItem));
  }
  const { title = null, link = null, language = null, about = null } = head ?? {};
  return { title, link, language, description: about, items };
}

/** The feed in parts; its head goes with the first items, as the parser takes long to begin. */
function* listBatches(feed: RawFeed): Generator<string> {
  let batch = [renderHead(feed)];
  for (const item of feed.items) {
    batch.push(renderItem(item));
    if (batch.length <= BATCH_ITEM_COUNT) continue;
    yield batch.join('');
    batch = [];
  }
  if (batch.length > 0) yield batch.join('');
}

async function readPlainRss(inside: string): Promise<PlainFeed> {
  const parser = new Parser({
    customFields: {
      feed: ['about'],
      item: [...ITEM_FIELDS, ...LIST_FIELDS.map((name) => [name, name, { keepArray: true }])],
    },
  });
  return plainFeed.parse(await parser.parseString(`<rss version="2.0"><channel>${inside}</channel></rss>`));
}

function renderHead(content: RawFeed): string {
  return [
    renderField('title', content.title, TITLE_CHARS_MAX),
    renderField('link', content.link, urlLengthMax),
    renderField('language', content.language, TITLE_CHARS_MAX),
    renderField('about', content.description, BODY_CHARS_MAX),
  ].join('');
}

function renderItem(item: FeedItem): string {
  const fields = [
    renderField('title', item.title, TITLE_CHARS_MAX),
    renderField('link', item.url, urlLengthMax),
    renderField('guid', item.id, urlLengthMax),
    renderField('pubDate', item.publishedAt, TITLE_CHARS_MAX),
    renderField('changed', item.updatedAt, TITLE_CHARS_MAX),
    renderField('brief', item.summary, BODY_CHARS_MAX),
    renderField('body', item.contentHtml, BODY_CHARS_MAX),
    ...item.authors.map((name) => renderField('person', name, TITLE_CHARS_MAX)),
    ...item.categories.map((name) => renderField('topic', name, TITLE_CHARS_MAX)),
    ...item.enclosures.map(renderAttachment),
    ...item.transcripts.map(renderTranscript),
    item.source === null
      ? ''
      : `<origin${renderAttribute('url', item.source.url, urlLengthMax)}${renderAttribute('title', item.source.title)}/>`,
  ];
  return `<item>${fields.join('')}</item>`;
}

function renderField(name: string, value: string | null, charsMax: number): string {
  const kept = textOrNull(value, charsMax);
  return kept === null ? '' : `<${name}>${renderText(kept)}</${name}>`;
}

// CDATA, not escapes: the XML reader under rss-parser takes four times as long for text full of references.
function renderText(value: string): string {
  if (!/[<&]/.test(value)) return value.replaceAll(']]>', ']]&gt;');
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function renderAttribute(name: string, value: string | null, charsMax = TITLE_CHARS_MAX): string {
  const kept = textOrNull(value, charsMax);
  return kept === null ? '' : ` ${name}="${escapeXml(kept)}"`;
}

function renderAttachment({ url, type, length }: FeedEnclosure): string {
  const size = length === null ? null : String(length);
  return `<attachment url="${escapeXml(url)}"${renderAttribute('type', type)}${renderAttribute('length', size)}/>`;
}

function renderTranscript({ url, type, lang }: FeedTranscript): string {
  return `<transcript url="${escapeXml(url)}"${renderAttribute('type', type)}${renderAttribute('lang', lang)}/>`;
}

function toItem(item: PlainItem): FeedItem {
  return {
    id: item.guid,
    title: item.title,
    url: item.link,
    publishedAt: item.pubDate,
    updatedAt: item.changed,
    summary: item.brief,
    contentHtml: item.body,
    authors: item.person,
    categories: item.topic,
    enclosures: item.attachment.map(({ $ }) => ({ url: $.url, type: $.type, length: parseCount($.length) })),
    transcripts: item.transcript.map(({ $: { url, type, lang } }) => ({ url, type, lang })),
    source: item.origin?.$ ?? null,
  };
}
