/** The search among kept articles: its hits, how many there are, and what would narrow it down. */
import { type SqlBool, sql } from 'kysely';
import type { ArticleQuery } from '#src/core/search/article-query.ts';
import { hasPhrases, isOfDays, isQuote, matchArticles, meetsExactly, quoteFilterOf } from './article-conditions.ts';
import { type ArticleRow, articleColumns, withTaggings } from './article-reads.ts';
import { heldStance, isStandingVerdict } from './last-word.ts';
import type { Db } from './store.ts';

/** A page of a list: `next` is the cursor of the following one, null on the last. */
export type ArticleList = { readonly items: readonly ArticleRow[]; readonly next: string | null };

/** Which part of the found articles: `cursor` null = from the newest on; a cursor that is none counts as null. */
export type ArticleListOptions = {
  readonly limit: number;
  readonly cursor: string | null;
  readonly isRelevantOnly?: boolean;
  /** Only articles first seen at or after this instant. */
  readonly since?: Temporal.Instant | null;
};

/**
 * Articles looked through one by one, from the newest on, before all matches are gathered. What stands in one of 50 articles fills its
 * page among them in 15 ms; at 1,000,000 articles gathering what stands in one of eight takes 200 ms.
 */
const recentMax = 1_000;
/** Matches counted: exact up to here, "more than" beyond; 5,000 take 25 ms. */
const countedMax = 5_000;
/** Matches looked into for facets, of which 2,500 take 30 ms. */
const facetedMax = 2_500;
/** Articles with all words of a phrase that are read for their order when matches are counted. */
const readForOrderMax = 2_000;
/** Values shown for one facet; outlets are many, and the rare ones are found by their name. */
const facetValuesMax = 12;

/** The kept articles that a query finds, newest first by the instant we first saw them. */
export async function searchArticles(db: Db, query: ArticleQuery, options: ArticleListOptions): Promise<ArticleList> {
  const isWalked = isOfDays(query);
  const page = { ...options, after: options.cursor === null ? null : readCursor(options.cursor) };
  const rows = await byIndex(db, async (tx) => {
    const recent = await listHits(tx, query, { ...page, scope: isWalked ? 'walked' : 'recent' });
    return isWalked || recent.length > options.limit ? recent : await listHits(tx, query, { ...page, scope: 'all' });
  });
  const shown = rows.slice(0, options.limit);
  const last = shown.at(-1);
  return {
    items: await withTaggings(db, shown),
    next: rows.length > shown.length && last !== undefined ? writeCursor(last.first_seen_at, last.id) : null,
  };
}

type HitPage = ArticleListOptions & { readonly after: Cursor | null; readonly scope: 'walked' | 'recent' | 'all' };

