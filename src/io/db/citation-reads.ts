/** Which article cites which, and for a claim, who has it from whom. */
import { sql } from 'kysely';
import { buildCitationTree, type CitationTree, type CitingArticle } from '#src/core/watch/citation-tree.ts';
import { countable, originOf } from './evidence.ts';
import { listFirstOrigins, type Unsettled } from './standings.ts';
import type { Db } from './store.ts';

/** Articles taken into one tree, the earliest first; a claim with more is charted by its first reports. */
const articlesMax = 200;

/** A link in the body of the newest version of an article to another article; offsets are those of its sentence. */
export type ArticleCitation = {
  readonly from: number;
  readonly to: number;
  readonly sentenceStart: number | null;
  readonly sentenceEnd: number | null;
};

/** The citations among these articles. An article that cites itself is left out. */
export async function listArticleCitations(db: Db, articleIds: readonly number[]): Promise<readonly ArticleCitation[]> {
  if (articleIds.length === 0) return [];
  const ids = sql.join([...articleIds]);
  const { rows } = await sql<ArticleCitation>`
    select a.id as "from", target.id as "to", c.sentence_start as "sentenceStart", c.sentence_end as "sentenceEnd"
    from articles a
    join citations c on c.version_id = a.current_version_id
    join articles target on target.key = c.target_key and target.id <> a.id
    where a.id in (${ids}) and target.id in (${ids})
    order by a.id, c.position`.execute(db);
  return rows;
}

/** Who has a claim from whom, by the articles whose quotes count for it. */
export async function findCitationTree(db: Db, claim: string, unsettled: Unsettled): Promise<CitationTree> {
  const origins = await listFirstOrigins(db, { claims: [claim], unsettled, limit: articlesMax });
  const rows = await listCitingQuotes(db, claim, origins);
  const articles = [...Map.groupBy(rows, ({ id }) => id).values()].flatMap(toArticle);
  const citations = await listArticleCitations(
    db,
    articles.map(({ id }) => id),
  );
  const pairs = Map.groupBy(citations, ({ from, to }) => `${from} ${to}`);
  const links = [...pairs.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const quotes = rows.filter(({ id, isPlaced }) => id === first.from && isPlaced);
    const quoteCount = quotes.filter((quote) => own.some((citation) => standsIn(citation, quote))).length;
    return [{ from: first.from, to: first.to, quoteCount }];
  });
  return buildCitationTree(articles, links);
}

/** The quotes of the earliest articles for a claim, each article's together. */
async function listCitingQuotes(db: Db, claim: string, origins: readonly number[]) {
  const rows = await db
    .with('counted', (all) =>
      countable(all, { from: null, until: null, claims: [claim], origins })
        .select([
          'taggings.id as tagging_id',
          'taggings.article_id',
          'taggings.speaker',
          'articles.outlet',
          'articles.title',
        ])
        .select(sql<boolean>`taggings.version_id = articles.current_version_id`.as('is_current'))
        .select(sql<number | null>`nullif(${originOf}, taggings.article_id)`.as('copy_of'))
        .select(sql<Temporal.Instant>`coalesce(articles.published_at, articles.first_seen_at)`.as('at')),
    )
    .with('earliest', (all) =>
      all
        .selectFrom('counted')
        .select('article_id')
        .groupBy(['article_id', 'at'])
        .orderBy('at')
        .orderBy('article_id')
        .limit(articlesMax),
    )
    .selectFrom('counted')
    .innerJoin('evidence', (join) =>
      join.onRef('evidence.tagging_id', '=', 'counted.tagging_id').on('evidence.position', '=', 0),
    )
    .selectAll('counted')
    .select(['evidence.quote', 'evidence.field', 'evidence.start_offset', 'evidence.end_offset'])
    .where('counted.article_id', 'in', (all) => all.selectFrom('earliest').select('article_id'))
    .orderBy('at')
    .orderBy('counted.article_id')
    .orderBy('counted.tagging_id')
    .execute();
  // Sentences of citations are counted in the newest text, so only quotes of that text can stand in one.
  return rows.map((row) => ({ ...row, id: row.article_id, isPlaced: row.field === 'text' && row.is_current }));
}

type QuoteRow = Awaited<ReturnType<typeof listCitingQuotes>>[number];

function toArticle(rows: readonly QuoteRow[]): readonly CitingArticle[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { id, outlet, title, at, copy_of: copyOf } = first;
  const quotes = rows.map(({ quote, speaker }) => ({ quote, speaker }));
  return [{ id, outlet, title, at: at.toString(), copyOf, quotes }];
}

function standsIn(citation: ArticleCitation, quote: QuoteRow): boolean {
  const { sentenceStart, sentenceEnd } = citation;
  return (
    sentenceStart !== null &&
    sentenceEnd !== null &&
    sentenceStart < quote.end_offset &&
    quote.start_offset < sentenceEnd
  );
}
