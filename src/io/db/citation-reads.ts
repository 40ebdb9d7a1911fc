/** Which article cites which, and for a claim, who has it from whom. */
import { sql } from 'kysely';
import { buildCitationTree, type CitationTree, type CitingArticle } from '#src/core/citation-tree.ts';
import type { Db } from './store.ts';

/** Articles taken into one tree, the earliest first; a claim with more is charted by its first reports. */
const articlesMax = 500;

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
export async function findCitationTree(db: Db, claim: string): Promise<CitationTree> {
  const { rows } = await sql<QuoteRow>`
    select a.id, a.outlet, a.title, coalesce(a.published_at, a.first_seen_at) as at, t.speaker, e.quote, e.field,
      e.start_offset, e.end_offset, case when m.role = 'original' then null else m.origin_id end as copy_of
    from taggings t
    join articles a on a.id = t.article_id and a.current_version_id = t.version_id and a.is_relevant
    join evidence e on e.tagging_id = t.id and e.position = 0
    left join story_members m on m.article_id = a.id and m.until is null
    left join verdicts d on d.version_id = t.version_id and d.claim_id = t.claim_id and d.stance = t.stance
      and d.undone_at is null
    where t.claim_id = ${claim} and t.closed_at is null and m.role is distinct from 'spun'
      and coalesce(d.verdict <> 'reject', t.status = 'tag')
    order by at, a.id, t.id limit ${articlesMax}`.execute(db);
  const articles = [...Map.groupBy(rows, ({ id }) => id).values()].flatMap(toArticle);
  const citations = await listArticleCitations(
    db,
    articles.map(({ id }) => id),
  );
  const pairs = Map.groupBy(citations, ({ from, to }) => `${from} ${to}`);
  const links = [...pairs.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const quotes = rows.filter(({ id, field }) => id === first.from && field === 'text');
    const quoteCount = quotes.filter((quote) => own.some((citation) => standsIn(citation, quote))).length;
    return [{ from: first.from, to: first.to, quoteCount }];
  });
  return buildCitationTree(articles, links);
}

type QuoteRow = {
  readonly id: number;
  readonly outlet: string;
  readonly title: string;
  readonly at: Temporal.Instant;
  readonly speaker: string | null;
  readonly quote: string;
  readonly field: 'text' | 'title';
  readonly start_offset: number;
  readonly end_offset: number;
  readonly copy_of: number | null;
};

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
