/** Articles as people search and read them. Everything here shows kept articles only, and of each its current version. */
import { sql } from 'kysely';
import type { Spoken } from '#src/core/caption/spoken.ts';
import type { CaptionKind } from '#src/core/caption/track.ts';
import type { GivenAnswer, Unseen } from '#src/core/digest/digest.ts';
import { type ArticleCaptions, findArticleCaptions } from './captions.ts';
import { heldStance, isCounted, isStandingVerdict, judgedBy } from './last-word.ts';
import { type ArticleQuote, findUnseen, listArticleQuotes } from './quote-fates.ts';
import type { Stance, TextFrom } from './schema.ts';
import { spokenIn } from './spoken.ts';
import type { Db } from './store.ts';
import { type ArticlePlace, listPlaces } from './story-places.ts';

/** One quote of a tagging: UTF-16 offsets into the field named. */
export type ArticleEvidence = {
  readonly field: 'text' | 'title';
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  /** Set when it stands in captions or a transcript. */
  readonly spoken: Spoken | null;
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
  /** Whose captions its text ends with; null for none. */
  readonly captions: CaptionKind | null;
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
  /** The track that its page or feed offers; null when it offers none. */
  readonly captions: ArticleCaptions | null;
};

/** Versions shown for one article; a page that changes every day would fill the screen. */
const versionsMax = 20;

/** What a list shows of an article. */
export const articleColumns = [
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
    captions: await findArticleCaptions(db, id),
  };
}

/** Characters of a text that an excerpt is looked for in. */
const excerptTextMax = 20_000;

/** The texts of articles, for excerpts: of long ones the beginning. */
export async function listArticleTexts(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .select(['articles.id', sql<string>`left(versions.text, ${sql.lit(excerptTextMax)})`.as('text')])
    .where('articles.id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row.text]));
}

async function listVersions(db: Db, articleId: number): Promise<readonly ArticleVersion[]> {
  const rows = await db
    .selectFrom('versions')
    .leftJoin('version_captions', 'version_captions.version_id', 'versions.id')
    .select(['number', 'seen_at', 'reason', 'text_from', 'extractor', 'title', 'text', 'corrections'])
    .select('version_captions.kind as captions')
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

/** Rows of articles with what they say about claims and where they stand in their stories. */
export async function withTaggings(db: Db, rows: readonly BareRow[]): Promise<readonly ArticleRow[]> {
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
      coalesce((select jsonb_agg(jsonb_build_object('field', e.field, 'start', e.start_offset, 'end', e.end_offset, 'quote', e.quote,
        'spoken', ${spokenIn('e', 'taggings.version_id')})
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
