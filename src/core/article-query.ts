/** The query language of the article search: words, "phrases", -not, OR, and filters such as claim: or before:. */
import { type Stance, stances } from '#src/core/balance.ts';

/** Longest query that is read, in characters, and most clauses: a person types neither. */
const queryLengthMax = 500;
const clausesMax = 30;

/** Words that must stand side by side in the text; a single word is a phrase of one. */
export type SearchTerm = { readonly words: string; readonly isExcluded: boolean };

/** One condition, with the text it was written as. In a `words` clause one of the terms is enough. */
export type QueryClause =
  | { readonly kind: 'words'; readonly text: string; readonly terms: readonly SearchTerm[] }
  | { readonly kind: 'claim' | 'source' | 'lang'; readonly text: string; readonly value: string }
  | { readonly kind: 'stance'; readonly text: string; readonly value: Stance }
  | { readonly kind: 'before' | 'after'; readonly text: string; readonly value: string };

/**
 * A read query. All clauses must hold, but of several claims, stances, sources or languages one is enough. `before` and `after` hold a day
 * (YYYY-MM-DD): up to that day without it, and from that day on. `problems` are sentences for the person who typed it.
 */
export type ArticleQuery = { readonly clauses: readonly QueryClause[]; readonly problems: readonly string[] };

/** The query that every article meets. */
export const emptyQuery: ArticleQuery = { clauses: [], problems: [] };

const token = /(-?)(?:(claim|stance|source|lang|before|after):)?(?:"([^"]*)"|([^\s"]+))/giu;

/** Reads a query. Never throws: what cannot be read as written is searched for as words, or left out, and said so. */
export function parseArticleQuery(text: string): ArticleQuery {
  const clauses: QueryClause[] = [];
  const problems: string[] = [];
  const line = text.slice(0, queryLengthMax).replace(/[“”„«»＂]/gu, '"');
  if ((line.split('"').length - 1) % 2 === 1)
    problems.push('There is a “"” without its partner. We searched for the words instead.');
  let isAlternative = false;
  for (const [written, minus, filter, phrase, word] of line.matchAll(token)) {
    if (clauses.length >= clausesMax) break;
    if (written === 'OR') {
      isAlternative = true;
      continue;
    }
    const value = phrase ?? word ?? '';
    if (filter === undefined) addWords(clauses, { written, value, isExcluded: minus === '-', isAlternative });
    else addFilter({ clauses, problems }, { kind: filter.toLowerCase(), value, written, isExcluded: minus === '-' });
    isAlternative = false;
  }
  return { clauses, problems };
}

/** The words that a text must show to explain why it was found; nothing of what was excluded. */
export function listSearchWords(query: ArticleQuery): readonly string[] {
  return query.clauses.flatMap((clause) =>
    clause.kind === 'words' ? clause.terms.filter((term) => !term.isExcluded).map((term) => term.words) : [],
  );
}

/** The query as text, without one of its clauses. */
export function queryWithout(query: ArticleQuery, clause: QueryClause): string {
  return query.clauses
    .filter((other) => other !== clause)
    .map((other) => other.text)
    .join(' ');
}

type WordToken = {
  readonly written: string;
  readonly value: string;
  readonly isExcluded: boolean;
  readonly isAlternative: boolean;
};

function addWords(clauses: QueryClause[], { written, value, isExcluded, isAlternative }: WordToken): void {
  // Parentheses only ever hold alternatives here, and OR binds its neighbours anyway.
  const words = value.replace(/^\(+|\)+$/g, '');
  if (!/[\p{L}\p{N}]/u.test(words)) return;
  const text = written.replace(/^(-?)\(+/, '$1').replace(/\)+$/, '');
  const term = { words, isExcluded };
  const last = clauses.at(-1);
  if (isAlternative && last?.kind === 'words') {
    clauses[clauses.length - 1] = { kind: 'words', text: `${last.text} OR ${text}`, terms: [...last.terms, term] };
  } else clauses.push({ kind: 'words', text, terms: [term] });
}

type Found = { readonly clauses: QueryClause[]; readonly problems: string[] };
type FilterToken = {
  readonly kind: string;
  readonly value: string;
  readonly written: string;
  readonly isExcluded: boolean;
};

function addFilter({ clauses, problems }: Found, { kind, value, written, isExcluded }: FilterToken): void {
  if (isExcluded) {
    problems.push(`“${written}” cannot be excluded; only words can. We left it out.`);
    return;
  }
  if (kind === 'before' || kind === 'after') {
    if (isDay(value)) clauses.push({ kind, text: written, value });
    else problems.push(`“${written}” is no day such as ${kind}:2025-01-30. We left it out.`);
  } else if (kind === 'stance') {
    const stance = stances.find((known) => known === value.toLowerCase());
    if (stance !== undefined) clauses.push({ kind, text: written, value: stance });
    else problems.push(`“${written}” names no stance; they are supports, reports and disputes. We left it out.`);
  } else if (kind === 'claim' || kind === 'source' || kind === 'lang') clauses.push({ kind, text: written, value });
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}
