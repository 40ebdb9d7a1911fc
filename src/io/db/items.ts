/** Feed entries as seen: each once per source, whether their page is wanted or not. */
import { sql } from 'kysely';
import type { CaptionTrack } from '#src/core/caption/track.ts';
import type { NewItem } from '#src/core/feed/entry.ts';
import { jsonRows } from './json-rows.ts';
import { selectDueIds } from './resources.ts';
import type { Db, Tx } from './store.ts';

/** What an entry says of the page that it leads to. */
export type PageItem = {
  readonly id: number;
  readonly sourceId: string;
  readonly sourceName: string;
  /** The site that the feed says it belongs to. */
  readonly sourceLink: string | null;
  readonly resourceId: number | null;
  readonly key: string;
  readonly url: string | null;
  readonly title: string;
  readonly authors: readonly string[];
  readonly outlet: string | null;
  readonly lang: string | null;
  readonly publishedAt: Temporal.Instant | null;
  readonly transcripts: readonly CaptionTrack[];
};

/**
 * An entry that waits for its judgement. `isPageRead` = its page was read while the entry came in, or before; else its own words
 * are all we have.
 */
export type WaitingItem = PageItem & {
  readonly summary: string | null;
  readonly contentHtml: string | null;
  readonly isPageRead: boolean;
};

/** An entry of a source, on its way in. */
export type SourceItem = NewItem & { readonly sourceId: string };

/** Rows per statement, so that feeds of 2,000 entries each do not make one statement of 100 MB. */
const rowsPerInsert = 1_000;

/**
 * Keeps entries: new ones are added, known ones are marked as seen again. Gives the new ones whose page is wanted. No entry stands there
 * twice, also when a feed begins or ends to list others under its address: by its guid it is known under its other key.
 */
export async function saveItems(
  tx: Tx,
  items: readonly SourceItem[],
  now: Temporal.Instant,
): Promise<readonly SourceItem[]> {
  const wanted: SourceItem[] = [];
  for (let at = 0; at < items.length; at += rowsPerInsert) {
    const some = items.slice(at, at + rowsPerInsert);
    // Most new entries are not wanted; to name them all would cost a fifth of the statement.
    const { rows } = await sql<{ source_id: string; key: string }>`with saved as (
      insert into items (source_id, key, guid, url, title, summary, content_html, authors, outlet, lang, published_at,
        updated_at, is_wanted, transcripts, is_judged, first_seen_at, last_seen_at)
      select entry.source_id, coalesce((select known.key from items known where known.source_id = entry.source_id
          and known.key = entry.other_key and known.guid = entry.guid), entry.key), entry.guid, entry.url, entry.title,
        entry.summary, entry.content_html, entry.authors, entry.outlet, entry.lang, entry.published_at, entry.updated_at, entry.is_wanted,
        entry.transcripts, false, ${now}::timestamptz, ${now}::timestamptz
      from json_to_recordset(${jsonRows(some.map(columnsOf))}::json) as entry (source_id text, key text, other_key text,
        guid text, url text, title text, summary text, content_html text, authors jsonb, outlet text, lang text,
        published_at timestamptz, updated_at timestamptz, is_wanted boolean, transcripts jsonb)
      on conflict (source_id, key) do update set last_seen_at = excluded.last_seen_at
      returning source_id, key, is_wanted, xmax = 0 as is_new
      ) select source_id, key from saved where is_new and is_wanted`.execute(tx);
    const names = new Set(rows.map((row) => itemName(row.source_id, row.key)));
    wanted.push(...some.filter(({ sourceId, key }) => names.has(itemName(sourceId, key))));
  }
  return wanted;
}

/** Ids of sources hold no blank. */
function itemName(sourceId: string, key: string): string {
  return `${sourceId} ${key}`;
}

function columnsOf(item: SourceItem) {
  return {
    source_id: item.sourceId,
    key: item.key,
    other_key: item.otherKey,
    guid: item.guid,
    url: item.url,
    title: item.title,
    summary: item.summary,
    content_html: item.isWanted ? item.contentHtml : null,
    authors: item.authors,
    outlet: item.outlet,
    lang: item.lang,
    published_at: item.publishedAt,
    updated_at: item.updatedAt,
    is_wanted: item.isWanted,
    transcripts: item.transcripts.length === 0 ? null : item.transcripts,
  };
}

