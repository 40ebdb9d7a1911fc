/** What a search asks of an article, as SQL. */
import {
  type Expression,
  type ExpressionBuilder,
  expressionBuilder,
  type QueryCreator,
  type RawBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import type { ArticleQuery, QueryNode } from '#src/core/search/article-query.ts';
import { cutSoughtWords, writePhraseQuery } from '#src/core/search/words.ts';
import { heldStance, isCounted, isStandingVerdict } from './last-word.ts';
import type { Schema } from './schema.ts';

/**
 * The kept articles that meet a query; select, order and limit are the caller's. `isCoarse`: words of a phrase may stand anywhere, which
 * the index answers by itself; whether they stand side by side is in the article's own entry, and 1,000 entries take 10 ms to read.
 */
export function matchArticles(db: QueryCreator<Schema>, query: ArticleQuery, options: MatchOptions = {}) {
  const { isRelevantOnly = false, isCoarse = false } = options;
  return db
    .selectFrom('articles')
    .where('articles.is_kept', '=', true)
    .where('articles.current_version_id', 'is not', null)
    .$if(isRelevantOnly, (select) => select.where('articles.is_relevant', '=', true))
    .where((eb) => meetsAll(eb, isCoarse ? listNodes(query).flatMap(loosen) : listNodes(query)));
}

/** Which articles count as met. */
export type MatchOptions = { readonly isRelevantOnly?: boolean; readonly isCoarse?: boolean };

/** Whether the index alone cannot tell: somewhere words have to stand side by side. */
export function hasPhrases(query: ArticleQuery): boolean {
  return listNodes(query).some(isOfPhrases);
}

/** What an article has to meet beside the loose form of a query. */
export function meetsExactly(query: ArticleQuery): Condition {
  return meetsAll(expressionBuilder<Schema, 'articles'>(), listNodes(query).filter(isOfPhrases));
}

/** Whether a walk from the newest article on soon finds enough: nothing is asked but days. */
export function isOfDays(query: ArticleQuery): boolean {
  return listNodes(query).every(({ kind }) => kind === 'before' || kind === 'after');
}

type Articles = ExpressionBuilder<Schema, 'articles'>;
type Condition = Expression<SqlBool>;

function listNodes(query: ArticleQuery): readonly QueryNode[] {
  return query.clauses.map(({ node }) => node);
}

function isOfPhrases(node: QueryNode): boolean {
  if (node.kind === 'words') return cutSoughtWords(node.words).length > 1;
  if (node.kind === 'not') return isOfPhrases(node.node);
  return (node.kind === 'and' || node.kind === 'or') && node.nodes.some(isOfPhrases);
}

/** The condition without the order of words. What is excluded by a phrase excludes nothing yet. */
function loosen(node: QueryNode): readonly QueryNode[] {
  if (!isOfPhrases(node)) return [node];
  if (node.kind === 'words') return cutSoughtWords(node.words).map(({ word }) => ({ kind: 'words', words: word }));
  if (node.kind === 'and') return [{ kind: 'and', nodes: node.nodes.flatMap(loosen) }];
  if (node.kind !== 'or') return [];
  const nodes = node.nodes.map((each): QueryNode => ({ kind: 'and', nodes: loosen(each) }));
  return [{ kind: 'or', nodes }];
}

/** Conditions side by side: of several values of one filter one is enough, and claim, stance and speaker are those of one quote. */
function meetsAll(eb: Articles, nodes: readonly QueryNode[]): Condition {
  const conditions: Condition[] = [];
  const words = nodes.filter(isOfWords);
  if (words.length > 0) conditions.push(hasWords({ kind: 'and', nodes: words }));
  const quote = readQuoteFilter(nodes);
  if (quote.claims.length + quote.stances.length + quote.speakers.length > 0) conditions.push(hasQuote(eb, quote));
  const sources = valuesOf(nodes, 'source');
  if (sources.length > 0) conditions.push(isFrom(sources));
  const languages = valuesOf(nodes, 'lang');
  if (languages.length > 0) conditions.push(eb.or(languages.map(isIn)));
  for (const node of nodes) {
    if (isOfWords(node)) continue;
    if (node.kind === 'before') conditions.push(eb(writtenAt, '<', startOf(node.value)));
    if (node.kind === 'after') conditions.push(eb(writtenAt, '>=', startOf(node.value)));
    if (node.kind === 'not') conditions.push(sql<SqlBool>`not (${meetsAll(eb, [node.node])})`);
    if (node.kind === 'or') conditions.push(eb.or(node.nodes.map((each) => meetsAll(eb, [each]))));
    if (node.kind === 'and') conditions.push(meetsAll(eb, node.nodes));
  }
  return eb.and(conditions);
}

/** A day counts by what the article says of itself; undated ones by when we first saw them. */
const writtenAt = sql<Temporal.Instant>`coalesce(articles.published_at, articles.first_seen_at)`;

/** Whether a condition asks for nothing but words: then the index answers it by itself, whole. */
function isOfWords(node: QueryNode): boolean {
  if (node.kind === 'not') return isOfWords(node.node);
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.length > 0 && node.nodes.every(isOfWords);
  return node.kind === 'words';
}

function hasWords(node: QueryNode): Condition {
  return sql<SqlBool>`articles.search @@ ${writeWordsQuery(node)}::tsquery`;
}

function writeWordsQuery(node: QueryNode): string {
  if (node.kind === 'words') return `(${writePhraseQuery(node.words)})`;
  if (node.kind === 'not') return `!${writeWordsQuery(node.node)}`;
  if (node.kind === 'and' || node.kind === 'or')
    return `(${node.nodes.map(writeWordsQuery).join(node.kind === 'and' ? ' & ' : ' | ')})`;
  return '';
}

/** What a quote is asked for; an empty list asks for nothing. */
export type QuoteFilter = {
  readonly claims: readonly string[];
  readonly stances: readonly string[];
  readonly speakers: readonly string[];
};

/** What a query asks of one quote. */
export function quoteFilterOf(query: ArticleQuery): QuoteFilter {
  return readQuoteFilter(listNodes(query));
}

function readQuoteFilter(nodes: readonly QueryNode[]): QuoteFilter {
  return {
    claims: valuesOf(nodes, 'claim'),
    stances: valuesOf(nodes, 'stance'),
    speakers: valuesOf(nodes, 'speaker'),
  };
}

/** Whether a quote counts and is what is asked for; for statements on `taggings` that join `verdicts`. */
export function isQuote({ claims, stances, speakers }: QuoteFilter): RawBuilder<SqlBool> {
  const conditions = [sql`taggings.closed_at is null`, sql`${isCounted}`];
  if (claims.length > 0) conditions.push(sql`taggings.claim_id in (${sql.join([...claims])})`);
  if (stances.length > 0) conditions.push(sql`${heldStance} in (${sql.join([...stances])})`);
  if (speakers.length > 0) conditions.push(sql`(${sql.join(speakers.map(isSaidBy), sql` or `)})`);
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** Whether an article has such a quote. */
function hasQuote(eb: Articles, filter: QuoteFilter): Condition {
  return eb.exists(
    eb
      .selectFrom('taggings')
      .leftJoin('verdicts', (join) => join.on(isStandingVerdict))
      .select('taggings.id')
      .whereRef('taggings.version_id', '=', 'articles.current_version_id')
      .where(isQuote(filter)),
  );
}

/** People are named with and without title or first name: a part of the name is enough, accents aside. */
function isSaidBy(speaker: string): RawBuilder<SqlBool> {
  const part = fold(speaker).replace(/[\\%_]/g, '\\$&');
  return sql<SqlBool>`regexp_replace(normalize(lower(taggings.speaker), NFD), ${accents}, '', 'g') like ${`%${part}%`}`;
}

const accents = '[\u0300-\u036f]';

function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
}

/** By the id of a source, its name, or the name of an outlet. As one set: alternatives side by side would read every article. */
function isFrom(sources: readonly string[]): Condition {
  const names = sql.join(sources.map((source) => source.toLowerCase()));
  return sql<SqlBool>`articles.id in (
    with named as (select id from sources where id in (${sql.join([...sources])}) or lower(name) in (${names}))
    select id from articles where is_kept and lower(outlet) in (${names})
    union select id from articles where is_kept and source_id in (select id from named)
    union select article_id from items where source_id in (select id from named) and article_id is not null)`;
}

/** A language with its regions, or one region of it. */
function isIn(lang: string): RawBuilder<SqlBool> {
  const wanted = lang.toLowerCase();
  const isWhole = sql<SqlBool>`lower(split_part(articles.lang, '-', 1)) = ${wanted.split('-')[0] ?? ''}`;
  return wanted.includes('-') ? sql<SqlBool>`(${isWhole} and lower(articles.lang) = ${wanted})` : isWhole;
}

function valuesOf(
  nodes: readonly QueryNode[],
  kind: 'claim' | 'stance' | 'source' | 'lang' | 'speaker',
): readonly string[] {
  return nodes.flatMap((node) => (node.kind === kind ? [node.value] : []));
}

function startOf(day: string): Temporal.Instant {
  return Temporal.PlainDate.from(day).toZonedDateTime('UTC').toInstant();
}
