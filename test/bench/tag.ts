import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { parse } from 'yaml';
import { z } from 'zod';
import { claimSectionShape } from '#src/config/claim-schema.ts';
import type { LedgerDefinition } from '#src/core/claim-definition.ts';
import { type CompiledLedger, compileLedger } from '#src/core/claim-language.ts';
import { Focus } from '#src/core/focus.ts';
import { inflect } from '#src/core/inflection.ts';
import { extractPage } from '#src/core/page.ts';
import { tagText } from '#src/core/tagging.ts';
import { findCandidates } from '#src/core/tagging-candidates.ts';
import { readWords } from '#src/core/tagging-reading.ts';
import { tokenize } from '#src/core/tokens.ts';
import { findPostgresProblem, startPostgres } from '#test/support/postgres.ts';
import { median, printBar } from './bar.ts';
import { readPages } from './pages.ts';

const CLAIM_COUNTS = [15, 1_000, 10_000] as const;
const ARTICLE_CHARS = 5_000;
const ARTICLE_COUNT = 40;
/** A regex per claim needs seconds for one article at 10,000 claims: fewer articles tell as much. */
const NAIVE_ARTICLE_COUNT = 4;
const ROUND_COUNT = 5;
const WARM_UP_COUNT = 3;
const STAGE_TURN_COUNT = 9;
const GROUPS = 3;
const TERMS = 4;
const WILDCARD_EVERY = 4;
/** Two sentences of news. */
const WINDOW_CHARS = 250;

const NAIVE_RATIO_MIN: Readonly<Record<number, number>> = { 1000: 100, 10000: 200 };
const POSTGRES_RATIO_MIN = 5;
const GROWTH_MAX = 3;
const STAGE_SHARE_MAX = 1;
const STAGE_RATE_MIN = 500;

const articleSchema = z.object({ title: z.string(), text: z.string() });
type Article = z.infer<typeof articleSchema>;

/** One way to find the claims that an article states; `find` gives how many. */
type Matcher = { readonly articleCount: number; readonly find: (article: Article) => number | Promise<number> };

/**
 * Prints how long finding the claims of an article takes, alone: our index with its windows of sentences against a pattern per
 * claim and against a query per claim in Postgres, both of which look at whole articles. Then what the whole stage, from
 * sentences to stance, takes for the shipped claims against the reading of the same pages.
 */
export async function benchTag(sharedDir: string): Promise<void> {
  const news = readNews(sharedDir);
  const articles = cutArticles(news);
  const words = [...new Set(news.flatMap(({ title }) => tokenize(title).map((token) => token.form)))].filter(
    (word) => word.length > 3,
  );
  const problem = findPostgresProblem();
  if (problem !== null) console.log(`tag: not compared with Postgres: ${problem}`);
  await using server = problem === null ? await startPostgres() : null;
  console.log(`tag: articles of ${ARTICLE_CHARS} characters, finding claims alone, best of ${ROUND_COUNT} rounds`);
  const costs = new Map<number, number>();
  for (const count of CLAIM_COUNTS) {
    const ms = await compareMatchers(generateLedger(words, count), { articles, url: server?.url ?? null });
    costs.set(count, ms);
  }
  const [few = 0, , many = 0] = CLAIM_COUNTS;
  const growth = (costs.get(many) ?? Number.NaN) / (costs.get(few) ?? Number.NaN);
  printBar({ name: `time at ${many} claims against ${few}`, figure: growth, unit: 'x', most: GROWTH_MAX });
  await benchStage(sharedDir);
}

/** Prints the three rates for one ledger and gives our milliseconds per article. */
async function compareMatchers(
  ledger: LedgerDefinition,
  { articles, url }: { readonly articles: readonly Article[]; readonly url: string | null },
): Promise<number> {
  const count = ledger.claims.length;
  const { value } = compileLedger(ledger);
  const patterns = ledger.claims.map(toPattern);
  const own = { articleCount: ARTICLE_COUNT, find: (article: Article) => countFound(value, article) };
  const naive = {
    articleCount: NAIVE_ARTICLE_COUNT,
    find: (article: Article) => patterns.filter((pattern) => meetsPattern(pattern, article.text)).length,
  };
  await using queries = url === null ? null : await openQueries(url, ledger);
  const matchers: readonly Matcher[] = queries === null ? [own, naive] : [own, naive, queries];
  const [ms = 0, naiveMs = 0, queryMs] = await timeMatchers(matchers, articles);
  const postgres = queryMs === undefined ? '' : `, a query per claim in Postgres ${(1000 / queryMs).toFixed(1)}/s`;
  console.log(
    `  ${count} claims: claimledger ${(1000 / ms).toFixed(0)}/s, a pattern per claim ${(1000 / naiveMs).toFixed(1)}/s${postgres}`,
  );
  const least = NAIVE_RATIO_MIN[count];
  if (least !== undefined)
    printBar({ name: `${count} claims, speed of patterns`, figure: naiveMs / ms, unit: 'x', least });
  if (queryMs !== undefined && count === CLAIM_COUNTS[2]) {
    printBar({
      name: `${count} claims, speed of Postgres`,
      figure: queryMs / ms,
      unit: 'x',
      least: POSTGRES_RATIO_MIN,
    });
  }
  return ms;
}

