/** Articles as people search and read them. Everything here shows kept articles only, and of each its current version. */
import { type SqlBool, sql } from 'kysely';
import type { ArticleQuery } from '#src/core/article-query.ts';
import type { GivenAnswer, Unseen } from '#src/core/digest.ts';
import { matchArticles } from './article-conditions.ts';
import { heldStance, isCounted, isStandingVerdict, judgedBy } from './last-word.ts';
import { type ArticleQuote, findUnseen, listArticleQuotes } from './quote-fates.ts';
import type { Stance, TextFrom } from './schema.ts';
import type { Db } from './store.ts';
import { type ArticlePlace, listPlaces } from './story-places.ts';

/** One quote of a tagging: UTF-16 offsets into the field named. */
export type ArticleEvidence = {
  readonly field: 'text' | 'title';
  readonly start: number;
  readonly end: number;
  readonly quote: string;
};

/** One number of a tagging: bounds as in the stage commands. */
export type ArticleQuantity = {
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  readonly modifier: 'exact' | 'about' | 'under' | 'over' | 'range';
  readonly field: 'text' | 'title';
  readonly start: number;
  readonly end: number;
  readonly written: string;
};

/** What an article says about one claim. A person's stance stands in place of ours; what a person rejected is not here. */
export type ArticleTagging = {
  readonly id: number;
  readonly claim: string;
  readonly stance: Stance;
  readonly status: 'tag' | 'candidate';
  readonly score: number;
  readonly speaker: string | null;
  readonly answer: GivenAnswer | null;
  /** The model of an optional judge that decided about it; null when a person or the rules did. */
  readonly judgedBy: string | null;
  readonly evidence: readonly ArticleEvidence[];
  readonly quantities: readonly ArticleQuantity[];
};

/** An article in a list. `publishedAt` is RFC 3339 or YYYY-MM-DD, `source` the id of the feed that showed it first. */
export type ArticleRow = {
  readonly id: number;
  readonly url: string | null;
  readonly canonicalUrl: string | null;
  readonly title: string;
  readonly source: string | null;
  readonly outlet: string;
  readonly lang: string | null;
  readonly publishedAt: string | null;
  readonly firstSeenAt: string;
  readonly relevant: boolean;
  readonly topics: readonly string[];
  /** Nothing for a spun copy: its quotes may be garbled. */
  readonly taggings: readonly ArticleTagging[];
  /** The story that it tells and whose words it repeats; null until it has its place. */
  readonly story: ArticlePlace | null;
};

/** One reading of an article. */
export type ArticleVersion = {
  readonly number: number;
  readonly seenAt: string;
  readonly reason: 'page' | 'reader';
  readonly textFrom: TextFrom;
  readonly extractor: string;
  readonly title: string;
  readonly text: string;
  /** Its notes of correction, in the order of the page. */
  readonly corrections: readonly string[];
};

/** An article with its text. `versions` are newest first. */
export type ArticlePage = ArticleRow & {
  readonly byline: string | null;
  readonly textFrom: TextFrom;
  readonly text: string;
  readonly versions: readonly ArticleVersion[];
  /** The quotes of the text, and those of earlier versions that have moved, changed or gone. */
  readonly quotes: readonly ArticleQuote[];
  /** Set while the page cannot be looked at. */
  readonly unseen: Unseen | null;
};

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

/** Versions shown for one article; a page that changes every day would fill the screen. */
const versionsMax = 20;

const articleColumns = [
  'articles.id',
  'articles.url',
  'articles.canonical_url',
  'articles.title',
  'articles.source_id',
  'articles.outlet',
  'articles.lang',
  'articles.published',
  'articles.first_seen_at',
  'articles.is_relevant',
  'articles.topics',
  'articles.current_version_id',
] as const;

/** The kept articles that a query finds, newest first by the instant we first saw them. */
export async function searchArticles(db: Db, query: ArticleQuery, options: ArticleListOptions): Promise<ArticleList> {
  const after = options.cursor === null ? null : readCursor(options.cursor);
  // Ordered by time with a rare match, the planner walks the time index for seconds: the match set is settled first.
  // Without a condition there is no rare match, and walking the index is the fastest way.
  const since = options.since ?? null;
  const isFiltered = query.clauses.length > 0 || options.isRelevantOnly === true;
  const rows = await db
    .with(
      (cte) => (isFiltered ? cte('found').materialized() : cte('found')),
      (inner) =>
        matchArticles(inner, query, options.isRelevantOnly === true)
          .$if(since !== null, (select) => select.where('articles.first_seen_at', '>=', since))
          .select(['articles.id', 'articles.first_seen_at']),
    )
    .selectFrom('found')
    .innerJoin('articles', 'articles.id', 'found.id')
    .select(articleColumns)
    .$if(after !== null, (select) =>
      select.where(sql<SqlBool>`(found.first_seen_at, found.id) < (${after?.firstSeenAt}, ${after?.id})`),
    )
    .orderBy('found.first_seen_at', 'desc')
    .orderBy('found.id', 'desc')
    .limit(options.limit + 1)
    .execute();
  const shown = rows.slice(0, options.limit);
  const last = shown.at(-1);
  return {
    items: await withTaggings(db, shown),
    next: rows.length > shown.length && last !== undefined ? writeCursor(last.first_seen_at, last.id) : null,
  };
}