/** One more than is shown, to know whether there are more. */
async function listHits(db: Db, query: ArticleQuery, page: HitPage) {
  const { scope, after, since = null, isRelevantOnly = false } = page;
  return await db
    // Ordered by time with a rare match, the planner walks the time index for seconds: the match set is settled first. Without a
    // condition there is no rare match, and walking the index is the fastest way.
    .with(
      (cte) => (scope === 'walked' ? cte('found') : cte('found').materialized()),
      (inner) =>
        matchArticles(inner, query, { isRelevantOnly, isCoarse: true })
          .$if(scope === 'recent', (select) => select.where(isRecent(after)))
          .$if(since !== null, (select) => select.where('articles.first_seen_at', '>=', since))
          .$if(after !== null, (select) => select.where(isAfter(after)))
          .select(['articles.id', 'articles.first_seen_at']),
    )
    .selectFrom('found as hit')
    .innerJoin('articles', 'articles.id', 'hit.id')
    .select(articleColumns)
    // Phrases are read off the entries in the order of the page, so that reading ends when it is full.
    .$if(hasPhrases(query), (select) => select.where(meetsExactly(query)))
    .orderBy('hit.first_seen_at', 'desc')
    .orderBy('hit.id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

function isAfter(after: Cursor | null) {
  return sql<SqlBool>`(articles.first_seen_at, articles.id) < (${after?.firstSeenAt}, ${after?.id})`;
}

/** The newest articles of all, from a cursor on. */
function isRecent(after: Cursor | null) {
  return sql<SqlBool>`articles.id in (select id from articles where is_kept
    ${after === null ? sql`` : sql`and ${isAfter(after)}`} order by first_seen_at desc, id desc limit ${sql.lit(recentMax)})`;
}

/** How often a value stands among the matches of a query without its own filter. */
export type FacetValue = { readonly value: string; readonly count: number };

/** What a search can be narrowed down by; null where there are too many matches to count. Most frequent values first. */
export type Facets = Readonly<Record<FacetKind, readonly FacetValue[] | null>>;

/** How many articles a query finds, from how many independent origins, and what narrows it down. */
export type SearchCounts = {
  readonly articleCount: number;
  readonly originCount: number;
  /** False: there are more than these. */
  readonly isExact: boolean;
  readonly facets: Facets;
};

const facetKinds = ['claim', 'stance', 'source', 'lang'] as const;
type FacetKind = (typeof facetKinds)[number];

/** Counts what a query finds. Each facet is counted for the query without its own filter, so that the counts say what is left. */
export async function countArticles(db: Db, query: ArticleQuery): Promise<SearchCounts> {
  const filtered = facetKinds.filter((kind) => query.clauses.some(({ node }) => node.kind === kind));
  const free = facetKinds.filter((kind) => !filtered.includes(kind));
  return await byIndex(db, async (tx) => {
    const whole = await countMatches(tx, query, { kinds: free, max: countedMax });
    const sets = new Map<FacetKind, readonly FacetValue[] | null>(free.map((kind) => [kind, whole.values(kind)]));
    for (const kind of filtered) {
      const wider = { ...query, clauses: query.clauses.filter(({ node }) => node.kind !== kind) };
      sets.set(kind, (await countMatches(tx, wider, { kinds: [kind], max: facetedMax })).values(kind));
    }
    const facet = (kind: FacetKind) => sets.get(kind) ?? null;
    return {
      articleCount: whole.articleCount,
      originCount: whole.originCount,
      isExact: whole.isExact,
      facets: { claim: facet('claim'), stance: facet('stance'), source: facet('source'), lang: facet('lang') },
    };
  });
}

type MatchCounts = {
  readonly articleCount: number;
  readonly originCount: number;
  readonly isExact: boolean;
  readonly values: (kind: FacetKind) => readonly FacetValue[] | null;
};

async function countMatches(
  db: Db,
  query: ArticleQuery,
  { kinds, max }: { readonly kinds: readonly FacetKind[]; readonly max: number },
): Promise<MatchCounts> {
  const isOrdered = hasPhrases(query);
  const readMax = isOrdered ? Math.min(max, readForOrderMax) : max;
  const { rows } = await sql<{ kind: string; value: string; count: number }>`
    with loose as materialized (${matchArticles(db, query, { isCoarse: true })
      .select(['articles.id', 'articles.current_version_id', 'articles.outlet', 'articles.lang'])
      .limit(readMax + 1)}),
    found as materialized (select loose.* from loose
      ${isOrdered ? sql`join articles on articles.id = loose.id where ${meetsExactly(query)}` : sql``}),
    few as materialized (select * from found where (select count(*) from loose) <= ${sql.lit(Math.min(readMax, facetedMax))})
    select 'loose' as kind, '' as value, count(*)::int as count from loose
    union all select 'found', '', count(*)::int from found
    union all select 'origin', '', count(distinct coalesce(m.origin_id, found.id))::int
      from found left join story_members m on m.article_id = found.id and m.until is null
      where (select count(*) from loose) <= ${sql.lit(readMax)}
    ${sql.join(
      kinds.map((kind) => sql`union all (${countValues(kind, query)})`),
      sql` `,
    )}`.execute(db);
  const looseCount = countOf(rows, 'loose');
  return {
    articleCount: Math.min(countOf(rows, 'found'), readMax),
    originCount: countOf(rows, 'origin'),
    isExact: looseCount <= readMax,
    values: (kind) => (looseCount <= Math.min(readMax, facetedMax) ? listValues(rows, kind) : null),
  };
}

type CountRow = { readonly kind: string; readonly value: string; readonly count: number };

function listValues(rows: readonly CountRow[], kind: string): readonly FacetValue[] {
  return rows.filter((row) => row.kind === kind).map(({ value, count }) => ({ value, count }));
}

function countOf(rows: readonly CountRow[], kind: string): number {
  return rows.find((row) => row.kind === kind)?.count ?? 0;
}

/** The most frequent values of a facet among the matches; claims and stances are those of one quote. */
function countValues(kind: FacetKind, query: ArticleQuery) {
  const order = sql`group by 2 order by 3 desc, 2 limit ${sql.lit(facetValuesMax)}`;
  if (kind === 'source') return sql`select 'source', outlet, count(*)::int from few ${order}`;
  if (kind === 'lang')
    return sql`select 'lang', lower(split_part(lang, '-', 1)), count(*)::int from few where lang is not null ${order}`;
  const filter = quoteFilterOf(query);
  const value = kind === 'claim' ? sql`taggings.claim_id` : heldStance;
  return sql`select ${sql.lit(kind)}, ${value}, count(distinct few.id)::int
    from few join taggings on taggings.version_id = few.current_version_id
    join claims on claims.id = taggings.claim_id and claims.is_listed
    left join verdicts on ${isStandingVerdict}
    where ${isQuote(kind === 'claim' ? { ...filter, claims: [] } : { ...filter, stances: [] })} ${order}`;
}

/**
 * Reads without ever going through all articles in turn: entries lie outside their rows, the planner takes reading one for free, and a
 * search that reads 100,000 of them takes seconds where the index takes 20 ms.
 */
async function byIndex<Value>(db: Db, read: (db: Db) => Promise<Value>): Promise<Value> {
  if (db.isTransaction) return await read(db);
  return await db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    return await read(tx);
  });
}

type Cursor = { readonly firstSeenAt: Temporal.Instant; readonly id: number };

/** A cursor names the last article shown, so that pages stay the same when new articles come in before it. */
function writeCursor(firstSeenAt: Temporal.Instant, id: number): string {
  return Buffer.from(`${firstSeenAt} ${id}`).toString('base64url');
}

function readCursor(cursor: string): Cursor | null {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, firstSeenAt, id] = match ?? [];
  if (firstSeenAt === undefined || id === undefined) return null;
  try {
    return { firstSeenAt: Temporal.Instant.from(firstSeenAt), id: Number(id) };
  } catch {
    return null;
  }
}
