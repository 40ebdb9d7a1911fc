/**
 * Watched pages whose sites edit, move, hide and decorate them by a script, on the real house: which true changes became versions,
 * which versions were none, and what is said of each quote. Judged by the script, which never saw the reader.
 */
import { findUnseen, listArticleQuotes } from '#src/io/db/quote-fates.ts';
import type { Db } from '#src/io/db/store.ts';
import { seededRandom } from '#test/support/random.ts';
import { startClock } from './clock.ts';
import { openScorecardHouse } from './house.ts';
import { type Site, startSite } from './site.ts';
import { answerAt, type Expected, expectAfter, type ScriptedPage, type Step, writeScripts } from './watch-pages.ts';

/** How large a run is, and on which store; null = the embedded one. The same seed gives the same pages and scripts. */
export type WatchSize = {
  readonly pageCount: number;
  readonly stepCount: number;
  readonly seed: number;
  readonly databaseUrl: string | null;
};

/** What became of one kind of step, counted over all pages and rounds. */
export type StepScore = {
  readonly step: Step;
  readonly count: number;
  readonly wantedVersions: number;
  readonly foundVersions: number;
  readonly rightStates: number;
};

/** The scores by kind of step, and every miss in words. */
export type WatchReport = {
  readonly scores: readonly StepScore[];
  readonly quoteCount: number;
  readonly missed: readonly string[];
};

const start = Temporal.Instant.from('2025-01-27T09:00:00Z');
/** A page that says nothing for so long has failed; on the loopback an answer takes milliseconds, on a busy machine tenths. */
const exchangeMs = 1_500;
/** Longer than the longest wait between two visits to a page. */
const daysPerRound = 8;

/** Lets the house watch the pages through all steps, one visit each, and judges what it knows after each. */
export async function watchScripts(size: WatchSize): Promise<WatchReport> {
  const pages = writeScripts(size.pageCount, size.stepCount, seededRandom(size.seed));
  const clock = startClock(start);
  await using site = await startSite(() => clock.now().since(start).total('milliseconds'));
  const hosts = pages.map(({ index }) => `w${index}.test`);
  const allowPrivate = hosts.map((host) => `${host}:${site.port}`);
  const options = { clock, databaseUrl: size.databaseUrl, allowPrivate, limits: { exchangeMs }, owner: 'watch' };
  await using house = await openScorecardHouse(options);
  const urls = pages.map(({ index, path }) => `http://w${index}.test:${site.port}${path}`);
  setStep(site, pages, 0);
  await house.watch({ pages: urls.map((url) => ({ url })) });
  await house.runDue();
  const judge = startJudging(pages, urls);
  await judge.look(house.deps, 0);
  for (let at = 1; at <= size.stepCount; at += 1) {
    setStep(site, pages, at);
    clock.set(clock.now().add({ hours: 24 * daysPerRound }));
    await house.runDue();
    await judge.look(house.deps, at);
  }
  return judge.report();
}

function setStep(site: Site, pages: readonly ScriptedPage[], stepCount: number): void {
  for (const page of pages) {
    site.answer(`w${page.index}.test`, ({ path }, turn) => {
      if (path === page.path) return answerAt(page, stepCount, turn);
      const isClosed = stepCount > 0 && page.script[stepCount - 1] === 'robots.txt';
      if (path === '/robots.txt')
        return { body: isClosed ? 'User-agent: *\nDisallow: /2025/\n' : 'User-agent: *\nAllow: /\n' };
      return {
        headers: { 'content-type': 'text/html' },
        body: '<title>Valley Post</title><h1>Valley Post</h1><p>News</p>',
      };
    });
  }
}

/** Compares what a store knows with what the scripts say. */
export function startJudging(pages: readonly ScriptedPage[], urls: readonly string[]) {
  const scores = new Map<Step, StepScore>();
  const missed: string[] = [];
  const before = new Map<number, Known>();
  let quoteCount = 0;
  const look = async ({ db }: { readonly db: Db }, stepCount: number): Promise<void> => {
    for (const page of pages) {
      const wanted = expectAfter(page, stepCount);
      const known = await readKnown(db, urls[page.index] ?? '', page);
      quoteCount += 1;
      const faults = compare(wanted, known);
      const step = stepCount === 0 ? null : (page.script[stepCount - 1] ?? null);
      if (step !== null) {
        const last = expectAfter(page, stepCount - 1);
        const score = scores.get(step) ?? { step, count: 0, wantedVersions: 0, foundVersions: 0, rightStates: 0 };
        scores.set(step, {
          step,
          count: score.count + 1,
          wantedVersions: score.wantedVersions + wanted.versionCount - last.versionCount,
          foundVersions: score.foundVersions + known.versionCount - (before.get(page.index)?.versionCount ?? 0),
          rightStates: score.rightStates + (faults.length === 0 ? 1 : 0),
        });
      }
      before.set(page.index, known);
      for (const fault of faults) missed.push(`page ${page.index} after step ${stepCount} (${step}): ${fault}`);
    }
  };
  return { look, report: (): WatchReport => ({ scores: [...scores.values()], quoteCount, missed }) };
}

