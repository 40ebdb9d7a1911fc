/** Reads the answer of a feed: keeps its entries, each once, and asks for the pages of those that matter. */
import type { ParsedFeed } from '#src/core/feed.ts';
import type { Fresh } from '#src/core/fetch-outcome.ts';
import { type NewItem, planItems } from '#src/core/item.ts';
import { tagText } from '#src/core/tagging.ts';
import { articleUrlKey, hostKey } from '#src/core/url.ts';
import { hashOf, listArticleIds } from '#src/io/db/articles.ts';
import { linkItems, saveItems } from '#src/io/db/items.ts';
import { type DueResource, upsertResources } from '#src/io/db/resources.ts';
import { saveFeedHead } from '#src/io/db/sources.ts';
import type { Tx } from '#src/io/db/store.ts';
import type { Deps } from '#src/io/deps.ts';
import type { PreparedVisit } from './visit-host.ts';

/** A resource that is a listed feed. */
export type FeedResource = DueResource & { readonly source: NonNullable<DueResource['source']> };

/** Parses a fresh feed and prepares what is to be written. Rejects with `parse-failed` at the parser's limits. */
export async function pollFeed(resource: FeedResource, outcome: Fresh, deps: Deps): Promise<PreparedVisit> {
  const { source } = resource;
  const feed = await deps.pool.parseFeed({ bytes: outcome.body, headers: outcome.headers, url: outcome.finalUrl });
  if (feed.kind === 'refused')
    return { reading: { kind: 'unreadable' }, words: `This is not a feed: ${feed.error}.`, save: null };
  const { rules } = deps.inForce();
  const items = planItems(feed.items, {
    read: source.read,
    lang: feed.language,
    mentionsTopic: (article) => tagText(rules, { ...article, lang: null }).kept,
  });
  return {
    reading: {
      kind: 'read',
      isChanged: hashOf(outcome.body) !== resource.bodyHash,
      hints: feed.hints,
      postedAt: postedAt(feed),
    },
    words: null,
    save: async (tx) => {
      await saveFeedHead(tx, source.id, feed);
      const added = await saveItems(tx, items, { sourceId: source.id, now: deps.now() });
      const wanted = items.filter((item) => item.isWanted && added.has(item.key));
      await askForPages(tx, { wanted, sourceId: source.id, host: resource.host }, deps);
      if (wanted.some((item) => item.url === null))
        await deps.queue.send({ name: 'read-entries', payload: {}, key: 'all' }, tx);
      return { items: items.length, newItems: added.size, wantedItems: wanted.length };
    },
  };
}

/** New entries with an address become addresses to visit; an article known from elsewhere is not asked for again. */
async function askForPages(
  tx: Tx,
  feed: { readonly wanted: readonly NewItem[]; readonly sourceId: string; readonly host: string },
  deps: Deps,
): Promise<void> {
  const addressed = feed.wanted.flatMap(({ key, url }) => (url === null ? [] : [{ key, url }]));
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
  const links = addressed.map(({ key, url }) => ({
    key,
    resourceId: ids.get(url) ?? null,
    articleId: known.get(articleUrlKey(url)) ?? null,
  }));
  await linkItems(tx, links, feed.sourceId);
  // The visit under way looks again for what is due at its own host.
  const hosts = new Set(missing.map(({ url }) => hostKey(url)).filter((host) => host !== feed.host));
  for (const host of hosts) await deps.queue.send({ name: 'visit-host', payload: { host }, key: host }, tx);
}

function postedAt(feed: ParsedFeed): readonly Temporal.Instant[] {
  return feed.items.flatMap(({ publishedAt }) => (publishedAt === null ? [] : [Temporal.Instant.from(publishedAt)]));
}
