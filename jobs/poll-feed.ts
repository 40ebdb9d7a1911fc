/** Reads the answer of a feed: keeps its entries, each once, and asks for the pages of those that matter. */

import { type NewItem, planItems } from '#src/core/feed/entry.ts';
import type { Fresh } from '#src/core/fetch/outcome.ts';
import { topicMention } from '#src/core/tagging/topic-mention.ts';
import { articleUrlKey, hostKey } from '#src/core/url.ts';
import { listArticleIds } from '#src/io/db/articles.ts';
import { linkItems, type SourceItem, saveItems } from '#src/io/db/items.ts';
import { type DueResource, upsertResources } from '#src/io/db/resources.ts';
import { type FeedHead, saveFeedHeads } from '#src/io/db/sources.ts';
import type { Tx } from '#src/io/db/store.ts';
import type { Deps } from '#src/io/deps.ts';
import type { ReadAnswer } from './record-visit.ts';

/** A resource that is a listed feed. */
export type FeedResource = DueResource & { readonly source: NonNullable<DueResource['source']> };

/** A feed that was read: what it says of itself, and its entries, each once. */
export type ReadFeed = { readonly head: FeedHead; readonly items: readonly NewItem[] };

/** Parses a fresh feed. Rejects with `parse-failed` at the parser's limits. */
export async function pollFeed(resource: FeedResource, outcome: Fresh, deps: Deps): Promise<ReadAnswer> {
  const { source } = resource;
  const feed = await deps.pool.parseFeed({ bytes: outcome.body, headers: outcome.headers, url: outcome.finalUrl });
  if (feed.kind === 'refused') return { reading: { kind: 'unreadable' }, words: `This is not a feed: ${feed.error}.` };
  const items = planItems(feed.items, {
    read: source.read,
    lang: feed.language,
    mentionsTopic: topicMention(deps.inForce().rules),
  });
  const { title, link, language, problems } = feed;
  return {
    reading: {
      kind: 'read',
      // The same bytes again are not read at all.
      isChanged: true,
      hints: feed.hints,
      postedAt: items.flatMap(({ publishedAt }) => publishedAt ?? []),
    },
    words: null,
    feed: { head: { sourceId: source.id, title, link, language, problems }, items },
  };
}

/** Writes feeds that were read at one host. */
export async function saveFeeds(
  tx: Tx,
  { host, feeds }: { readonly host: string; readonly feeds: readonly ReadFeed[] },
  deps: Deps,
): Promise<void> {
  if (feeds.length === 0) return;
  await saveFeedHeads(
    tx,
    feeds.map(({ head }) => head),
  );
  const items = feeds.flatMap((feed) => feed.items.map((item) => ({ ...item, sourceId: feed.head.sourceId })));
  const wanted = await saveItems(tx, items, deps.now());
  await askForPages(tx, { wanted, host }, deps);
  if (wanted.some(({ url }) => url === null))
    await deps.queue.send({ name: 'read-entries', payload: {}, key: 'all' }, tx);
}

/** New entries with an address become addresses to visit; an article known from elsewhere is not asked for again. */
async function askForPages(
  tx: Tx,
  { wanted, host }: { readonly wanted: readonly SourceItem[]; readonly host: string },
  deps: Deps,
): Promise<void> {
  const addressed = wanted.flatMap(({ sourceId, key, url }) => (url === null ? [] : [{ sourceId, key, url }]));
  const known = await listArticleIds(
    tx,
    addressed.map(({ url }) => articleUrlKey(url)),
  );
  const missing = addressed.filter(({ url }) => !known.has(articleUrlKey(url)));
  const now = deps.now();
  const ids = await upsertResources(
    tx,
    missing.map(({ url }) => url),
    { dueAt: now, now },
  );
  const links = addressed.map(({ sourceId, key, url }) => ({
    sourceId,
    key,
    resourceId: ids.get(url) ?? null,
    articleId: known.get(articleUrlKey(url)) ?? null,
  }));
  await linkItems(tx, links);
  // The visit under way looks again for what is due at its own host.
  const others = new Set(missing.map(({ url }) => hostKey(url)).filter((other) => other !== host));
  // In one order: two transactions that put in the same jobs crosswise would wait for each other.
  for (const other of [...others].sort())
    await deps.queue.send({ name: 'visit-host', payload: { host: other }, key: other }, tx);
}
