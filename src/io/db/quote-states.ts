/** What became of the quotes of an article since they were read, and when a page could not be looked at. Rows are closed and followed. */
import { sql } from 'kysely';
import type { QuotePlace } from '#src/core/watch/quote-state.ts';
import { jsonRows } from './json-rows.ts';
import type { Stance, TextFrom } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** One quote of an open tagging, with the version that it is a slice of. */
export type TrackedQuote = QuotePlace & {
  readonly versionId: number;
  readonly claim: string;
  readonly stance: Stance;
  readonly quote: string;
};

/** One version of an article as quotes are compared by. `resourceId` null = the text never came from a page. */
export type ComparedVersion = {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly corrections: readonly string[];
  readonly textFrom: TextFrom;
  readonly extractor: string;
  readonly seenAt: Temporal.Instant;
  /** Which captions its text ends with, by their maker and language; null for none. */
  readonly track: string | null;
};

/** A quote that no longer stands as it was. `words` are the new words of an altered one. */
export type Departure = QuotePlace & {
  readonly versionId: number;
  readonly state: 'moved' | 'altered' | 'gone';
  readonly foundVersionId: number;
  readonly foundStart: number | null;
  readonly foundEnd: number | null;
  readonly words: string | null;
  readonly lastThereAt: Temporal.Instant;
  readonly seenAt: Temporal.Instant;
};

/** The quotes of all versions of an article, those of the newest version first. */
export async function listTrackedQuotes(tx: Tx, articleId: number): Promise<readonly TrackedQuote[]> {
  const rows = await tx
    .selectFrom('taggings')
    .innerJoin('evidence', 'evidence.tagging_id', 'taggings.id')
    .innerJoin('versions', 'versions.id', 'taggings.version_id')
    .select(['taggings.version_id', 'taggings.claim_id', 'taggings.stance'])
    .select(['evidence.field', 'evidence.start_offset', 'evidence.end_offset', 'evidence.quote'])
    .where('taggings.article_id', '=', articleId)
    .where('taggings.closed_at', 'is', null)
    .orderBy('versions.number', 'desc')
    .orderBy('taggings.id')
    .orderBy('evidence.position')
    .execute();
  return rows.map((row) => ({
    versionId: row.version_id,
    claim: row.claim_id,
    stance: row.stance,
    field: row.field,
    start: row.start_offset,
    end: row.end_offset,
    quote: row.quote,
  }));
}

/** The versions of these ids, newest first. */
export async function listComparedVersions(tx: Tx, ids: readonly number[]): Promise<readonly ComparedVersion[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('versions')
    .leftJoin('version_captions', 'version_captions.version_id', 'versions.id')
    .select(['id', 'number', 'title', 'text', 'corrections', 'text_from', 'extractor', 'seen_at'])
    .select(sql<string | null>`version_captions.kind || ' ' || coalesce(version_captions.lang, '')`.as('track'))
    .where('id', 'in', [...ids])
    .orderBy('number', 'desc')
    .execute();
  return rows.map(({ text_from, seen_at, ...row }) => ({ ...row, textFrom: text_from, seenAt: seen_at }));
}

/** The id of the version that speaks for an article; null when there is none. */
export async function findCurrentVersionId(tx: Tx, articleId: number): Promise<number | null> {
  const row = await tx
    .selectFrom('articles')
    .select('current_version_id')
    .where('id', '=', articleId)
    .executeTakeFirst();
  return row?.current_version_id ?? null;
}

