/** What a search, a claim page and the digest cost, as the pages ask for them, and whether later pages cost more than the first. */
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { settleBalance } from '#jobs/settle-standings.ts';
import { HOUSE_READER } from '#src/config/schema.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { buildDigest } from '#src/core/digest/digest.ts';
import { parseArticleQuery } from '#src/core/search/article-query.ts';
import { searchArticles } from '#src/io/db/article-search.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { migrate } from '#src/io/db/migrate.ts';
import { openStore, type Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { makeWord } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';
import { pressDeps } from '#test/web/press.ts';
import { median, printBar } from './bar.ts';
import { archiveClaims, archiveNow, fillArchive } from './search-archive.ts';

const usualCount = 100_000;
const largeCount = 1_000_000;
/** Requests of each kind; the first ones only warm up. */
const requestCount = 120;
const warmUpCount = 20;
/** Pages of a list that are walked, for the cost of the last against the first. */
const pagesWalked = 200;
const pageSize = 20;

/** What a request took: the wall time, and the processor time of this process and of the server's one connection. */
type Cost = { readonly wallMs: number; readonly cpuMs: number };

/**
 * Prints the costs at 100,000 articles on a server; `--large` at 1,000,000 too, `--count N` at another size. `--database URL` takes a
 * database that is filled, or fills it and leaves it.
 */
export async function benchSearch(argv: readonly string[] = []): Promise<void> {
  const optionOf = (name: string): string | null =>
    argv.includes(name) ? (argv[argv.indexOf(name) + 1] ?? null) : null;
  const counts = argv.includes('--large') ? [usualCount, largeCount] : [Number(optionOf('--count') ?? usualCount)];
  const given = optionOf('--database');
  for (const count of counts) {
    await using closing = new AsyncDisposableStack();
    const databaseUrl =
      given ?? (await closing.use(await startPostgres(['shared_buffers=256MB'])).createDatabase(`search-${count}`));
    await using store = await openStore({ databaseUrl, dataDir: '', onError: () => {} });
    await migrate(store.db);
    await prepare(store, count);
    await measure(store, count);
  }
}

async function prepare({ db }: Store, count: number): Promise<void> {
  const filled = await db.selectFrom('articles').select('id').limit(1).executeTakeFirst();
  const begin = performance.now();
  if (filled === undefined) await fillArchive(db, count);
  const ledger = makeLedger();
  const inForce = () => ({ revision: 1, ledger, rules: compileLedger(ledger).value, rulesKey: '' });
  await settleBalance({}, { db, inForce, signal: new AbortController().signal });
  if ((await db.selectFrom('digests').select('id').limit(1).executeTakeFirst()) === undefined)
    await insertDigest({ db });
  await sql`vacuum (analyze)`.execute(db);
  const load = loadavg()[0] ?? 0;
  console.log(`search: load of the machine ${load.toFixed(1)} on ${availableParallelism()} processors`);
  console.log(`search: ${count} articles ready in ${Math.round((performance.now() - begin) / 1000)} s`);
}

async function insertDigest({ db }: Pick<Store, 'db'>): Promise<void> {
  const addedAt = archiveNow.subtract({ hours: 24 });
  await sql`insert into readers (id, local_time, zone, empty, is_listed, added_at)
    values (${HOUSE_READER}, '07:00', 'UTC', 'send', true, ${addedAt}) on conflict do nothing`.execute(db);
  const window = { start: addedAt, end: archiveNow };
  const date = archiveNow.toString().slice(0, 10);
  const head = { ledger: 'bench', reader: HOUSE_READER, date, zone: 'UTC', window, isStored: true, claims: null };
  const content = buildDigest(await gatherDigestFacts(db, head));
  await db
    .insertInto('digests')
    .values({
      ...{ reader_id: HOUSE_READER, date, zone: 'UTC', content: JSON.stringify(content) },
      ...{ window_start: window.start, window_end: window.end, created_at: window.end },
    })
    .execute();
}

async function measure({ db }: Store, count: number): Promise<void> {
  const app = await buildWeb(pressDeps(db, { now: () => archiveNow }));
  const random = seededRandom(count);
  const queries = Array.from({ length: requestCount }, () => makeQuery(random));
  const search = await request(
    app,
    db,
    queries.map((query) => `/articles?q=${encodeURIComponent(query)}`),
  );
  report(`search at ${count}`, search, 100);
  const claims = Array.from({ length: requestCount }, (_, at) => `/claims/${archiveClaims[at % archiveClaims.length]}`);
  report(`claim page at ${count}`, await request(app, db, claims), 50);
  report(
    `digest at ${count}`,
    await request(
      app,
      db,
      Array.from({ length: requestCount }, () => '/'),
    ),
    50,
  );
  await app.close();
  await walk(db, count);
}

/** Queries as people type them: words common and rare, two of them, phrases, exclusions, filters. */
function makeQuery(random: () => number): string {
  const word = (): string => makeWord(Math.floor(20 * 1_000 ** random()));
  const claim = (): string => `claim:${archiveClaims[Math.floor(archiveClaims.length * random())]}`;
  const kinds = [
    () => word(),
    () => `${word()} ${word()}`,
    () => `"${word()} ${word()}"`,
    () => `${word()} -${word()}`,
    () => `${word()} OR ${word()}`,
    () => `${claim()} ${word()}`,
    () => `${claim()} stance:disputes`,
    () => `source:"Outlet ${Math.floor(400 * random())}" ${word()}`,
    () => `lang:de ${word()}`,
    () => `${word()} after:2025-01-01`,
  ];
  return kinds[Math.floor(kinds.length * random())]?.() ?? word();
}

async function request(app: FastifyInstance, db: Store['db'], urls: readonly string[]): Promise<readonly Cost[]> {
  const costs: Cost[] = [];
  for (const url of urls) {
    const before = { wall: performance.now(), own: process.cpuUsage(), server: await serverCpuMs(db) };
    const { statusCode } = await app.inject({ url });
    if (statusCode !== 200) throw new Error(`Cannot measure ${url}: it answered ${statusCode}`);
    const own = process.cpuUsage(before.own);
    const cpuMs = (own.user + own.system) / 1000 + (await serverCpuMs(db)) - before.server;
    costs.push({ wallMs: performance.now() - before.wall, cpuMs });
  }
  return costs.slice(warmUpCount);
}

/** What the server's connections have taken of the processor; 0 where that cannot be told. */
async function serverCpuMs(db: Store['db']): Promise<number> {
  const { rows } = await sql<{
    pid: number;
  }>`select pid from pg_stat_activity where datname = current_database()`.execute(db);
  return rows.reduce((sum, { pid }) => sum + readCpuMs(pid), 0);
}

function readCpuMs(pid: number): number {
  try {
    // The first figure is the time on a processor, in nanoseconds.
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}

function report(name: string, costs: readonly Cost[], most: number): void {
  const wall = costs.map(({ wallMs }) => wallMs);
  const cpu = costs.map(({ cpuMs }) => cpuMs);
  console.log(`${name}: median ${median(wall).toFixed(0)} ms, processor time ${median(cpu).toFixed(0)} ms`);
  printBar({ name: `${name}, p95`, figure: percentile(wall), unit: ' ms', most });
  printBar({ name: `${name}, p95 of processor time`, figure: percentile(cpu), unit: ' ms', most });
}

function percentile(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.ceil(figures.length * 0.95) - 1] ?? Number.NaN;
}

/** Walks two lists by their cursors: the last pages must cost what the first did. */
async function walk(db: Store['db'], count: number): Promise<void> {
  for (const text of ['', makeWord(60)]) {
    const query = parseArticleQuery(text);
    const costs: number[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < pagesWalked; page += 1) {
      const before = performance.now();
      const list = await searchArticles(db, query, { limit: pageSize, cursor });
      costs.push(performance.now() - before);
      cursor = list.next;
      if (cursor === null) break;
    }
    const first = median(costs.slice(0, 20));
    const last = median(costs.slice(-20));
    console.log(
      `pages of "${text}" at ${count}: ${costs.length}, first ${first.toFixed(1)} ms, last ${last.toFixed(1)} ms`,
    );
    printBar({
      name: `pages of "${text}" at ${count}, last against first`,
      figure: last / first,
      unit: 'x',
      most: 1.3,
    });
  }
}
