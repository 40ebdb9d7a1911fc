/**
 * Judges the entries that wait for no visit: by the feed's own words where no page can be had, and by the article that their page
 * turned out to be where it was read at the moment they came in.
 */
import { z } from 'zod';
import { chooseTrack } from '#src/core/caption/track.ts';
import { articleKey, itemText, nameOutlet } from '#src/core/feed/entry.ts';
import { extractorVersion } from '#src/core/page/version.ts';
import { detectLanguage } from '#src/core/text/language.ts';
import { listArticleIds } from '#src/io/db/articles.ts';
import { offerTrack } from '#src/io/db/captions.ts';
import { listEntriesToRead, settleItems, type WaitingItem } from '#src/io/db/items.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { askForPlaces } from './group-story.ts';
import { keepReading, type Reading, unwatched } from './keep-article.ts';

/** Entries read in one run; the next tick puts the next run in. */
const entriesPerRun = 200;

export default defineJob<Record<string, never>>({
  description: 'Judge entries by their own words, or by the page that was read for another',
  payload: z.strictObject({}),
  retryCount: 3,
  expireSeconds: 600,
  concurrency: 1,
  run: readEntries,
});

/** Judges each waiting entry in a transaction of its own. */
export async function readEntries(_payload: object, deps: Deps): Promise<RunSummary> {
  const items = await listEntriesToRead(deps.db, { limit: entriesPerRun, now: deps.now() });
  let keptCount = 0;
  const read = items.filter(({ isPageRead }) => isPageRead);
  const articleIds = await listArticleIds(deps.db, read.map(articleKey));
  for (const item of read) {
    await deps.db.transaction().execute((tx) => settleItems(tx, [item.id], articleIds.get(articleKey(item)) ?? null));
  }
  for (const item of items) {
    if (deps.signal.aborted) break;
    if (item.isPageRead) continue;
    const reading = await toReading(item, deps);
    await deps.db.transaction().execute(async (tx) => {
      const kept = await keepReading(tx, { ...reading, ...unwatched }, deps);
      if (kept.kind !== 'off-topic') keptCount += 1;
      const track = chooseTrack(item.transcripts, reading.lang);
      if (track !== null && kept.kind !== 'off-topic') {
        await offerTrack(tx, { articleId: kept.articleId, track, now: deps.now() });
      }
      await settleItems(tx, [item.id], kept.kind === 'off-topic' ? null : kept.articleId);
      if (kept.kind === 'new-version') await askForPlaces(tx, deps);
    });
  }
  return { entries: items.length, kept: keptCount };
}

async function toReading(item: WaitingItem, deps: Deps): Promise<Reading> {
  const { text, links } = await readOwnWords(item, deps);
  const words = text === '' ? itemText(item) : text;
  return {
    key: articleKey(item),
    resourceId: item.resourceId,
    sourceId: item.sourceId,
    url: item.url,
    canonicalUrl: null,
    outlet: item.url === null ? (item.outlet ?? item.sourceName) : nameOutlet({ url: item.url, siteName: null, item }),
    // A summary is no article: its reader is told that only headline and summary could be read.
    textFrom: item.contentHtml === null ? 'headline' : 'feed',
    document: null,
    response: null,
    extractor: extractorVersion,
    method: 'entry',
    title: item.title,
    byline: item.authors.length === 0 ? null : item.authors.join(', '),
    published: item.publishedAt?.toString() ?? null,
    modified: null,
    lang: detectLanguage(`${item.title}\n${words}`, item.lang),
    text: words,
    problems: [],
    corrections: [],
    links,
  };
}

/** An entry with its full content is read like a page, so that its paragraphs and links are known. */
async function readOwnWords(item: WaitingItem, deps: Deps): Promise<Pick<Reading, 'text' | 'links'>> {
  if (item.contentHtml === null) return { text: '', links: [] };
  const html = `<!doctype html><html><body><article>${item.contentHtml}</article></body></html>`;
  try {
    const { text, links } = await deps.pool.extractPage({ url: item.url, html });
    return { text, links };
  } catch {
    // A parse over the limits leaves the plain words, which need no tree.
    return { text: '', links: [] };
  }
}
