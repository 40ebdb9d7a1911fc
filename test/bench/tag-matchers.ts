import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { z } from 'zod';
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { type CompiledLedger, compileLedger } from '#src/core/claim/language.ts';
import { findCandidates } from '#src/core/tagging/candidates.ts';
import { Focus } from '#src/core/tagging/focus.ts';
import { readWords } from '#src/core/tagging/reading.ts';
import { inflect } from '#src/core/text/inflection.ts';
import { tokenize } from '#src/core/text/tokens.ts';
import { answerTurns, openMeter } from './runner.ts';

/** Characters of each article. */
export const ARTICLE_CHARS = 5_000;
const ARTICLE_COUNT = 40;
/** A regex per claim needs seconds for one article at 10,000 claims: fewer articles tell as much. */
const NAIVE_ARTICLE_COUNT = 4;
const GROUPS = 3;
const TERMS = 4;
const WILDCARD_EVERY = 4;
/** Two sentences of news. */
const WINDOW_CHARS = 250;

const articleSchema = z.object({ title: z.string(), text: z.string() });
type Article = z.infer<typeof articleSchema>;

/** One way to find the claims that an article states; `find` gives how many. */
type Matcher = { readonly articleCount: number; readonly find: (article: Article) => number | Promise<number> };

/** The ways to find claims. Each gets a process of this module, with its name, the folder of data and a database's address. */
export const MATCHERS = { own: 'own', patterns: 'patterns', queries: 'queries' } as const;

const processSchema = z.tuple([z.enum(MATCHERS), z.string(), z.string()]);

/** Answers a number of claims with the milliseconds of processor time for an article, then with each article's on the wall. */
function measureHere(argv: readonly string[]): void {
  const [name, sharedDir, url] = processSchema.parse(argv);
  const news = readNews(sharedDir);
  const articles = cutArticles(news);
  const words = [...new Set(news.flatMap(({ title }) => tokenize(title).map((token) => token.form)))].filter(
    (word) => word.length > 3,
  );
  const matchers = new Map<string, Promise<Matcher>>();
  const meter = openMeter();
  answerTurns(async (count) => {
    const matcher = matchers.get(count) ?? openMatcher(name, { ledger: generateLedger(words, Number(count)), url });
    matchers.set(count, matcher);
    const { articleCount, find } = await matcher;
    const chosen = articles.slice(0, articleCount);
    const wallMs: number[] = [];
    for (const article of chosen) {
      const startedAt = performance.now();
      await find(article);
      wallMs.push(performance.now() - startedAt);
    }
    return [(meter() * 1_000) / chosen.length, ...wallMs];
  });
}

async function openMatcher(
  name: keyof typeof MATCHERS,
  { ledger, url }: { readonly ledger: LedgerDefinition; readonly url: string },
): Promise<Matcher> {
  if (name === 'queries') return openQueries(url, ledger);
  if (name === 'patterns') {
    const patterns = ledger.claims.map(toPattern);
    const find = ({ text }: Article) => patterns.filter((pattern) => meetsPattern(pattern, text)).length;
    return { articleCount: NAIVE_ARTICLE_COUNT, find };
  }
  const { value } = compileLedger(ledger);
  return { articleCount: ARTICLE_COUNT, find: (article) => countFound(value, article) };
}

/** Finds claims and nothing else: no language, amounts, stance or speakers. */
function countFound(ledger: CompiledLedger, article: Article): number {
  const reading = readWords(ledger, { ...article, lang: 'en' });
  return findCandidates(ledger, { reading, focus: new Focus(reading) }).length;
}

/** A table of one tsquery per claim, asked with each article as tsvector: the classifier that a database offers. */
async function openQueries(url: string, ledger: LedgerDefinition): Promise<Matcher> {
  const client = new pg.Client({ connectionString: url });
  // The process lives as long as its parent asks, whatever else is open.
  process.once('disconnect', () => void client.end());
  await client.connect();
  await client.query('create temporary table claim (query tsquery)');
  const queries = ledger.claims.map((claim) =>
    groupsOf(claim)
      .map((terms) => `(${terms.map((term) => term.replace('*', ':*')).join(' | ')})`)
      .join(' & '),
  );
  await client.query("insert into claim select to_tsquery('english', query) from unnest($1::text[]) as query", [
    queries,
  ]);
  const find = async ({ title, text }: Article): Promise<number> => {
    const values = [`${title}\n${text}`];
    const statement = "select 1 from claim, to_tsvector('english', $1) as words where words @@ query";
    const { rowCount } = await client.query({ name: 'find', text: statement, values });
    return rowCount ?? 0;
  };
  return { articleCount: ARTICLE_COUNT, find };
}

function readNews(sharedDir: string): readonly Article[] {
  const file = join(sharedDir, 'eval/claims/negatives/general-news.jsonl.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => articleSchema.parse(JSON.parse(line)));
}

function cutArticles(news: readonly Article[]): readonly Article[] {
  const long = news.filter(({ text }) => text.length > ARTICLE_CHARS / 2).slice(0, ARTICLE_COUNT);
  return long.map(({ title, text }) => ({ title, text: `${text}\n${text}`.slice(0, ARTICLE_CHARS) }));
}

// A fixed stride through the words instead of chance: the same claims in every run.
function generateLedger(words: readonly string[], count: number): LedgerDefinition {
  const pick = (index: number) => words[(index * 7919) % words.length] ?? 'word';
  const term = (index: number) => (index % WILDCARD_EVERY === 0 ? `${pick(index).slice(0, 5)}*` : pick(index));
  const claims = Array.from({ length: count }, (_, claim) => ({
    id: `claim-${claim}`,
    short: 'Generated',
    statement: 'Generated',
    all: Array.from({ length: GROUPS }, (_, group) =>
      Array.from({ length: TERMS }, (_, at) => term((claim * GROUPS + group) * TERMS + at)),
    ),
    within: '2 sentences',
  }));
  return { topics: [], claims };
}

function groupsOf(claim: LedgerDefinition['claims'][number]): readonly (readonly string[])[] {
  return (claim.all ?? []).flatMap((group) => (Array.isArray(group) ? [group.map(String)] : []));
}

/** The spellings that a term stands for: our words match their regular forms, so the pattern has to as well. */
function listForms(term: string): readonly string[] {
  return term.endsWith('*') ? [term.replace('*', '\\w*')] : inflect(term);
}

/** One pattern for a claim, with a group for each of its groups of words, as anybody would write it down. */
function toPattern(claim: LedgerDefinition['claims'][number]): RegExp {
  const groups = groupsOf(claim).map((terms) => `(${terms.flatMap(listForms).join('|')})`);
  return new RegExp(`\\b(?:${groups.join('|')})\\b`, 'gi');
}

/** Whether words of all groups stand in one stretch of the text that is about as long as two sentences. */
function meetsPattern(pattern: RegExp, text: string): boolean {
  const places = Array.from({ length: GROUPS }, () => [] as number[]);
  for (const match of text.matchAll(pattern)) {
    places[match.slice(1).findIndex((words) => words !== undefined)]?.push(match.index);
  }
  const [first = [], ...others] = places;
  return first.some((at) => others.every((own) => own.some((other) => Math.abs(other - at) < WINDOW_CHARS)));
}

if (import.meta.main) measureHere(process.argv.slice(2));