/** Where an entry leads: the page that will be read for it, or the article that is known already. */
export type ItemLink = {
  readonly sourceId: string;
  readonly key: string;
  readonly resourceId: number | null;
  readonly articleId: number | null;
};

/** Ties entries to where they lead. */
export async function linkItems(tx: Tx, links: readonly ItemLink[]): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map(({ sourceId, key, resourceId, articleId }) => ({
    source_id: sourceId,
    key,
    resource_id: resourceId,
    article_id: articleId,
  }));
  await sql`update items
    set resource_id = link.resource_id, article_id = link.article_id, is_judged = link.article_id is not null
    from json_to_recordset(${jsonRows(rows)}::json) as link (source_id text, key text, resource_id bigint, article_id bigint)
    where items.source_id = link.source_id and items.key = link.key`.execute(tx);
}

/** The entries of one page, oldest first. */
export async function listItemsOfPage(db: Db, resourceId: number): Promise<readonly PageItem[]> {
  const rows = await waiting(db).where('items.resource_id', '=', resourceId).execute();
  return rows.map(toPageItem);
}

/** Wanted entries that wait for no visit: they have no page, or it was visited and is not due now. At most `limit`. */
export async function listEntriesToRead(
  db: Db,
  { limit, now }: { readonly limit: number; readonly now: Temporal.Instant },
): Promise<readonly WaitingItem[]> {
  const rows = await waiting(db)
    .leftJoin('resources', 'resources.id', 'items.resource_id')
    .select(['items.summary', 'items.content_html'])
    .select(
      sql<boolean>`coalesce(resources.last_outcome in ('fresh', 'unmodified', 'moved'), false)`.as('is_page_read'),
    )
    .where(waitsForNoVisit(db, now))
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...toPageItem(row),
    summary: row.summary,
    contentHtml: row.content_html,
    isPageRead: row.is_page_read,
  }));
}

/** How many such entries wait. */
export async function countEntriesToRead(db: Db, now: Temporal.Instant): Promise<number> {
  const row = await db
    .selectFrom('items')
    .leftJoin('resources', 'resources.id', 'items.resource_id')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .where('items.is_wanted', '=', true)
    .where(waitsForNoVisit(db, now))
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** A page that failed before and is due now may be read in a moment: the entry's own words would make it two readings. */
function waitsForNoVisit(db: Db, now: Temporal.Instant) {
  return sql<boolean>`not items.is_judged and (items.resource_id is null
    or resources.last_outcome is not null and items.resource_id not in ${selectDueIds(db, now)})`;
}

function waiting(db: Db) {
  return db
    .selectFrom('items')
    .innerJoin('sources', 'sources.id', 'items.source_id')
    .select([
      'items.id',
      'items.source_id',
      'items.resource_id',
      'items.key',
      'items.url',
      'items.title',
      'items.authors',
      'items.outlet',
      'items.lang',
      'items.published_at',
      'items.transcripts',
      'sources.name as source_name',
      'sources.link as source_link',
    ])
    .where('items.is_wanted', '=', true)
    .orderBy('items.id');
}

function toPageItem(row: Awaited<ReturnType<ReturnType<typeof waiting>['execute']>>[number]): PageItem {
  return {
    id: row.id,
    sourceId: row.source_id,
    sourceName: row.source_name,
    sourceLink: row.source_link,
    resourceId: row.resource_id,
    key: row.key,
    url: row.url,
    title: row.title,
    authors: row.authors,
    outlet: row.outlet,
    lang: row.lang,
    publishedAt: row.published_at,
    transcripts: row.transcripts ?? [],
  };
}

/** Marks entries as judged; `articleId` null says that their text mentions no topic. */
export async function settleItems(tx: Tx, itemIds: readonly number[], articleId: number | null): Promise<void> {
  if (itemIds.length === 0) return;
  await tx
    .updateTable('items')
    // What was judged need not be kept a second time beside the version's text.
    .set({ is_judged: true, article_id: articleId, content_html: null })
    .where('id', 'in', [...itemIds])
    .execute();
}
