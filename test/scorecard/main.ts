/**
 * `npm run scorecard -- fetch [TEST...] [--store postgres] [--target 'command {url}']` and `npm run scorecard -- soak`: how polite
 * and how hard to hurt the fetcher is; `npm run scorecard -- watch [--pages 200] [--kill 50] [--store postgres]`: what it sees of pages
 * that change; `npm run scorecard -- memory --kill 50 [--seed S] [--store postgres]`: whether the ledger ends the same when it is killed;
 * `npm run scorecard -- observed`: what a service tells those who watch over it;
 * `npm run scorecard -- mail web [TEST...] [--roundtrip]`: what mails and pages hold to. All measured on the real code. Ends with 1
 * when a line fails.
 */
import { parseArgs } from 'node:util';
import { execute, startPostgres } from '#test/support/postgres.ts';
import { type ScorecardClock, startClock } from './clock.ts';
import { scoreDoors } from './doors.ts';
import { makeField, namesOf } from './field.ts';
import { answerTests } from './hostile-answers.ts';
import { markupTests } from './hostile-markup.ts';
import { placeTests } from './hostile-places.ts';
import { type Helper, openScorecardHouse } from './house.ts';
import { printMemory, rememberKilled } from './memory.ts';
import { scoreObserved } from './observed.ts';
import { hostTests } from './polite-hosts.ts';
import { mannerTests } from './polite-manners.ts';
import { timingTests } from './polite-timing.ts';
import { validatorTests } from './polite-validators.ts';
import { type ScoreTest, score } from './score.ts';
import { type Second, startSecond } from './second.ts';
import { startSite } from './site.ts';
import { soak } from './soak.ts';
import { scoreTarget } from './target.ts';
import { printWatch, watchScripts } from './watch.ts';
import { watchKilled } from './watch-kills.ts';

/** A Monday morning: a day of skipped days lies ahead. */
const start = Temporal.Instant.from('2025-01-27T09:00:00Z');
/** Long enough for a busy machine, short enough to wait for a server that never answers. */
const exchangeMs = 3_000;

const politeTests = [...validatorTests, ...timingTests, ...mannerTests, ...hostTests];
const hostileTests = [...placeTests, ...answerTests, ...markupTests];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string', default: 'embedded' },
    target: { type: 'string' },
    pages: { type: 'string', default: '200' },
    kill: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    roundtrip: { type: 'boolean', default: false },
  },
});
const [command = 'fetch', ...chosenIds] = positionals;
// Skipped hours are GMT wherever the machine stands.
process.env['TZ'] = 'Pacific/Apia';
process.exitCode = await run();

async function run(): Promise<number> {
  if (command === 'soak') return await runSoak();
  if (command === 'mail' || command === 'web')
    return await scoreDoors({ words: positionals, isRoundTrip: values.roundtrip });
  if (command === 'watch') return await runWatch();
  if (command === 'memory') return await runMemory();
  if (command === 'observed') return (await scoreObserved()) ? 0 : 1;
  if (command !== 'fetch') {
    console.error(`There is no scorecard "${command}"; there are: fetch, soak, mail, web, watch, memory, observed`);
    return 2;
  }
  if (values.target !== undefined) return await scoreTarget(values.target);
  return await scoreHouse();
}

