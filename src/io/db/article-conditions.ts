/** What a search asks of an article, as SQL. */
import { type Expression, type ExpressionBuilder, type QueryCreator, type SqlBool, sql } from 'kysely';
import type { ArticleQuery, QueryClause, SearchTerm } from '#src/core/article-query.ts';
import { heldStance, isCounted, isStandingVerdict } from './last-word.ts';
import type { Schema } from './schema.ts';

/** The kept articles that meet a query; select, order and limit are the caller's. */
export function matchArticles(db: QueryCreator<Schema>, query: ArticleQuery, isRelevantOnly: boolean) {
  return db
    .selectFrom('articles')
    .where('articles.is_kept', '=', true)
    .where('articles.current_version_id', 'is not', null)
    .$if(isRelevantOnly, (select) => select.where('articles.is_relevant', '=', true))
    .where((eb) => eb.and([...listConditions(eb, query.clauses)]));
}

type Articles = ExpressionBuilder<Schema, 'articles'>;

function* listConditions(eb: Articles, clauses: readonly QueryClause[]): Generator<Expression<SqlBool>> {
  for (const clause of clauses) {
    if (clause.kind === 'words') yield eb.or(clause.terms.map(hasWords));
    // A day counts by what the article says of itself; undated ones by when we first saw them.
    const written = sql<Temporal.Instant>`coalesce(articles.published_at, articles.first_seen_at)`;
    if (clause.kind === 'before') yield eb(written, '<', startOf(clause.value));
    if (clause.kind === 'after') yield eb(written, '>=', startOf(clause.value));
  }
  const claims = valuesOf(clauses, 'claim');
  const stances = valuesOf(clauses, 'stance');
  if (claims.length + stances.length > 0) yield isTagged(eb, { claims, stances });
  const sources = valuesOf(clauses, 'source');
  if (sources.length > 0) yield eb.or(sources.map((source) => isFrom(eb, source)));
  const languages = valuesOf(clauses, 'lang');
  if (languages.length > 0)
    yield eb.or(languages.map((lang) => sql<SqlBool>`articles.lang ~* ${`^${escapePattern(lang)}(-|$)`}`));
}

/** Scripts that are written without spaces: the index holds their sentences as one word each. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;

function hasWords(term: SearchTerm): Expression<SqlBool> {
  const found = unspaced.test(term.words)
    ? sql<SqlBool>`exists (select 1 from versions v where v.id = articles.current_version_id
        and (v.title || ' ' || v.text) ilike ${`%${term.words.replace(/[\\%_]/g, '\\$&')}%`})`
    : sql<SqlBool>`articles.search @@ phraseto_tsquery('simple', ${term.words})`;
  return term.isExcluded ? sql<SqlBool>`not ${found}` : found;
}

function isTagged(
  eb: Articles,
  by: { readonly claims: readonly string[]; readonly stances: readonly string[] },
): Expression<SqlBool> {
  return eb.exists(
    eb
      .selectFrom('taggings')
      .leftJoin('verdicts', (join) => join.on(isStandingVerdict))
      .select('taggings.id')
      .whereRef('taggings.version_id', '=', 'articles.current_version_id')
      .where('taggings.closed_at', 'is', null)
      .where(isCounted)
      .$if(by.claims.length > 0, (select) => select.where('taggings.claim_id', 'in', [...by.claims]))
      .$if(by.stances.length > 0, (select) =>
        select.where(sql<SqlBool>`${heldStance} in (${sql.join([...by.stances])})`),
      ),
  );
}

function isFrom(eb: Articles, source: string): Expression<SqlBool> {
  return eb.or([
    eb('articles.source_id', '=', source),
    sql<SqlBool>`lower(articles.outlet) = ${source.toLowerCase()}`,
    eb.exists(
      eb
        .selectFrom('items')
        .innerJoin('sources', 'sources.id', 'items.source_id')
        .select('items.id')
        .whereRef('items.article_id', '=', 'articles.id')
        .where((inner) =>
          inner.or([inner('sources.id', '=', source), sql<SqlBool>`lower(sources.name) = ${source.toLowerCase()}`]),
        ),
    ),
  ]);
}

function valuesOf(clauses: readonly QueryClause[], kind: 'claim' | 'stance' | 'source' | 'lang'): readonly string[] {
  return clauses.flatMap((clause) => (clause.kind === kind ? [clause.value] : []));
}

function startOf(day: string): Temporal.Instant {
  return Temporal.PlainDate.from(day).toZonedDateTime('UTC').toInstant();
}

function escapePattern(text: string): string {
  return text.replace(/[^a-z0-9]/gi, '\\$&');
}