/** Makes `departures` the open rows of these quotes: what says the same stays, what says something else is closed and followed. */
export async function saveDepartures(
  tx: Tx,
  quotes: readonly (QuotePlace & { readonly versionId: number })[],
  options: { readonly departures: readonly Departure[]; readonly now: Temporal.Instant },
): Promise<void> {
  const versionIds = [...new Set(quotes.map(({ versionId }) => versionId))];
  if (versionIds.length === 0) return;
  const open = await tx
    .selectFrom('quote_states')
    .select(['id', 'version_id', 'field', 'start_offset', 'end_offset', 'state', 'words'])
    .where('version_id', 'in', versionIds)
    .where('closed_at', 'is', null)
    .execute();
  const looked = new Set(quotes.map(keyOf));
  const wanted = new Map(options.departures.map((departure) => [keyOf(departure), departure]));
  const closing: number[] = [];
  for (const row of open) {
    const key = keyOf({ versionId: row.version_id, field: row.field, start: row.start_offset, end: row.end_offset });
    const departure = wanted.get(key);
    if (!looked.has(key)) continue;
    if (departure?.state === row.state && departure.words === row.words) wanted.delete(key);
    else closing.push(row.id);
  }
  if (closing.length > 0) {
    await tx.updateTable('quote_states').set({ closed_at: options.now }).where('id', 'in', closing).execute();
  }
  const rows = [...wanted.values()].map((departure) => ({
    version_id: departure.versionId,
    field: departure.field,
    start_offset: departure.start,
    end_offset: departure.end,
    state: departure.state,
    found_version_id: departure.foundVersionId,
    found_start: departure.foundStart,
    found_end: departure.foundEnd,
    words: departure.words,
    last_there_at: departure.lastThereAt,
    seen_at: departure.seenAt,
  }));
  if (rows.length > 0) await tx.insertInto('quote_states').values(rows).execute();
}

function keyOf(place: QuotePlace & { readonly versionId: number }): string {
  return `${place.versionId} ${place.field} ${place.start} ${place.end}`;
}

/** What a visit to a page says about whether it can be looked at; `trouble` null = it was read. */
export type Sight = {
  readonly resourceId: number;
  readonly at: Temporal.Instant;
  readonly trouble: { readonly reason: string | null; readonly status: number | null; readonly words: string } | null;
};

/** Notes which pages could be looked at, and from when on others could not. One sight a page. */
export async function noteSights(db: Db, sights: readonly Sight[]): Promise<void> {
  if (sights.length === 0) return;
  const rows = sights.map(({ resourceId, at, trouble }) => ({ resource_id: resourceId, at, ...trouble }));
  await sql`with sight as (
      select * from json_to_recordset(${jsonRows(rows)}::json) as sight (
        resource_id bigint, at timestamptz, reason text, status integer, words text)
    ), ended as (
      update unseen_spans set ended_at = sight.at from sight
      where unseen_spans.resource_id = sight.resource_id and unseen_spans.ended_at is null and sight.words is null
    )
    insert into unseen_spans (resource_id, began_at, reason, status, words)
    select resource_id, at, reason, status, words from sight
    where words is not null
      and not exists (select from unseen_spans u where u.resource_id = sight.resource_id and u.ended_at is null)
    on conflict do nothing`.execute(db);
}

/** How the quotes of a watched page stand: how many we show, and how many of them its publisher has changed or taken away. */
export type PageQuotes = { readonly count: number; readonly alteredCount: number; readonly goneCount: number };

/** The counted quotes of every watched page, by the id of its resource. An altered quote and what became of it are one. */
export async function countPageQuotes(db: Db): Promise<ReadonlyMap<number, PageQuotes>> {
  const { rows } = await sql<PageQuotes & { readonly resourceId: number }>`
    with departed as (
      select v.article_id, q.state, q.words from quote_states q join versions v on v.id = q.version_id
      where q.closed_at is null and q.state in ('altered', 'gone') and exists (
        select from taggings t join evidence e on e.tagging_id = t.id
        where t.version_id = q.version_id and t.closed_at is null and t.status = 'tag'
          and e.field = q.field and e.start_offset = q.start_offset and e.end_offset = q.end_offset)
    ), standing as (
      select distinct a.id as article_id, e.field, e.start_offset
      from pages p join articles a on a.resource_id = p.resource_id
      join taggings t on t.version_id = a.current_version_id and t.closed_at is null and t.status = 'tag'
      join evidence e on e.tagging_id = t.id
      where p.is_watched and not exists (
        select from departed d where d.article_id = a.id and d.state = 'altered'
          and (strpos(d.words, e.quote) > 0 or strpos(e.quote, d.words) > 0))
    ), quote as (
      select article_id, 'present' as state from standing union all select article_id, state from departed
    )
    select a.resource_id as "resourceId", count(*)::int as count,
      (count(*) filter (where quote.state = 'altered'))::int as "alteredCount",
      (count(*) filter (where quote.state = 'gone'))::int as "goneCount"
    from quote join articles a on a.id = quote.article_id
    where a.resource_id is not null
    group by a.resource_id`.execute(db);
  return new Map(rows.map(({ resourceId, ...counts }) => [resourceId, counts]));
}