/** Both halves of the scorecard on one house; with a server as store, a second process takes part in every pass. */
async function scoreHouse(): Promise<number> {
  await using closing = new AsyncDisposableStack();
  let second: Second | null = null;
  const clock: ScorecardClock = startClock(start, (now) => second?.tell(now));
  const site = closing.use(await startSite(() => clock.now().since(start).total('milliseconds')));
  const tests = [...politeTests, ...hostileTests];
  const allowPrivate = tests.flatMap(({ id }) => namesOf(id).map((name) => `${name}:${site.port}`));
  const databaseUrl = values.store === 'postgres' ? await createDatabase(closing) : null;
  const options = { clock, databaseUrl, allowPrivate, limits: { exchangeMs } };
  const helper: Helper = { visit: async (hosts, ledger) => await second?.visit(hosts, ledger) };
  const house = closing.use(await openScorecardHouse({ ...options, owner: 'first', helper }));
  if (databaseUrl !== null) {
    second = await startSecond({ databaseUrl, allowPrivate, now: clock.now().toString() }, () => clock);
    closing.use(second);
  }
  const fieldOf = (id: string) => makeField(id, { house, site, clock });
  const chosen = (half: readonly ScoreTest[]) =>
    half.filter(({ id }) => chosenIds.length === 0 || chosenIds.includes(id));
  const where = databaseUrl === null ? 'embedded store' : 'Postgres, two processes';
  const passed = [
    await score(`polite fetch (${where})`, chosen(politeTests), fieldOf),
    await score(`hostile input (${where})`, chosen(hostileTests), fieldOf),
  ];
  if (second !== null) console.log(`The second process had a host to itself ${second.visitCount()} times.`);
  return passed.every((isWhole) => isWhole) ? 0 : 1;
}

/** A database of its own on the server of DATABASE_URL, or on one started for this run. */
async function createDatabase(closing: AsyncDisposableStack): Promise<string> {
  const server = closing.use(await startPostgres());
  const name = `claimledger-scorecard-${process.pid}`;
  closing.defer(() => execute(server.url, `drop database if exists "${name}" with (force)`));
  return await server.createDatabase(name);
}

/** Pages through eight steps of their scripts, one visit each; prints what was seen of them. */
async function runWatch(): Promise<number> {
  const startedAt = performance.now();
  await using closing = new AsyncDisposableStack();
  const databaseUrl = values.store === 'postgres' ? await createDatabase(closing) : null;
  const size = { pageCount: Number(values.pages), stepCount: 8, seed: 1, databaseUrl };
  const killCount = Number(values.kill);
  const report = killCount === 0 ? await watchScripts(size) : await watchKilled({ ...size, killCount });
  const isWhole = printWatch(report);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const where = databaseUrl === null ? 'embedded store' : 'Postgres';
  console.log(
    `watch: ${size.pageCount} pages, ${size.stepCount} steps, ${where}, ${killCount} kills in ${seconds} s, ${report.missed.length} misses`,
  );
  return isWhole ? 0 : 1;
}

/** Everything that is remembered, with kills at moments that the seed makes again; prints what differs from a run without. */
async function runMemory(): Promise<number> {
  const startedAt = performance.now();
  const seed = Number(values.seed);
  await using closing = new AsyncDisposableStack();
  const server = values.store === 'postgres' ? closing.use(await startPostgres()) : null;
  const where = server === null ? 'embedded store' : 'Postgres';
  console.log(`memory: ${values.kill} kills, seed ${seed}, ${where}`);
  const report = await rememberKilled({ killCount: Number(values.kill), seed, server });
  const isSame = printMemory(report);
  const differenceCount = report.stages.reduce((sum, { differences }) => sum + differences.length, 0);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`memory: ${report.kills} kills in ${seconds} s, ${differenceCount} differences to the undisturbed run`);
  return isSame ? 0 : 1;
}

/** A day of 1,000 feeds on 50 hosts; prints what was answered and every broken rule. */
async function runSoak(): Promise<number> {
  const startedAt = performance.now();
  const size = { feedCount: 1_000, hostCount: 50, hours: 24, seed: 1 };
  const { requestCount, answerCounts, broken } = await soak(size);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(
    `${size.feedCount} feeds on ${size.hostCount} hosts, ${size.hours} h of clock in ${seconds} s: ${requestCount} requests`,
  );
  for (const [kind, count] of Object.entries(answerCounts)) console.log(`${String(count).padStart(7)}  ${kind}`);
  for (const line of broken.slice(0, 50)) console.log(`BROKEN  ${line}`);
  console.log(`soak: ${broken.length} rules broken`);
  return broken.length === 0 ? 0 : 1;
}
