/** The query language of the article search: words, "phrases", -not, OR, parentheses, and filters such as claim: or before:. */
import { type Stance, stances } from '#src/core/digest/balance.ts';
import { cutSoughtWords } from './words.ts';

/** Longest query that is read, in characters, most pieces of it, and how deep parentheses may stand: a person types none of these. */
const queryLengthMax = 500;
const piecesMax = 60;
const depthMax = 10;

/** What an article is filtered by: ids of claims, stances, ids or names of sources, languages, people who speak, days. */
export type FilterKind = 'claim' | 'stance' | 'source' | 'lang' | 'speaker' | 'before' | 'after';

/** A condition. `words` stand side by side in the text; a day counts up to it (`before`) or from it on (`after`). */
export type QueryNode =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'stance'; readonly value: Stance }
  | { readonly kind: Exclude<FilterKind, 'stance'>; readonly value: string }
  | { readonly kind: 'not'; readonly node: QueryNode }
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly QueryNode[] };

/** One condition of a query with the text it was written as. */
export type QueryClause = { readonly text: string; readonly node: QueryNode };

/**
 * A read query. All clauses must hold, but of several claims, stances, sources, languages or speakers side by side one is enough, and
 * claim, stance and speaker are those of one quote. `asOf` is the day (YYYY-MM-DD) at whose start everything is to be told; null = now.
 * `problems` are sentences for the person who typed it.
 */
export type ArticleQuery = {
  readonly clauses: readonly QueryClause[];
  readonly asOf: string | null;
  readonly problems: readonly string[];
};

/** The query that every article meets. */
export const emptyQuery: ArticleQuery = { clauses: [], asOf: null, problems: [] };