/** What the ledger knows of a page. */
type Known = {
  readonly articleCount: number;
  readonly versionCount: number;
  readonly states: readonly { readonly state: string; readonly words: string | null; readonly isTimed: boolean }[];
  readonly otherStates: readonly string[];
  readonly isUnseen: boolean;
};

async function readKnown(db: Db, url: string, page: ScriptedPage): Promise<Known> {
  const articles = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.article_id', 'articles.id')
    .select(['articles.id', 'versions.id as version_id'])
    .where('articles.url', '=', url)
    .execute();
  const articleId = articles[0]?.id ?? 0;
  const quotes = await listArticleQuotes(db, articleId);
  const followed = quotes.filter(({ quote }) => quote === page.quote);
  return {
    articleCount: new Set(articles.map(({ id }) => id)).size,
    versionCount: articles.length,
    states: followed.map(({ state, words, lastThereAt, seenAt }) => ({
      state,
      words,
      isTimed: state === 'present' || (lastThereAt !== null && seenAt !== null && lastThereAt < seenAt),
    })),
    otherStates: quotes.filter(({ claim }) => claim === 'cost').map(({ state }) => state),
    isUnseen: (await findUnseen(db, articleId)) !== null,
  };
}

function compare(wanted: Expected, known: Known): readonly string[] {
  const faults: string[] = [];
  if (known.articleCount !== 1) faults.push(`${known.articleCount} articles`);
  if (known.versionCount !== wanted.versionCount)
    faults.push(`${known.versionCount} versions, wanted ${wanted.versionCount}`);
  // A quote that has moved also stands in the newest version, at its new place.
  const state = known.states.find((each) => each.state !== 'present') ?? known.states[0];
  if (state?.state !== wanted.state) faults.push(`the quote is ${state?.state ?? 'unknown'}, wanted ${wanted.state}`);
  else if (state.words !== wanted.words) faults.push(`its new words are “${state.words}”, wanted “${wanted.words}”`);
  else if (!state.isTimed) faults.push('the change has no time between two looks');
  if (known.isUnseen !== wanted.isUnseen)
    faults.push(wanted.isUnseen ? 'counts as looked at' : 'counts as not looked at');
  if (known.otherStates.join() !== 'present')
    faults.push(`the quote beside it is ${known.otherStates.join() || 'unknown'}`);
  return faults;
}

/** Prints the table; true when nothing was missed. */
export function printWatch({ scores, quoteCount, missed }: WatchReport): boolean {
  console.log('step                  pages  true changes  versions  quote states right');
  for (const { step, count, wantedVersions, foundVersions, rightStates } of scores.toSorted((a, b) =>
    a.step < b.step ? -1 : 1,
  )) {
    const columns = [count, wantedVersions, foundVersions, rightStates].map((value, at) =>
      String(value).padStart([5, 14, 10, 20][at] ?? 0),
    );
    console.log(`${step.padEnd(22)}${columns.join('')}`);
  }
  const sum = (pick: (score: StepScore) => number): number => scores.reduce((all, score) => all + pick(score), 0);
  const wanted = sum(({ wantedVersions }) => wantedVersions);
  const found = sum(({ wantedVersions, foundVersions }) => Math.min(wantedVersions, foundVersions));
  const extra = sum(({ wantedVersions, foundVersions }) => Math.max(0, foundVersions - wantedVersions));
  for (const line of missed.slice(0, 30)) console.log(`MISSED  ${line}`);
  console.log(
    `true changes found: ${found} of ${wanted}; false changes: ${extra}; quote states right: ${quoteCount - new Set(missed.map((line) => line.split(':')[0])).size} of ${quoteCount}`,
  );
  return missed.length === 0;
}
