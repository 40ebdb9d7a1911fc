/** Feed entries as seen: each once per source, whether their page is wanted or not. */
import { sql } from 'kysely';
import type { NewItem } from '#src/core/item.ts';
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

/** Rows per statement: 17 columns each, far below the 65,535 parameters of the protocol. */
const rowsPerInsert = 200;

/** Keeps the entries of one visit: new ones are added, known ones are marked as seen again. Gives the keys of the new ones. */
export async function saveItems(
  tx: Tx,
  items: readonly NewItem[],
  options: { readonly sourceId: string; readonly now: Temporal.Instant },
): Promise<ReadonlySet<string>> {
  const { sourceId, now } = options;
  const added = new Set<string>();
  for (let at = 0; at < items.length; at += rowsPerInsert) {
    const rows = items.slice(at, at + rowsPerInsert).map((item) => ({
      source_id: sourceId,
      key: item.key,
      guid: item.guid,
      url: item.url,
      title: item.title,
      summary: item.summary,
      content_html: item.isWanted ? item.contentHtml : null,
      authors: JSON.stringify(item.authors),
      outlet: item.outlet,
      lang: item.lang,
      published_at: item.publishedAt,
      updated_at: item.updatedAt,
      first_seen_at: now,
      last_seen_at: now,
      is_wanted: item.isWanted,
      is_judged: false,
    }));
    const result = await tx
      .insertInto('items')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['source_id', 'key']).doUpdateSet({ last_seen_at: now }))
      .returning(['key', sql<boolean>`xmax = 0`.as('is_new')])
      .execute();
    for (const row of result) if (row.is_new) added.add(row.key);
  }
  return added;
}

/** Ties entries to the page that will be read for them, or to the article that is known already. */
export async function linkItems(
  tx: Tx,
  links: readonly { readonly key: string; readonly resourceId: number | null; readonly articleId: number | null }[],
  sourceId: string,
): Promise<void> {
  if (links.length === 0) return;
  const rows = sql.join(
    links.map(({ key, resourceId, articleId }) => sql`(${key}, ${resourceId}::bigint, ${articleId}::bigint)`),
  );
  await sql`update items
    set resource_id = link.resource_id, article_id = link.article_id, is_judged = link.article_id is not null
    from (values ${rows}) as link (key, resource_id, article_id)
    where items.source_id = ${sourceId} and items.key = link.key`.execute(tx);
}

/** The entries of one page, oldest first. */
export async function listItemsOfPage(db: Db, resourceId: number): Promise<readonly PageItem[]> {
  const rows = await waiting(db).where('items.resource_id', '=', resourceId).execute();
  return rows.map(toPageItem);
}

/** Wanted entries that wait for no visit: they have no page, or it was visited. At most `limit`. */
export async function listEntriesToRead(db: Db, limit: number): Promise<readonly WaitingItem[]> {
  const rows = await waiting(db)
    .leftJoin('resources', 'resources.id', 'items.resource_id')
    .select(['items.summary', 'items.content_html'])
    .select(
      sql<boolean>`coalesce(resources.last_outcome in ('fresh', 'unmodified', 'moved'), false)`.as('is_page_read'),
    )
    .where(waitsForNoVisit)
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
export async function countEntriesToRead(db: Db): Promise<number> {
  const row = await db
    .selectFrom('items')
    .leftJoin('resources', 'resources.id', 'items.resource_id')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .where('items.is_wanted', '=', true)
    .where(waitsForNoVisit)
    .executeTakeFirst();
  return row?.count ?? 0;
}

const waitsForNoVisit = sql<boolean>`
  not items.is_judged and (items.resource_id is null or resources.last_outcome is not null)`;

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
