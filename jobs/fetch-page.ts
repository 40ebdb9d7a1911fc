/** Reads the answer of a page: its text becomes a version of an article when it mentions a topic or the page is watched. */

import { type CaptionTrack, chooseTrack } from '#src/core/caption/track.ts';
import { articleKey, nameOutlet } from '#src/core/feed/entry.ts';
import { findLanding } from '#src/core/fetch/landing.ts';
import type { Fresh } from '#src/core/fetch/outcome.ts';
import type { ExtractedPage } from '#src/core/page/page.ts';
import { extractorVersion } from '#src/core/page/version.ts';
import { detectLanguage } from '#src/core/text/language.ts';
import { articleUrlKey } from '#src/core/url.ts';
import { isOtherDocument, saysTheSame } from '#src/core/watch/version-change.ts';
import { findCurrentText, hashOf } from '#src/io/db/articles.ts';
import { offerTrack } from '#src/io/db/captions.ts';
import { listItemsOfPage, type PageItem, settleItems } from '#src/io/db/items.ts';
import type { DueResource } from '#src/io/db/resources.ts';
import type { StoredResponse } from '#src/io/db/schema.ts';
import type { Tx } from '#src/io/db/store.ts';
import type { VisitRecord } from '#src/io/db/visits.ts';
import { watchPageOf } from '#src/io/db/watched-pages.ts';
import type { Deps } from '#src/io/deps.ts';
import { type KeptReading, keepReading, type Reading, type Watching } from './keep-article.ts';
import type { ReadAnswer } from './record-visit.ts';

/** What a page that shows no article shows instead, in words. */
const blockWords = {
  challenge: 'The site asks visitors to prove they are human. We do not.',
  consent: 'The page shows a consent form instead of its text.',
  paywall: 'The page shows its text only to subscribers.',
  'soft-404': 'The page says that it is not there, though it answered.',
} as const;

/** Where an address may lead instead of to its document, in words. */
const landingWords = {
  'front-page': 'The address leads to the front page of the site.',
  'sign-in': 'The site asks us to sign in.',
} as const;
const otherDocumentWords = 'The address shows another page than before.';

/** A page that was read, and the entries that led to it. */
export type ReadPage = {
  readonly reading: Reading & Watching;
  readonly itemIds: readonly number[];
  /** The track that is read of those that the page or its entry offers; null when there is none. */
  readonly track: CaptionTrack | null;
};

/** Extracts a fresh page. Rejects with `parse-failed` at the parser's limits. */
export async function fetchPage(resource: DueResource, outcome: Fresh, deps: Deps): Promise<ReadAnswer> {
  const landing = findLanding(resource.requestUrl, outcome.finalUrl);
  if (landing !== null) return unreadable(landingWords[landing]);
  const contentType = outcome.headers['content-type'] ?? null;
  const page = await deps.pool.extractPage({ url: outcome.finalUrl, bytes: outcome.body, contentType });
  if (page.block !== null) return unreadable(blockWords[page.block]);
  if (page.text === '' && page.captions.length === 0) return unreadable('The page has no text that we can read.');
  const items = await listItemsOfPage(deps.db, resource.id);
  const reading = toReading({ resource, outcome, page, item: items[0] ?? null, now: deps.now() });
  const known = await findCurrentText(deps.db, reading.key);
  if (known?.textFrom === 'page' && isOtherDocument(known, reading)) return unreadable(otherDocumentWords);
  // Tokens and times in the bytes change with every answer; what counts is what people read.
  const isChanged = known === null || !saysTheSame(known, reading);
  const { isWatched, lastReadAt, citationDepth } = resource;
  return {
    reading: { kind: 'read', isChanged, hints: null, postedAt: [] },
    words: null,
    page: {
      reading: { ...reading, isWatched, lastReadAt, citationDepth },
      itemIds: items.map(({ id }) => id),
      track: chooseTrack([...page.captions, ...items.flatMap(({ transcripts }) => transcripts)], reading.lang),
    },
  };
}

/**
 * Writes a page that was read; gives what became of it. `ongoing` is when it is asked next as a watched page, which it becomes when we
 * quote it, or when an article cites it and it is about a topic.
 */
export async function savePage(
  tx: Tx,
  page: ReadPage & { readonly ongoing: VisitRecord['ongoing'] },
  deps: Deps,
): Promise<KeptReading['kind']> {
  const { ongoing, reading } = page;
  const kept = await keepReading(tx, reading, deps);
  if (kept.kind === 'new-version' && kept.isRelevant && !reading.isWatched && ongoing.nextDueAt !== null) {
    const reason = kept.taggingCount > 0 ? 'evidence' : (reading.citationDepth ?? 0) > 0 ? 'cited' : null;
    const { dueRule, nextDueAt: dueAt } = ongoing;
    const perHostMax = deps.inForce().ledger.watch.perHost;
    const watch = { articleId: kept.articleId, dueAt, dueRule, perHostMax, now: deps.now() };
    if (reason !== null) await watchPageOf(tx, { ...watch, reason });
  }
  if (page.track !== null && kept.kind !== 'off-topic') {
    await offerTrack(tx, { articleId: kept.articleId, track: page.track, now: deps.now() });
  }
  await settleItems(tx, page.itemIds, kept.kind === 'off-topic' ? null : kept.articleId);
  return kept.kind;
}

function unreadable(words: string): ReadAnswer {
  return { reading: { kind: 'unreadable' }, words };
}

function toReading(read: {
  readonly resource: DueResource;
  readonly outcome: Fresh;
  readonly page: ExtractedPage;
  readonly item: PageItem | null;
  readonly now: Temporal.Instant;
}): Reading {
  const { resource, outcome, page, item, now } = read;
  return {
    key: item === null ? articleUrlKey(resource.url) : articleKey(item),
    resourceId: resource.id,
    sourceId: item?.sourceId ?? null,
    url: resource.url,
    canonicalUrl: page.canonicalUrl,
    outlet: nameOutlet({ url: resource.url, siteName: page.siteName, item }),
    textFrom: 'page',
    document: { hash: hashOf(outcome.body), body: outcome.body },
    response: responseOf(outcome, now),
    extractor: extractorVersion,
    method: page.method,
    title: page.title ?? item?.title ?? resource.url,
    byline: page.byline ?? (item === null || item.authors.length === 0 ? null : item.authors.join(', ')),
    published: page.publishedAt ?? item?.publishedAt?.toString() ?? null,
    modified: page.modifiedAt,
    lang: detectLanguage(page.text, page.lang ?? item?.lang ?? null),
    text: page.text,
    problems: page.problems,
    corrections: page.corrections,
    links: page.links,
  };
}

/** What is kept of an answer beside its bytes. */
export function responseOf(outcome: Fresh, now: Temporal.Instant): StoredResponse {
  const { status, finalUrl, headers, requestHeaders } = outcome;
  return { status, finalUrl, fetchedAt: now.toString(), headers, requestHeaders };
}
