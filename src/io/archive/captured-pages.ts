/** The pages in a file that somebody else's crawler wrote, or that were written down line by line. */
import { z } from 'zod';
import { resolveHttpUrl } from '#src/core/url.ts';
import type { StoredResponse } from '#src/io/db/schema.ts';
import { readLines } from './file-lines.ts';
import { parseRecord, readPayload, readRecords, type WarcRecord } from './warc-reader.ts';

/** What was captured of a page: bytes as they came, markup, or a text that somebody has read off it already. */
export type CapturedContent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string | null }
  | { readonly kind: 'html'; readonly html: string }
  | {
      readonly kind: 'text';
      readonly title: string;
      readonly text: string;
      readonly lang: string | null;
      readonly publishedAt: string | null;
      readonly byline: string | null;
    };

/** A page at the moment of its capture. `capturedAt` is null when nobody has said it. */
export type CapturedPage = {
  readonly url: string;
  readonly capturedAt: Temporal.Instant | null;
  readonly response: StoredResponse | null;
  readonly content: CapturedContent;
};

/** What stands at one place of a file. `offset` is where reading can begin again, in bytes. */
export type FileEntry = { readonly offset: number } & (
  | { readonly kind: 'page'; readonly page: CapturedPage }
  | { readonly kind: 'passed-over' }
  | { readonly kind: 'broken'; readonly words: string }
);

/** Largest page read, in bytes after decoding; the reader of pages looks no further. */
const pageBytesMax = 5 * 1024 * 1024;
/** Longest line, in bytes: a page of the largest size as base64, with its address. */
const lineBytesMax = 8 * 1024 * 1024;
/** Answers that hold the page itself; the rest are redirects, errors and parts. */
const pageStatuses: ReadonlySet<number> = new Set([200, 203]);
const pageTypes = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;

/** The pages of a WARC file, whoever wrote it. */
export async function* readArchivedPages(file: string, offset: number): AsyncGenerator<FileEntry> {
  for await (const raw of readRecords(file, offset)) {
    if (raw.kind === 'broken') {
      yield { kind: 'broken', offset: raw.offset, words: raw.reason };
      continue;
    }
    try {
      const page = await readPage(await parseRecord(raw.bytes));
      yield page === null ? { kind: 'passed-over', offset: raw.offset } : { kind: 'page', offset: raw.offset, page };
    } catch (error) {
      yield { kind: 'broken', offset: raw.offset, words: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** The page of a record; null when it holds none. */
async function readPage(record: WarcRecord): Promise<CapturedPage | null> {
  const { type, http } = record;
  const url = record.url === null ? null : resolveHttpUrl(record.url, null);
  if (url === null || (type !== 'response' && type !== 'resource')) return null;
  if (type === 'response' && (http === null || !pageStatuses.has(http.status))) return null;
  const contentType = (http === null ? record.headers.get('content-type') : http.headers.get('content-type')) ?? null;
  if (contentType !== null && !pageTypes.test(contentType)) return null;
  const capturedAt = readInstant(record.date);
  const response = http === null || capturedAt === null ? null : responseOf(url, http, capturedAt);
  const bytes = await readPayload(record, pageBytesMax);
  return bytes.length === 0 ? null : { url, capturedAt, response, content: { kind: 'bytes', bytes, contentType } };
}

function responseOf(
  finalUrl: string,
  http: NonNullable<WarcRecord['http']>,
  capturedAt: Temporal.Instant,
): StoredResponse {
  const { status, headers } = http;
  return { status, finalUrl, fetchedAt: capturedAt.toString(), headers: Object.fromEntries(headers) };
}

/** A line of a JSONL file: a page as markup, as bytes, or as the text that was read off it. */
const lineSchema = z
  .looseObject({
    url: z.string(),
    fetchedAt: z.string().optional(),
    html: z.string().optional(),
    base64: z.base64().optional(),
    contentType: z.string().optional(),
    title: z.string().optional(),
    text: z.string().optional(),
    lang: z.string().nullish(),
    byline: z.string().nullish(),
    publishedAt: z.string().nullish(),
  })
  .refine(({ html, base64, title, text }) => [html, base64, title && text].some(Boolean), {
    message: 'needs "html", "base64", or "title" and "text"',
  });

/** The pages of a JSONL file: `{url, html}`, `{url, base64, contentType?}` or `{url, title, text}`, each with `fetchedAt` if known. */
export async function* readPageLines(file: string, offset: number): AsyncGenerator<FileEntry> {
  for await (const line of readLines(file, { offset, lineBytesMax })) {
    if (line.bytes === null) {
      yield { kind: 'broken', offset: line.offset, words: `the line is over ${lineBytesMax / 1024 / 1024} MB long` };
      continue;
    }
    const text = new TextDecoder().decode(line.bytes).trim();
    if (text === '') continue;
    try {
      yield { kind: 'page', offset: line.offset, page: readLine(text) };
    } catch (error) {
      const words = error instanceof z.ZodError ? error.issues.map(wordsOf).join('; ') : String(error);
      yield { kind: 'broken', offset: line.offset, words };
    }
  }
}

function readLine(text: string): CapturedPage {
  const line = lineSchema.parse(JSON.parse(text));
  const url = resolveHttpUrl(line.url, null);
  if (url === null) throw new Error(`"${line.url.slice(0, 200)}" is no http or https address`);
  return { url, capturedAt: readInstant(line.fetchedAt ?? null), response: null, content: contentOf(line) };
}

function contentOf(line: z.output<typeof lineSchema>): CapturedContent {
  const { html, base64, contentType = null, title = '', text = '' } = line;
  if (base64 !== undefined) return { kind: 'bytes', bytes: Buffer.from(base64, 'base64'), contentType };
  if (html !== undefined) return { kind: 'html', html };
  const { lang = null, publishedAt = null, byline = null } = line;
  return { kind: 'text', title, text, lang, publishedAt, byline };
}

function wordsOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function readInstant(text: string | null): Temporal.Instant | null {
  try {
    return text === null ? null : Temporal.Instant.from(text);
  } catch {
    return null;
  }
}
