/** Tracks that are offered for articles, and the captions that versions have. */
import { sql } from 'kysely';
import type { CaptionPart } from '#src/core/caption/part.ts';
import type { CaptionKind, CaptionTrack } from '#src/core/caption/track.ts';
import { documentUrl, hostKey } from '#src/core/url.ts';
import { upsertResource } from './resources.ts';
import type { StoredResponse } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** The captions in the text of a version, and the answer that they were read from. */
export type VersionCaptions = CaptionPart &
  CaptionTrack & { readonly documentHash: string; readonly response: StoredResponse };

/** An ended track that was never read is asked again when its page still offers it, at most once in so many hours. */
const offeredAgainHours = 24;

/**
 * Asks for the track of an article that is about a topic or whose page is watched. A track that was read stays as it was read: asking for
 * it again with every visit of its page would be a second request for words that hardly ever change.
 */
export async function offerTrack(
  tx: Tx,
  offer: { readonly articleId: number; readonly track: CaptionTrack; readonly now: Temporal.Instant },
): Promise<void> {
  const { articleId, track, now } = offer;
  const known = await findOffered(tx, articleId);
  if (known === null) return;
  const isSame = known.kind === track.kind && known.lang === track.lang;
  if (isSame && known.isRead) return;
  const renamed = isSame ? await renameTrack(tx, { articleId, resourceId: known.resourceId, url: track.url }) : null;
  const resourceId = renamed ?? (await findTrackResource(tx, track.url, now));
  if (resourceId === null) return;
  const isNew = known.resourceId !== resourceId;
  if (isNew && known.resourceId !== null) await leaveTrack(tx, articleId, known.resourceId);
  const row = { resource_id: resourceId, lang: track.lang, kind: track.kind, offered_at: now };
  await tx
    .insertInto('caption_tracks')
    .values({ article_id: articleId, ...row })
    .onConflict((conflict) => conflict.column('article_id').doUpdateSet(isSame ? { resource_id: resourceId } : row))
    .execute();
  await tx
    .updateTable('resources')
    .set({ next_due_at: now, due_rule: 'first' })
    .where('id', '=', resourceId)
    .where('next_due_at', 'is', null)
    .where('gone_at', 'is', null)
    .where('set_aside_at', 'is', null)
    .$if(!isNew, (query) => query.where('last_fetched_at', '<', now.subtract({ hours: offeredAgainHours })))
    .execute();
}

/** What is known of the track of an article; null when the article is not worth one. */
async function findOffered(tx: Tx, articleId: number) {
  const { rows } = await sql<{
    readonly resourceId: number | null;
    readonly lang: string | null;
    readonly kind: CaptionKind | null;
    readonly isRead: boolean;
  }>`
    select t.resource_id as "resourceId", t.lang, t.kind, exists (select from version_captions c
      where c.version_id = a.current_version_id and c.kind = t.kind and c.lang is not distinct from t.lang) as "isRead"
    from articles a left join caption_tracks t on t.article_id = a.id
    where a.id = ${articleId} and (a.is_relevant
      or exists (select from pages p where p.resource_id = a.resource_id and p.is_watched))`.execute(tx);
  return rows[0] ?? null;
}

/**
 * Gives a track that was never read its present address, and its row; null when that is for nobody to do. Players sign their addresses
 * anew for each visitor: a row for each would be as many as there are visits.
 */
async function renameTrack(
  tx: Tx,
  track: { readonly articleId: number; readonly resourceId: number | null; readonly url: string },
): Promise<number | null> {
  const { articleId, resourceId } = track;
  const url = documentUrl(track.url);
  const { rows } = await sql<{ id: number }>`
    update resources r set url = ${url}
    where r.id = ${resourceId} and r.host = ${hostKey(url)} and r.last_read_at is null and r.moved_to is null
      and not exists (select from caption_tracks t where t.resource_id = r.id and t.article_id <> ${articleId})
      and not exists (select from resources other where other.url = ${url} and other.id <> r.id)
    returning r.id`.execute(tx);
  return rows[0]?.id ?? null;
}

