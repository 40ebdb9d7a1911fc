/**
 * Reads the pages of an archive as if we had fetched them ourselves: extract, judge, keep, tag. What has been read is noted as it
 * goes, so that an import that was broken off goes on where it was; reading a page twice changes nothing.
 */
import { nameOutlet } from '#src/core/feed/entry.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { extractorVersion } from '#src/core/page/version.ts';
import { detectLanguage } from '#src/core/text/language.ts';
import { articleUrlKey } from '#src/core/url.ts';
import { type CapturedPage, type FileEntry, readArchivedPages, readPageLines } from '#src/io/archive/captured-pages.ts';
import type { NamedFile } from '#src/io/archive/file-key.ts';
import { findCapturedAt, hashOf } from '#src/io/db/articles.ts';
import { findImport, type ImportProgress, saveImport } from '#src/io/db/imports.ts';
import type { ImportCounts } from '#src/io/db/schema.ts';
import type { Deps } from '#src/io/deps.ts';
import { askForPlaces } from './group-story.ts';
import { keepReading, type Reading, unwatched } from './keep-article.ts';

/** What an import tells while it runs. `offset` counts bytes of the file. */
export type ImportListener = {
  /** How far it has come, and when it began at all. */
  readonly onProgress: (offset: number, counts: ImportCounts) => void;
  readonly onProblem: (words: string) => void;
};

/** What an import has done. `wasDone` = these rules had read the file before, and nothing was done now. */
export type ImportResult = { readonly counts: ImportCounts; readonly wasDone: boolean };

/** Entries between two notes of how far an import has come; a kill costs the reading of so many again. */
const entriesPerNote = 50;
/** The counts of an import that has read nothing. */
export const nothingYet: ImportCounts = {
  newVersions: 0,
  known: 0,
  offTopic: 0,
  older: 0,
  unreadable: 0,
  passedOver: 0,
  broken: 0,
};

/** An archive on the disk. */
export type PageFile = NamedFile & { readonly path: string };

/** Imports a WARC or JSONL file. Throws `usage` for one that holds no page at all. */
export async function importPages(file: PageFile, listener: ImportListener, deps: Deps): Promise<ImportResult> {
  const { rulesKey } = deps.inForce();
  const { key: fileKey, name: fileName, path } = file;
  const known = await findImport(deps.db, { fileKey, rulesKey });
  if (known !== null && known.finishedAt !== null) return { counts: known.counts, wasDone: true };
  const head = { fileKey, rulesKey, fileName, startedAt: known?.startedAt ?? deps.now() };
  const note = (progress: Pick<ImportProgress, 'readOffset' | 'counts' | 'finishedAt'>): Promise<void> =>
    saveImport(deps.db, { ...head, ...progress });
  let counts = known?.counts ?? nothingYet;
  let readOffset = known?.readOffset ?? 0;
  let sinceNote = 0;
  const read = /\.jsonl$/i.test(path) ? readPageLines : readArchivedPages;
  for await (const entry of read(path, readOffset)) {
    if (deps.signal.aborted) return { counts, wasDone: false };
    if (sinceNote >= entriesPerNote) {
      readOffset = entry.offset;
      await note({ readOffset, counts, finishedAt: null });
      sinceNote = 0;
    }
    counts = countIn(counts, await importEntry(entry, listener, deps));
    sinceNote += 1;
    listener.onProgress(entry.offset, counts);
  }
  const { broken, ...had } = counts;
  if (broken > 0 && Object.values(had).every((count) => count === 0)) {
    throw new LedgerError('usage', `Cannot import "${path}": there is no page in it that can be read`);
  }
  await note({ readOffset, counts, finishedAt: deps.now() });
  return { counts, wasDone: false };
}

async function importEntry(entry: FileEntry, listener: ImportListener, deps: Deps): Promise<keyof ImportCounts> {
  if (entry.kind === 'passed-over') return 'passedOver';
  if (entry.kind === 'broken') {
    listener.onProblem(`byte ${entry.offset}: ${entry.words}`);
    return 'broken';
  }
  return await importPage(entry.page, deps);
}

/** Reads one captured page into the ledger, in a transaction of its own. */
export async function importPage(page: CapturedPage, deps: Deps): Promise<keyof ImportCounts> {
  const key = articleUrlKey(page.url);
  const { capturedAt } = page;
  const newest = capturedAt === null ? null : await findCapturedAt(deps.db, key);
  // The newest version speaks for an article: what was captured before it must not come behind it.
  if (capturedAt !== null && newest !== null) {
    const order = Temporal.Instant.compare(capturedAt, newest);
    if (order <= 0) return order === 0 ? 'known' : 'older';
  }
  const reading = await readCaptured(page, deps);
  if (reading === null) return 'unreadable';
  const kept = await deps.db.transaction().execute(async (tx) => {
    const found = await keepReading(tx, { ...reading, key, ...unwatched, citationDepth: null }, deps);
    if (found.kind === 'new-version') await askForPlaces(tx, deps);
    return found;
  });
  return kept.kind === 'new-version' ? 'newVersions' : kept.kind === 'known' ? 'known' : 'offTopic';
}

/** The text of a captured page; null when there is none, or something stands in its place. */
async function readCaptured(page: CapturedPage, deps: Deps): Promise<Omit<Reading, 'key'> | null> {
  const { url, content, response } = page;
  const head = {
    resourceId: null,
    sourceId: null,
    url,
    response,
    extractor: extractorVersion,
    textFrom: 'page' as const,
  };
  if (content.kind === 'text') {
    const { title, text, byline, publishedAt } = content;
    return {
      ...head,
      canonicalUrl: null,
      outlet: nameOutlet({ url, siteName: null, item: null }),
      document: { hash: hashOf(text), body: new TextEncoder().encode(text) },
      method: 'import',
      title,
      byline,
      published: publishedAt,
      modified: null,
      lang: detectLanguage(text, content.lang),
      text,
      problems: [],
      corrections: [],
      links: [],
    };
  }
  const bytes = content.kind === 'bytes' ? content.bytes : new TextEncoder().encode(content.html);
  const contentType = content.kind === 'bytes' ? content.contentType : 'text/html; charset=utf-8';
  const found = await deps.pool.extractPage({ url, bytes, contentType }).catch(() => null);
  if (found === null || found.block !== null || found.text === '') return null;
  return {
    ...head,
    canonicalUrl: found.canonicalUrl,
    outlet: nameOutlet({ url, siteName: found.siteName, item: null }),
    document: { hash: hashOf(bytes), body: bytes },
    method: found.method,
    title: found.title ?? url,
    byline: found.byline,
    published: found.publishedAt,
    modified: found.modifiedAt,
    lang: detectLanguage(found.text, found.lang),
    text: found.text,
    problems: found.problems,
    corrections: found.corrections,
    links: found.links,
  };
}

function countIn(counts: ImportCounts, what: keyof ImportCounts): ImportCounts {
  return { ...counts, [what]: counts[what] + 1 };
}
