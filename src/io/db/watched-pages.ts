/** Which pages are watched beside those that the ledger lists: cited ones, and those whose quotes we show. */
import { sql } from 'kysely';
import { hostKey } from '#src/core/url.ts';
import { findSameArticles, upsertResources } from './resources.ts';
import type { Db, Tx } from './store.ts';

/** What is watched, why, and when it is asked next when nothing else has a say. `perHostMax` bounds the unlisted pages of a host. */
export type NewWatch = {
  readonly articleId: number;
  readonly reason: 'evidence' | 'cited';
  readonly dueAt: Temporal.Instant;
  readonly dueRule: string;
  readonly perHostMax: number;
  readonly now: Temporal.Instant;
};

/** Watches the page of an article from now on. Nothing happens without a page, for a feed, or when its host has enough of them. */
export async function watchPageOf(tx: Tx, watch: NewWatch): Promise<void> {
  const { rows } = await sql<{ resource_id: number }>`
    insert into pages (resource_id, is_listed, is_watched, reason, added_at)
    select r.id, false, true, ${watch.reason}, ${watch.now}
    from articles a join resources r on r.id = a.resource_id
    where a.id = ${watch.articleId} and a.text_from = 'page'
      and not exists (select from sources s where s.resource_id = r.id)
      and (exists (select from pages p where p.resource_id = r.id) or ${watch.perHostMax} > (
        select count(*) from pages p join resources other on other.id = p.resource_id
        where p.is_watched and not p.is_listed and other.host = r.host))
    on conflict (resource_id) do update set is_watched = true, reason = excluded.reason
    returning resource_id`.execute(tx);
  await askAgain(
    tx,
    rows.map(({ resource_id }) => resource_id),
    watch,
  );
}

/** A page that an article cites. `isQuoted` = the link stands in a quoted sentence: its page is kept whatever it says. */
export type CitedPage = { readonly url: string; readonly targetKey: string; readonly isQuoted: boolean };

/** How far citations are followed. `depth` is that of the pages that are cited. */
export type CitationLimits = {
  readonly depth: number;
  readonly perHostMax: number;
  readonly perDayMax: number;
  readonly now: Temporal.Instant;
};

/**
 * Asks for cited pages, each once, and ties the citations of a version to them. A day takes so many new ones; those beyond wait for
 * their day. What an address, in whatever form, already is to us it stays; a host that has enough cited pages gets no further one.
 */
export async function askForCited(
  tx: Tx,
  { versionId, pages }: { readonly versionId: number; readonly pages: readonly CitedPage[] },
  limits: CitationLimits,
): Promise<void> {
  const { now } = limits;
  const free = await withoutFullHosts(tx, pages, limits);
  if (free.length === 0) return;
  const waiting = await countWaiting(tx, now);
  const dueAt = now.add({ hours: 24 * Math.floor(waiting / limits.perDayMax) });
  const urls = free.map(({ url }) => url);
  // A link without the closing slash redirects to the page that we know: asking for both would be two requests for one document.
  const known = await findSameArticles(tx, urls);
  const added = await upsertResources(
    tx,
    urls.filter((url) => !known.has(url)),
    { dueAt, now, citationDepth: limits.depth },
  );
  for (const { url, targetKey, isQuoted } of free) {
    const id = known.get(url) ?? added.get(url);
    if (id === undefined) continue;
    await tx
      .updateTable('citations')
      .set({ resource_id: id })
      .where('version_id', '=', versionId)
      .where('target_key', '=', targetKey)
      .execute();
    if (isQuoted) await watchQuoted(tx, id, now);
  }
}

/** A page cited in a quoted sentence is watched from its first visit on. */
async function watchQuoted(tx: Tx, resourceId: number, now: Temporal.Instant): Promise<void> {
  const { rows } = await sql<{ resource_id: number }>`
    insert into pages (resource_id, is_listed, is_watched, reason, added_at)
    select ${resourceId}, false, true, 'cited', ${now}
    where not exists (select from sources where resource_id = ${resourceId})
    on conflict (resource_id) do nothing returning resource_id`.execute(tx);
  await askAgain(
    tx,
    rows.map(({ resource_id }) => resource_id),
    { dueAt: now, dueRule: 'first' },
  );
}

/** An address that was read once, or given up, is asked again. */
async function askAgain(
  tx: Tx,
  ids: readonly number[],
  due: { readonly dueAt: Temporal.Instant; readonly dueRule: string },
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('resources')
    .set({ next_due_at: due.dueAt, due_rule: due.dueRule })
    .where('id', 'in', [...ids])
    .where('next_due_at', 'is', null)
    .where('gone_at', 'is', null)
    .where('set_aside_at', 'is', null)
    .execute();
}

async function withoutFullHosts(
  db: Db,
  pages: readonly CitedPage[],
  limits: CitationLimits,
): Promise<readonly CitedPage[]> {
  if (pages.length === 0) return [];
  const hosts = [...new Set(pages.map(({ url }) => hostKey(url)))];
  const rows = await db
    .selectFrom('resources')
    .select(['host', (eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count')])
    .where('host', 'in', hosts)
    .where('citation_depth', '>', 0)
    .groupBy('host')
    .execute();
  const counts = new Map(rows.map(({ host, count }) => [host, count]));
  return pages.filter(({ url }) => {
    const host = hostKey(url);
    const count = (counts.get(host) ?? 0) + 1;
    counts.set(host, count);
    return count <= limits.perHostMax;
  });
}

/** Cited pages that came in within a day or wait for their first visit: what a day's share is already taken by. */
async function countWaiting(db: Db, now: Temporal.Instant): Promise<number> {
  const row = await db
    .selectFrom('resources')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .where('citation_depth', '>', 0)
    .where((eb) =>
      eb.or([
        eb('first_seen_at', '>', now.subtract({ hours: 24 })),
        eb.and([eb('last_fetched_at', 'is', null), eb('next_due_at', '>', now)]),
      ]),
    )
    .executeTakeFirst();
  return row?.count ?? 0;
}
