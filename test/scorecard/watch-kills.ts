/**
 * The same watched pages, read by a process that is killed at random moments: after every step the ledger must know what it would know
 * without a kill. Time passes by moving what the store remembers of its visits into the past.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { stringify } from 'yaml';
import type { Db } from '#src/io/db/store.ts';
import { type HouseFolder, makeHouseFolder, readHouse, runCommand, startCommand } from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { seededRandom } from '#test/support/random.ts';
import { riverLedger } from '#test/support/river-ledger.ts';
import { startSite } from './site.ts';
import { startJudging, type WatchReport, type WatchSize } from './watch.ts';
import { answerAt, type ScriptedPage, writeScripts } from './watch-pages.ts';

/** A process reads all pages within about this long; later kills would meet one that has ended. */
const killWithinMs = 3_500;
/** One host serves all pages here: a wait that one asks for, or its robots.txt, would hide the others. */
const hostWide = new Set(['status 429', 'robots.txt', 'timeout']);

/** Lets the process read every step, killed `killCount` times in all; gives what was missed and how often it was killed. */
export async function watchKilled(
  size: WatchSize & { readonly killCount: number },
): Promise<WatchReport & { readonly killCount: number }> {
  const random = seededRandom(size.seed);
  const pages = writeScripts(size.pageCount, size.stepCount, random).map((page) => ({
    ...page,
    script: page.script.map((step) => (hostWide.has(step) ? 'status 503' : step)),
  }));
  await using site = await startSite(() => performance.now());
  const origin = `http://127.0.0.1:${site.port}`;
  await using folder = await makeHouseFolder(ledgerOf(pages, origin), size.databaseUrl);
  if (size.databaseUrl !== null) await succeed(folder, ['migrate']);
  const judge = startJudging(
    pages,
    pages.map(({ path }) => `${origin}${path}`),
  );
  let killCount = 0;
  for (let at = 0; at <= size.stepCount; at += 1) {
    site.answer('127.0.0.1', ({ path }, turn) => {
      const page = pages.find((each) => each.path === path);
      return page === undefined ? { status: 404 } : answerAt(page, at, turn);
    });
    if (at > 0) await readHouse(folder, passDays);
    const share = Math.ceil((size.killCount * (at + 1)) / (size.stepCount + 1)) - killCount;
    for (let kill = 0; kill < share; kill += 1) {
      await using command = startCommand(folder, ['run', '--until-idle']);
      await Promise.race([pause(random() * killWithinMs), command.ended]);
      killCount += 1;
    }
    await finish(folder);
    await readHouse(folder, async (db) => {
      await judge.look({ db }, at);
      const broken = await listBrokenPromises(db, Temporal.Now.instant().add({ minutes: 5 }));
      if (broken.length > 0) throw new Error(broken.join('; '));
    });
  }
  return { ...judge.report(), killCount };
}

/** One undisturbed run. What a killed process was at is free after a minute, and its jobs are found dead; that minute has passed here. */
async function finish(folder: HouseFolder): Promise<void> {
  await readHouse(folder, async (db) => {
    await sql`update hosts set lease_until = null, lease_owner = null, next_start_at = null, blocked_until = null`.execute(
      db,
    );
    const { rows } = await sql<{ queue: string | null }>`select to_regclass('pgboss.job')::text as queue`.execute(db);
    if (rows[0]?.queue !== null) await sql`delete from pgboss.job where state < 'completed'`.execute(db);
  });
  await succeed(folder, ['run', '--until-idle']);
}

async function succeed(folder: HouseFolder, argv: readonly string[]): Promise<void> {
  const { code, err } = await runCommand(folder, argv);
  if (code !== 0 || err !== '') throw new Error(`"${argv.join(' ')}" ended with ${code}: ${err}`);
}

/** Eight days pass: every address is due again, and nothing was visited today. */
async function passDays(db: Db): Promise<void> {
  await sql`update resources set next_due_at = next_due_at - interval '8 days', last_fetched_at = last_fetched_at - interval '8 days',
    last_read_at = last_read_at - interval '8 days'`.execute(db);
  await sql`update versions set seen_at = seen_at - interval '8 days'`.execute(db);
  await sql`update quote_states set seen_at = seen_at - interval '8 days', last_there_at = last_there_at - interval '8 days'`.execute(
    db,
  );
  await sql`update hosts set robots_due_at = null`.execute(db);
}

function ledgerOf(pages: readonly ScriptedPage[], origin: string): string {
  const { host } = new URL(origin);
  return stringify({
    version: 1,
    name: 'Killed',
    ...riverLedger,
    pages: pages.map(({ path }) => ({ url: `${origin}${path}` })),
    fetch: { allowPrivate: [host], hosts: { [host]: { spacing: '0s', connections: 4 } } },
  });
}