/** How many articles a query finds, and from how many independent origins they are. */
export async function countArticles(
  db: Db,
  query: ArticleQuery,
): Promise<{ readonly articleCount: number; readonly originCount: number }> {
  return await matchArticles(db, query, false)
    .leftJoin('story_members', (join) =>
      join.onRef('story_members.article_id', '=', 'articles.id').on('story_members.until', 'is', null),
    )
    .select((eb) => [
      eb.cast<number>(eb.fn.countAll(), 'integer').as('articleCount'),
      eb
        .cast<number>(eb.fn.count(eb.fn.coalesce('story_members.origin_id', 'articles.id')).distinct(), 'integer')
        .as('originCount'),
    ])
    .executeTakeFirstOrThrow();
}

/** One kept article with its text and versions; null when there is none of that id. */
export async function findArticle(db: Db, id: number): Promise<ArticlePage | null> {
  const row = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .select(articleColumns)
    .select(['versions.byline', 'versions.text', 'versions.text_from'])
    .where('articles.id', '=', id)
    .where('articles.is_kept', '=', true)
    .executeTakeFirst();
  if (row === undefined) return null;
  const [article] = await withTaggings(db, [row]);
  if (article === undefined) return null;
  const { byline, text, text_from: textFrom } = row;
  return {
    ...article,
    ...{ byline, textFrom, text },
    versions: await listVersions(db, id),
    quotes: await listArticleQuotes(db, id),
    unseen: await findUnseen(db, id),
  };
}

/** The texts of articles, for excerpts. */
export async function listArticleTexts(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .select(['articles.id', 'versions.text'])
    .where('articles.id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row.text]));
}

async function listVersions(db: Db, articleId: number): Promise<readonly ArticleVersion[]> {
  const rows = await db
    .selectFrom('versions')
    .select(['number', 'seen_at', 'reason', 'text_from', 'extractor', 'title', 'text', 'corrections'])
    .where('article_id', '=', articleId)
    .orderBy('number', 'desc')
    .limit(versionsMax)
    .execute();
  return rows.map(({ seen_at, text_from, ...row }) => ({ ...row, seenAt: seen_at.toString(), textFrom: text_from }));
}

type BareRow = {
  readonly id: number;
  readonly url: string | null;
  readonly canonical_url: string | null;
  readonly title: string;
  readonly source_id: string | null;
  readonly outlet: string;
  readonly lang: string | null;
  readonly published: string | null;
  readonly first_seen_at: Temporal.Instant;
  readonly is_relevant: boolean;
  readonly topics: readonly string[];
  readonly current_version_id: number | null;
};

async function withTaggings(db: Db, rows: readonly BareRow[]): Promise<readonly ArticleRow[]> {
  const versionIds = rows.flatMap((row) => (row.current_version_id === null ? [] : [row.current_version_id]));
  const byVersion = await listTaggings(db, versionIds);
  const places = await listPlaces(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    url: row.url,
    canonicalUrl: row.canonical_url,
    title: row.title,
    source: row.source_id,
    outlet: row.outlet,
    lang: row.lang,
    publishedAt: row.published,
    firstSeenAt: row.first_seen_at.toString(),
    relevant: row.is_relevant,
    topics: row.topics,
    taggings: places.get(row.id)?.role === 'spun' ? [] : (byVersion.get(row.current_version_id ?? 0) ?? []),
    story: places.get(row.id) ?? null,
  }));
}

/** The current taggings of versions, in the order of the ledger. */
export async function listTaggings(
  db: Db,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly ArticleTagging[]>> {
  if (versionIds.length === 0) return new Map();
  const { rows } = await sql<ArticleTagging & { readonly versionId: number }>`
    select taggings.version_id as "versionId", taggings.id, taggings.claim_id as claim, ${heldStance} as stance,
      case when ${isCounted} then 'tag' else 'candidate' end as status, ${judgedBy} as "judgedBy", taggings.score, taggings.speaker,
      case when verdicts.verdict is null then null
        else jsonb_build_object('verdict', verdicts.verdict, 'by', verdicts.given_by) end as answer,
      coalesce((select jsonb_agg(jsonb_build_object('field', e.field, 'start', e.start_offset, 'end', e.end_offset, 'quote', e.quote)
        order by e.position) from evidence e where e.tagging_id = taggings.id), '[]') as evidence,
      coalesce((select jsonb_agg(jsonb_build_object('value', q.value, 'min', q.min, 'max', q.max, 'unit', q.unit, 'modifier', q.modifier,
        'field', q.field, 'start', q.start_offset, 'end', q.end_offset, 'written', q.written)
        order by q.position) from quantities q where q.tagging_id = taggings.id), '[]') as quantities
    from taggings
    join claims c on c.id = taggings.claim_id and c.is_listed
    left join verdicts on ${isStandingVerdict}
    where taggings.version_id in (${sql.join([...versionIds])}) and taggings.closed_at is null and verdicts.verdict is distinct from 'reject'
    order by c.position, taggings.stance, taggings.id
  `.execute(db);
  const byVersion = new Map<number, ArticleTagging[]>();
  for (const { versionId, ...tagging } of rows)
    byVersion.set(versionId, [...(byVersion.get(versionId) ?? []), tagging]);
  return byVersion;
}

/** A cursor names the last article shown, so that pages stay the same when new articles come in before it. */
function writeCursor(firstSeenAt: Temporal.Instant, id: number): string {
  return Buffer.from(`${firstSeenAt} ${id}`).toString('base64url');
}

function readCursor(cursor: string): { readonly firstSeenAt: Temporal.Instant; readonly id: number } | null {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, firstSeenAt, id] = match ?? [];
  if (firstSeenAt === undefined || id === undefined) return null;
  try {
    return { firstSeenAt: Temporal.Instant.from(firstSeenAt), id: Number(id) };
  } catch {
    return null;
  }
}