/** The milliseconds per article of each matcher: of every article its quickest round, because other work on the machine only adds. */
async function timeMatchers(matchers: readonly Matcher[], articles: readonly Article[]): Promise<readonly number[]> {
  const best = matchers.map(({ articleCount }) => new Array<number>(articleCount).fill(Number.POSITIVE_INFINITY));
  for (let round = 0; round < ROUND_COUNT; round++) {
    for (const [at, { articleCount, find }] of matchers.entries()) {
      for (const [number, article] of articles.slice(0, articleCount).entries()) {
        const startedAt = performance.now();
        await find(article);
        const times = best[at] ?? [];
        times[number] = Math.min(times[number] ?? Number.POSITIVE_INFINITY, performance.now() - startedAt);
      }
    }
  }
  return best.map((times) => times.reduce((sum, ms) => sum + ms, 0) / times.length);
}

/** Finds claims and nothing else: no language, amounts, stance or speakers. */
function countFound(ledger: CompiledLedger, article: Article): number {
  const reading = readWords(ledger, { ...article, lang: 'en' });
  return findCandidates(ledger, { reading, focus: new Focus(reading) }).length;
}

/** A table of one tsquery per claim, asked with each article as tsvector: the classifier that a database offers. */
async function openQueries(url: string, ledger: LedgerDefinition): Promise<Matcher & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
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
  return { articleCount: ARTICLE_COUNT, find, [Symbol.asyncDispose]: () => client.end() };
}

/**
 * Reads and tags the same pages in turns: the stage after the reading must not be the slower one. It has a thread of its own, in
 * which nothing was measured before.
 */
async function benchStage(sharedDir: string): Promise<void> {
  const worker = new Worker(import.meta.filename, { workerData: { sharedDir } });
  const turns = z.array(turnSchema).parse((await once(worker, 'message'))[0]);
  console.log(`tag: the whole stage with the shipped claims, processor time, ${turns.length} turns`);
  const share = median(turns.map((turn) => turn.share));
  printBar({ name: 'time of tagging against reading the pages', figure: share, unit: 'x', most: STAGE_SHARE_MAX });
  const rate = Math.max(...turns.map((turn) => turn.rate));
  printBar({ name: 'best turn', figure: rate, unit: ' articles/s', least: STAGE_RATE_MIN });
}

const turnSchema = z.object({ share: z.number(), rate: z.number() });

/** The turns, the first ones left out: code is compiled as it turns out to be used much. */
function measureStage(sharedDir: string): readonly z.infer<typeof turnSchema>[] {
  const { value } = compileLedger(readShippedLedger());
  const pages = readPages(sharedDir);
  const read = () => pages.map((bytes) => extractPage({ url: 'https://news.example/story', bytes, contentType: null }));
  const articles = read().map(({ title, text, lang }) => ({ title: title ?? '', text, lang }));
  const turns = Array.from({ length: WARM_UP_COUNT + STAGE_TURN_COUNT }, () => {
    const extractSeconds = timeWork(read);
    const tagSeconds = timeWork(() => articles.map((article) => tagText(value, article)));
    return { share: tagSeconds / extractSeconds, rate: articles.length / tagSeconds };
  });
  return turns.slice(WARM_UP_COUNT);
}

function timeWork(work: () => unknown): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

function readShippedLedger(): LedgerDefinition {
  const source = readFileSync(new URL('../../ledger.yaml', import.meta.url), 'utf8');
  return z.object(claimSectionShape).parse(parse(source));
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

if (!isMainThread)
  parentPort?.postMessage(measureStage(z.object({ sharedDir: z.string() }).parse(workerData).sharedDir));