/** The address of a track, made when it is new; null when it is something else to us already: a page must not steer other visits. */
async function findTrackResource(tx: Tx, url: string, now: Temporal.Instant): Promise<number | null> {
  const known = await tx
    .selectFrom('resources')
    .leftJoin('caption_tracks', 'caption_tracks.resource_id', 'resources.id')
    .select(['resources.id', 'caption_tracks.article_id'])
    .where('resources.url', '=', documentUrl(url))
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return known.article_id === null ? null : known.id;
  return await upsertResource(tx, url, { dueAt: now, now });
}

/** Nobody asks for a track that no page offers any more: without its row it would be taken for a page. */
async function leaveTrack(tx: Tx, articleId: number, resourceId: number): Promise<void> {
  await sql`update resources set next_due_at = null, due_rule = 'given-up' where id = ${resourceId}
    and not exists (select from caption_tracks t where t.resource_id = ${resourceId} and t.article_id <> ${articleId})`.execute(
    tx,
  );
}

/** The articles that an address holds the captions of, as their pages name the track. */
export async function listCaptioned(
  db: Db,
  resourceId: number,
): Promise<readonly { readonly articleId: number; readonly lang: string | null; readonly kind: CaptionKind }[]> {
  const rows = await db
    .selectFrom('caption_tracks')
    .select(['article_id', 'lang', 'kind'])
    .where('resource_id', '=', resourceId)
    .orderBy('article_id')
    .execute();
  return rows.map(({ article_id: articleId, lang, kind }) => ({ articleId, lang, kind }));
}

/** The captions in the text of a version; null when it has none. */
export async function findVersionCaptions(db: Db, versionId: number): Promise<VersionCaptions | null> {
  const row = await db
    .selectFrom('version_captions')
    .selectAll()
    .where('version_id', '=', versionId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { lang, kind, url, response } = row;
  const marks = row.mark_offsets.map((offset, at) => ({ offset, second: row.mark_seconds[at] ?? 0 }));
  return { ...{ lang, kind, url, response, marks }, ...placeOf(row), documentHash: row.document_hash };
}

function placeOf(row: { readonly start_offset: number; readonly end_offset: number }) {
  return { start: row.start_offset, end: row.end_offset };
}

/** Writes the captions of a version. Their document is there. */
export async function insertVersionCaptions(tx: Tx, versionId: number, captions: VersionCaptions): Promise<void> {
  await tx
    .insertInto('version_captions')
    .values({
      version_id: versionId,
      lang: captions.lang,
      kind: captions.kind,
      url: captions.url,
      start_offset: captions.start,
      end_offset: captions.end,
      mark_offsets: captions.marks.map(({ offset }) => offset),
      mark_seconds: captions.marks.map(({ second }) => second),
      document_hash: captions.documentHash,
      response: JSON.stringify(captions.response),
    })
    .execute();
}

/**
 * The track of an article as people see it: its place in the current text (UTF-16), or why it is not there. `words` null and no place:
 * it was not asked yet.
 */
export type ArticleCaptions = CaptionTrack & {
  readonly place: { readonly start: number; readonly end: number } | null;
  readonly words: string | null;
};

/** The track of an article; null when none is offered. */
export async function findArticleCaptions(db: Db, articleId: number): Promise<ArticleCaptions | null> {
  const { rows } = await sql<{
    readonly url: string;
    readonly lang: string | null;
    readonly kind: CaptionKind;
    readonly start: number | null;
    readonly end: number | null;
    readonly words: string | null;
  }>`
    select coalesce(c.url, r.url) as url, coalesce(c.kind, t.kind) as kind, coalesce(c.lang, t.lang) as lang, c.start_offset as start,
      c.end_offset as "end", (select f.words from fetches f where f.resource_id = t.resource_id
        order by f.started_at desc, f.id desc limit 1) as words
    from articles a
    left join caption_tracks t on t.article_id = a.id
    left join resources r on r.id = t.resource_id
    left join version_captions c on c.version_id = a.current_version_id
    where a.id = ${articleId} and (t.article_id is not null or c.version_id is not null)`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const { start, end, ...track } = row;
  return { ...track, place: start === null || end === null ? null : { start, end } };
}