const piece =
  /-?\(|\)|(-?)(?:(claim|stance|source|lang|speaker|before|after|as-of):)?(?:"([^"]*)"|([^\s"()]+(?:\([^\s"()]*\))*))/giu;

type Piece = {
  readonly written: string;
  readonly start: number;
  readonly end: number;
  readonly isExcluded: boolean;
  readonly filter: string | null;
  readonly value: string;
};

/** Reads a query. Never throws: what cannot be read as written is searched for as words, or left out, and said so. */
export function parseArticleQuery(text: string): ArticleQuery {
  const line = text.slice(0, queryLengthMax).replace(/[“”„«»＂]/gu, '"');
  const problems = findProblems(line);
  // A parenthesis without its partner says nothing of what belongs together: the words alone do.
  const pieces = listPieces(line).filter(({ value }) => problems.parentheses === null || !'()-('.includes(value));
  const reader = new QueryReader(line, pieces);
  const clauses = reader.readAll();
  return {
    clauses,
    asOf: reader.asOf,
    problems: [problems.quotes, problems.parentheses, ...reader.problems].filter((problem) => problem !== null),
  };
}

/** The phrases that a text must show to explain why it was found; nothing of what was excluded. */
export function listSearchWords(query: ArticleQuery): readonly string[] {
  return query.clauses.flatMap(({ node }) => listWords(node));
}

/** The query as text, without one of its clauses. */
export function queryWithout(query: ArticleQuery, clause: QueryClause): string {
  return writeQuery({ ...query, clauses: query.clauses.filter((other) => other !== clause) });
}

/** The query as text: what `parseArticleQuery` reads as the same conditions. */
export function writeQuery({ clauses, asOf }: ArticleQuery): string {
  return [...clauses.map(({ text }) => text), ...(asOf === null ? [] : [`as-of:${asOf}`])].join(' ');
}

/** A filter as it is typed. */
export function writeFilter(kind: FilterKind, value: string): string {
  return `${kind}:${/[\s()"]/u.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;
}

function listWords(node: QueryNode): readonly string[] {
  if (node.kind === 'words') return [node.words];
  return node.kind === 'and' || node.kind === 'or' ? node.nodes.flatMap(listWords) : [];
}

function listPieces(line: string): readonly Piece[] {
  return [...line.matchAll(piece)].slice(0, piecesMax).map((match) => {
    const [written, minus, filter, phrase, word] = match;
    const place = { written, start: match.index, end: match.index + written.length };
    if (written === ')' || written.endsWith('(') === true) {
      const isExcluded = written.startsWith('-');
      return { ...place, isExcluded, filter: null, value: isExcluded ? '(' : written };
    }
    return { ...place, isExcluded: minus === '-', filter: filter?.toLowerCase() ?? null, value: phrase ?? word ?? '' };
  });
}

function findProblems(line: string): { readonly quotes: string | null; readonly parentheses: string | null } {
  const isHalfQuoted = (line.split('"').length - 1) % 2 === 1;
  let depth = 0;
  let hasStray = false;
  for (const { value } of listPieces(line)) {
    if (value === '(') depth += 1;
    if (value === ')') depth -= 1;
    hasStray ||= depth < 0;
    if (depth > depthMax)
      return {
        quotes: null,
        parentheses: `Parentheses stand more than ${depthMax} deep. We searched for the words instead.`,
      };
  }
  const without = (mark: string, partner: string): string =>
    `There is a “${mark}” without its ${partner}. We searched for the words instead.`;
  return {
    quotes: isHalfQuoted ? without('"', 'partner') : null,
    parentheses: hasStray ? without(')', '“(”') : depth > 0 ? without('(', '“)”') : null,
  };
}

/** Reads the pieces of one query from left to right. */
class QueryReader {
  readonly problems: string[] = [];
  asOf: string | null = null;
  readonly #line: string;
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(line: string, pieces: readonly Piece[]) {
    this.#line = line;
    this.#pieces = pieces;
  }

  /** The conditions up to the closing parenthesis, or to the end; OR binds its neighbours more closely than a blank. */
  readAll(): readonly QueryClause[] {
    const clauses: QueryClause[] = [];
    let isAlternative = false;
    for (let next = this.#pieces[this.#at]; next !== undefined; next = this.#pieces[this.#at]) {
      this.#at += 1;
      if (next.value === ')' && next.written === ')') break;
      if (next.written === 'OR') {
        isAlternative = clauses.length > 0;
        continue;
      }
      const clause = this.#readOne(next);
      const last = clauses.at(-1);
      if (clause === null) continue;
      if (isAlternative && last !== undefined) clauses[clauses.length - 1] = joinAlternatives(last, clause);
      else clauses.push(clause);
      isAlternative = false;
    }
    return clauses;
  }

  #readOne(first: Piece): QueryClause | null {
    if (first.written.endsWith('(')) return this.#readGroup(first);
    const node = first.filter === null ? readWords(first) : this.#readFilter(first, first.filter);
    return node === null ? null : { text: first.written, node: first.isExcluded ? { kind: 'not', node } : node };
  }

  #readGroup(first: Piece): QueryClause | null {
    const inside = this.readAll();
    const end = this.#pieces[this.#at - 1]?.end ?? this.#line.length;
    const [only] = inside;
    if (only === undefined) return null;
    const text = this.#line.slice(first.start, end);
    const node: QueryNode = inside.length === 1 ? only.node : { kind: 'and', nodes: inside.map((each) => each.node) };
    return { text, node: first.isExcluded ? { kind: 'not', node } : node };
  }

  #readFilter({ value, written }: Piece, filter: string): QueryNode | null {
    if (filter === 'as-of' || filter === 'before' || filter === 'after') {
      if (!isDay(value)) return this.#leaveOut(`“${written}” is no day such as ${filter}:2025-01-30.`);
      if (filter !== 'as-of') return { kind: filter, value };
      this.asOf = value;
      return null;
    }
    if (value.trim() === '') return this.#leaveOut(`“${written}” names nothing.`);
    if (filter === 'claim' || filter === 'source' || filter === 'lang' || filter === 'speaker')
      return { kind: filter, value };
    const stance = stances.find((known) => known === value.toLowerCase());
    if (stance !== undefined) return { kind: 'stance', value: stance };
    return this.#leaveOut(`“${written}” names no stance; they are supports, reports and disputes.`);
  }

  #leaveOut(problem: string): null {
    this.problems.push(`${problem} We left it out.`);
    return null;
  }
}

function readWords({ value }: Piece): QueryNode | null {
  return cutSoughtWords(value).length === 0 ? null : { kind: 'words', words: value };
}

function joinAlternatives(one: QueryClause, other: QueryClause): QueryClause {
  const nodes = one.node.kind === 'or' && !one.text.startsWith('(') ? one.node.nodes : [one.node];
  return { text: `${one.text} OR ${other.text}`, node: { kind: 'or', nodes: [...nodes, other.node] } };
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
